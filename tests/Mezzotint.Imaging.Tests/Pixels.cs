namespace Mezzotint.Imaging.Tests;

/// <summary>Samples of pictures, read one by one, and pictures made of samples.</summary>
internal static class Pixels
{
    public static int[] Of(Picture picture)
    {
        var samples = new int[picture.Width * picture.Height * picture.Channels];
        var at = 0;
        for (var y = 0; y < picture.Height; y++)
            for (var x = 0; x < picture.Width; x++)
                for (var c = 0; c < picture.Channels; c++)
                    samples[at++] = picture[x, y, c];
        return samples;
    }

    public static int Differences(Picture a, Picture b) => Of(a).Zip(Of(b)).Count(pair => pair.First != pair.Second);

    public static double MeanDifference(Picture a, Picture b) => Of(a).Zip(Of(b)).Average(pair => Math.Abs(pair.First - pair.Second));

    public static Picture Noise(Random random, int width, int height, int channels, int bitDepth, Picture? like = null) =>
        Make(width, height, channels, bitDepth, (_, _, _) => random.NextDouble(), like);

    /// <summary>A picture that a lossy codec keeps well: slopes that differ from channel to channel.</summary>
    public static Picture Slopes(int width, int height, int channels, int bitDepth, Picture? like = null) => Make(
        width, height, channels, bitDepth,
        (x, y, c) => c == channels - 1 && channels is 2 or 4
            ? 0.3 + (0.7 * x / width)
            : ((c % 3) switch { 0 => (double)x / width, 1 => (double)y / height, _ => (double)(x + y) / (width + height) }),
        like);

    public static Picture Make(int width, int height, int channels, int bitDepth, Func<int, int, int, double> value, Picture? like = null)
    {
        var samples = new ushort[width * height * channels];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (ushort)(value(i / channels % width, i / channels / width, i % channels) * (bitDepth == 8 ? 255.99 : 65535.99));
        return bitDepth == 8
            ? Picture.FromSamples(Array.ConvertAll(samples, sample => (byte)sample), width, height, channels, like)
            : Picture.FromSamples(samples, width, height, channels, like);
    }

    public static byte[] Encode(this Picture picture, PictureFormat format, SaveOptions? options = null)
    {
        Codecs.SkipUnlessThere(format);
        using var stream = new MemoryStream();
        picture.Save(stream, format, options);
        return stream.ToArray();
    }
}
