using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;

namespace Mezzotint;

/// <summary>What a translation may be given beside its input.</summary>
public sealed record TranslationOptions
{
    /// <summary>Nothing.</summary>
    public static TranslationOptions Default { get; } = new();

    /// <summary>A picture whose style the result is to have; null for the mean style, or one by <see cref="Seed"/>.</summary>
    public Picture? Style { get; init; }

    /// <summary>Of a picture with holes: white where it is missing, of the picture's size; null for where it is transparent.</summary>
    public Picture? Mask { get; init; }

    /// <summary>Of a label map: which instance each pixel belongs to; null for one instance a class.</summary>
    public LabelMap? Instances { get; init; }

    /// <summary>Which of the known styles each class has where none is given, and what dropout drops where it is on.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether dropout stays on, as pix2pix was published with, so that other seeds give other results.</summary>
    public bool Vary { get; init; }
}
