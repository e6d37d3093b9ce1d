using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Data;

/// <summary>What is learned from beyond 8-bit colour.</summary>
public sealed class ChannelsTests
{
    [Theory]
    [InlineData(1), InlineData(5)]
    public void Crops_of_16_bits_hold_their_values_to_the_bit(int channels)
    {
        // Neighbours differ by less than 8 bits can tell.
        ushort[] samples = [.. Enumerable.Range(0, 24 * 24 * channels).Select(i => (ushort)(40_000 + i % 199))];
        var pairs = new One(BicubicPairs.Make(Picture.FromSamples(samples, 24, 24, channels), 2, channels));
        var sampler = new CropSampler(pairs, 12, flips: false, rotations: false, seed: 1);
        var batch = new CropBatch(1, 12, 2, channels);
        sampler.Fill(0, batch);
        Assert.Equal(samples, batch.High.Select(value => (ushort)Math.Round(value * 65535.0)));
    }

    [Fact]
    public void Colour_becomes_brightness_for_a_grey_network_and_bands_stay_bands()
    {
        Picture colour = Picture.FromSamples((byte[])[100, 50, 200, 255, 255, 255], 2, 1, 3);
        Assert.Equal([82, 255], TrainingChannels.Of(colour, 1).ToFloats().Select(value => (int)MathF.Round(value * 255))); // 29.9 + 29.35 + 22.8
        Picture bands = Picture.FromSamples((byte[])[1, 2, 3, 4], 1, 1, 4);
        Assert.Equal(4, TrainingChannels.Of(bands, 4).Channels);
        Assert.Throws<ArgumentException>(() => TrainingChannels.Of(colour, 4));
    }

    [Fact]
    public void Noise_on_16_bits_is_finer_than_a_step_of_8_and_that_of_a_whole_picture_is_that_of_a_crop()
    {
        DegradationOrderRecipe nothing = new() { BlurShare = 0, NoiseShare = 0, JpegShare = 0 };
        var recipe = new DegradationRecipe
        {
            CleanShare = 0,
            Size = [1, 1],
            First = nothing,
            Second = nothing with { NoiseShare = 1, Noise = [0.2, 0.2], ShotShare = 0 },
        };
        Picture flat = Picture.FromSamples([.. Enumerable.Repeat((ushort)30_000, 64 * 64)], 64, 64, 1);
        var degradation = new Degradation(recipe, 1, 1);
        Picture noisy = degradation.Apply(flat, 1, 2);
        Assert.Equal((16, 1, 64), (noisy.BitDepth, noisy.Channels, noisy.Width));
        double[] noise = [.. noisy.ToFloats().Select(value => value * 65535.0 - 30_000)];
        Assert.InRange(Math.Sqrt(noise.Average(value => value * value)), 0.19 * 257, 0.21 * 257);
        Assert.True(noise.Distinct().Count() > 100);
    }

    [Fact]
    public void At_scale_1_a_jpeg_is_as_far_from_the_truth_as_a_codecs()
    {
        DegradationOrderRecipe nothing = new() { BlurShare = 0, NoiseShare = 0, JpegShare = 0 };
        var recipe = new DegradationRecipe { CleanShare = 0, Size = [1, 1], First = nothing, Second = nothing with { JpegShare = 1, JpegQuality = [40, 40] } };
        foreach (int channels in (int[])[1, 3])
        {
            Picture scene = TrainingChannels.Of(Picture.FromFloats(TestScene.Render(96, 96, 1), 96, 96, 3), channels);
            using var file = new MemoryStream();
            scene.Save(file, PictureFormat.Jpeg, new SaveOptions { Quality = 40 });
            file.Position = 0;
            double codec = Error(scene, Picture.Load(file)), ours = Error(scene, new Degradation(recipe, 1, channels).Apply(scene, 1, 1));
            Assert.InRange(ours / codec, 0.8, 1.25);
        }

        static double Error(Picture a, Picture b) => a.ToFloats().Zip(b.ToFloats(), (x, y) => (x - y) * (x - y)).Average();
    }

    private sealed class One(TrainingPair pair) : ITrainingPairs
    {
        public int Count => 1;

        public int Scale => pair.Scale;

        public TrainingPair? Get(int index) => pair;
    }
}
