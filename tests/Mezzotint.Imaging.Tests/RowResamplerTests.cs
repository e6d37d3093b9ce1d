namespace Mezzotint.Imaging.Tests;

/// <summary>A picture that is resampled as its rows come is that which is resampled whole, to the bit.</summary>
public sealed class RowResamplerTests
{
    [Theory]
    [InlineData(40, 300, 35, 260)]  // both shrink, the height more
    [InlineData(300, 200, 100, 150)] // the width more
    [InlineData(64, 50, 64, 7)]
    [InlineData(20, 150, 47, 400)]  // both grow
    [InlineData(33, 1, 20, 1)]
    [InlineData(7, 5, 1, 200)]
    public void The_rows_are_those_of_the_whole(int width, int height, int newWidth, int newHeight)
    {
        var random = new Random(width);
        foreach (var bitDepth in (int[])[8, 16])
        {
            foreach (var pace in (int[])[1, Math.Min(3, height), height])
            {
                var picture = Pixels.Noise(random, width, height, 3, bitDepth);
                var expected = picture.Resize(newWidth, newHeight);
                if (bitDepth == 8) Compare<byte>(picture, expected, pace, (from, to) => from.CopyTo(to));
                else Compare<ushort>(picture, expected, pace, (from, to) => from.CopyTo(to));
            }
        }
    }

    [Fact]
    public void Rows_that_are_none_of_the_picture_are_refused()
    {
        var resampler = new RowResampler<byte>(4, 2, 1, 3, 3, _ => { });
        Assert.Throws<ArgumentException>(() => resampler.Write(new byte[5]));
        Assert.Throws<ArgumentException>(() => resampler.Write(new byte[12]));
    }

    private static void Compare<T>(Picture picture, Picture expected, int pace, Action<Picture, T[]> copy)
        where T : unmanaged
    {
        var samples = new T[picture.Width * picture.Height * picture.Channels];
        var wanted = new T[expected.Width * expected.Height * expected.Channels];
        copy(picture, samples);
        copy(expected, wanted);
        var found = new List<T>();
        var resampler = new RowResampler<T>(
            picture.Width, picture.Height, picture.Channels, expected.Width, expected.Height, rows => found.AddRange(rows));
        var row = picture.Width * picture.Channels;
        for (var y = 0; y < picture.Height; y += pace)
            resampler.Write(samples.AsSpan(y * row, Math.Min(pace, picture.Height - y) * row));
        Assert.Equal(wanted, found);
    }
}
