namespace Mezzotint.Imaging.Tests;

public sealed class ResizeTests
{
    public static IEnumerable<TheoryDataRow<string, int>> Set5Pictures =>
        from name in Set5.Names
        from scale in (int[])[2, 3, 4]
        select new TheoryDataRow<string, int>(name, scale);

    [Theory, MemberData(nameof(Set5Pictures))]
    public void Set5_reduces_to_what_MATLAB_made_of_it_to_the_byte(string name, int scale)
    {
        var original = Picture.Load(Set5.Original(name));
        var expected = Picture.Load(Set5.Reduced(name, scale));
        var (width, height) = (original.Width / scale, original.Height / scale);

        var reduced = original.Crop(0, 0, width * scale, height * scale).Resize(width, height);

        Assert.Equal(expected.Width, reduced.Width);
        Assert.Equal(expected.Height, reduced.Height);
        Assert.True(Pixels.Of(expected).SequenceEqual(Pixels.Of(reduced)), $"{Pixels.Differences(expected, reduced)} samples differ");
    }

    [Theory]
    [InlineData(8, 1), InlineData(8, 3), InlineData(16, 1), InlineData(16, 4), InlineData(8, 7)]
    public void Every_kernel_equals_a_plain_double_precision_imresize(int bitDepth, int channels)
    {
        var random = new Random(channels + bitDepth);
        foreach (var kernel in Enum.GetValues<ResizeKernel>())
            for (var trial = 0; trial < 40; trial++)
            {
                var picture = Pixels.Noise(random, random.Next(1, 40), random.Next(1, 40), channels, bitDepth);
                var (width, height) = (random.Next(1, 60), random.Next(1, 60));
                var expected = PlainImresize.Apply(picture, width, height, kernel);

                var actual = Pixels.Of(picture.Resize(width, height, kernel));

                var wrong = Enumerable.Range(0, actual.Length).Where(i => actual[i] != expected[i]).ToList();
                Assert.True(
                    wrong.Count == 0,
                    $"{kernel} {picture.Width}x{picture.Height} to {width}x{height}: {wrong.Count} samples differ, the first at "
                    + $"{wrong.FirstOrDefault()}: {actual[wrong.FirstOrDefault()]} for {expected[wrong.FirstOrDefault()]}");
            }
    }

    [Fact]
    public void A_large_picture_takes_several_threads_to_the_same_bytes()
    {
        var picture = Pixels.Noise(new Random(5), 1201, 900, 3, 8);
        var expected = PlainImresize.Apply(picture, 400, 301, ResizeKernel.Bicubic);
        Assert.Equal(expected, Pixels.Of(picture.Resize(400, 301)));
    }

    [Fact]
    public void A_constant_picture_stays_constant()
    {
        var samples = new byte[31 * 17 * 3];
        samples.AsSpan().Fill(201);
        var resized = Picture.FromSamples(samples, 31, 17, 3).Resize(77, 5);
        Assert.All(Pixels.Of(resized), sample => Assert.Equal(201, sample));
    }

    [Fact]
    public void A_size_that_is_not_positive_is_refused()
    {
        var picture = Pixels.Noise(new Random(1), 4, 4, 1, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.Resize(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.Resize(3, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.Resize(int.MaxValue, int.MaxValue));
    }
}
