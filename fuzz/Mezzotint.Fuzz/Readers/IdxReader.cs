using Mezzotint.Data;
using Mezzotint.Fuzz.Grammars;

namespace Mezzotint.Fuzz.Readers;

/// <summary>Images of the IDX format, packed or not.</summary>
internal sealed class IdxReader : Reader
{
    private static readonly Grammar Own = new GzipGrammar();

    /// <inheritdoc/>
    public override string Name => "idx";

    /// <inheritdoc/>
    public override string Extension => "-images";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => Own;

    /// <inheritdoc/>
    public override string Read(string path, byte[] bytes)
    {
        IImageSet images = ImageSets.Open(new ImageSetRecipe { Train = [path], Layout = ImageLayout.Idx, CacheMegabytes = 256 });
        WrongSuccessException.Unless(images.Count > 0 && images.Width > 0 && images.Height > 0 && images.Channels is 1 or 3, "an empty set was read");
        var samples = new float[images.Width * images.Height * images.Channels];
        foreach (int index in (int[])[0, images.Count - 1])
        {
            images.Read(index, samples);
            WrongSuccessException.Unless(Array.TrueForAll(samples, sample => sample is >= 0 and <= 1), "a sample is not from 0 to 1");
        }

        return $"{Magnitude(images.Count)} {Magnitude(images.Width)} {Magnitude(images.Height)} {images.Channels}";
    }
}
