using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests;

public sealed class StyleTransferTests
{
    private readonly PerceptualEncoder _encoder = new(new Initialization(1));
    private readonly PerceptualDecoder _decoder = new(new Initialization(2));

    [Theory]
    [InlineData(8, 8, 3)]
    [InlineData(13, 10, 3)]
    [InlineData(9, 15, 4)]
    [InlineData(12, 12, 1)]
    public void A_picture_of_any_size_and_kind_keeps_its_size_and_alpha(int width, int height, int channels)
    {
        Picture content = Made(width, height, channels, 1), style = Made(11, 9, 3, 2);
        Picture painted = new StyleTransfer(_encoder, _decoder).Apply(content, style);
        Assert.Equal((width, height, channels == 4 ? 4 : 3), (painted.Width, painted.Height, painted.Channels));
        if (channels != 4) return;
        for (int x = 0; x < width; x++) Assert.Equal(content[x, 3, 3], painted[x, 3, 3]);
    }

    [Fact]
    public void It_is_the_decoded_AdaIN_of_features_mixed_by_the_strength()
    {
        Picture content = Made(12, 8, 3, 3), style = Made(16, 12, 3, 4);
        Tensor seen = _encoder.Features(Image(content), "relu3_1")[0], styled = AdaIN.Of(seen, _encoder.Features(Image(style), "relu3_1")[0]);
        foreach (float strength in new[] { 0, 0.25f, 1 })
        {
            float[] expected = CpuDevice.Shared.Evaluate(_decoder.Apply(strength * styled + (1 - strength) * seen, Pass.Inference));
            float[] actual = new StyleTransfer(_encoder, _decoder).Apply(content, style, new StyleOptions { Strength = strength }).ToFloats();
            for (int i = 0; i < actual.Length; i++) Assert.Equal(Math.Clamp(expected[i], 0, 1), actual[i], 0.51f / 255);
        }
    }

    [Fact]
    public void Preserved_colours_are_those_of_the_content()
    {
        var random = new Random(5);
        float[] style = [.. Enumerable.Range(0, 300).Select(i => 0.5f + 0.1f * random.NextSingle() * (1 + i % 3))];
        float[] content = [.. Enumerable.Range(0, 600).Select(i => 0.4f + 0.05f * (i % 3) + 0.05f * random.NextSingle())];
        float[] moved = Mezzotint.Inference.ColourTransfer.Apply(style, content);
        for (int a = 0; a < 3; a++)
        {
            Assert.Equal(Mean(content, a), Mean(moved, a), 1e-4);
            for (int b = 0; b < 3; b++) Assert.Equal(Covariance(content, a, b), Covariance(moved, a, b), 1e-5);
        }
    }

    [Fact]
    public void Pictures_that_are_too_small_are_refused() =>
        Assert.Contains("8 a side", Assert.Throws<PictureException>(
            () => new StyleTransfer(_encoder, _decoder).Apply(Made(7, 20, 3, 1), Made(9, 9, 3, 1))).Message);

    private static double Mean(float[] pixels, int channel) => pixels.Where((_, i) => i % 3 == channel).Average(x => (double)x);

    private static double Covariance(float[] pixels, int a, int b) => Enumerable.Range(0, pixels.Length / 3)
        .Average(i => (pixels[3 * i + a] - Mean(pixels, a)) * (pixels[3 * i + b] - Mean(pixels, b)));

    private static Picture Made(int width, int height, int channels, int seed)
    {
        var random = new Random(seed);
        byte[] samples = new byte[width * height * channels];
        random.NextBytes(samples);
        return Picture.FromSamples(samples, width, height, channels);
    }

    private static Tensor Image(Picture picture) => Tensor.Of([1, picture.Height, picture.Width, 3], picture.ToFloats());
}
