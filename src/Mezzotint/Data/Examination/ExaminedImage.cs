using Mezzotint.Imaging;

namespace Mezzotint.Data.Examination;

/// <summary>Which part of the data something is of.</summary>
internal enum DataPart
{
    /// <summary>It is learned from.</summary>
    Train,

    /// <summary>It is never learned from.</summary>
    Validation,
}

/// <summary>What a picture of a pair is.</summary>
internal enum ImageRole
{
    /// <summary>What is learned: a photograph, or what is to come of an input.</summary>
    Target,

    /// <summary>What is given, a picture.</summary>
    Input,

    /// <summary>What is given, a label map.</summary>
    Labels,

    /// <summary>An instance map.</summary>
    Instances,
}

/// <summary>A picture's file and what looking at it showed; one image of a file of many has no more than a signature.</summary>
internal sealed class ExaminedImage(string path, string root, ImageRole role)
{
    /// <summary>The file; of one image in a file of many, the file and its number.</summary>
    public string Path { get; } = path;

    /// <summary>The folder that it was found in, as the recipe or the user names it.</summary>
    public string Root { get; } = root;

    /// <summary>What it is.</summary>
    public ImageRole Role { get; } = role;

    /// <summary>What the file says of itself; null where it cannot be read.</summary>
    public PictureHeader? Header { get; set; }

    /// <summary>What is wrong with it; null where it could be read to its end.</summary>
    public FindingKind? Fault { get; set; }

    /// <summary>That in words.</summary>
    public string Reason { get; set; } = "";

    /// <summary>What its pixels are like; null where they were not read.</summary>
    public ImageSignature? Signature { get; set; }

    /// <summary>Whether any pixel is transparent.</summary>
    public bool Transparent { get; set; }

    /// <summary>
    /// Of a picture of a pair: where its edges are; of a side-by-side pair, those of the target. Null where that was not looked at.
    /// </summary>
    public float[]? Structure { get; set; }

    /// <summary>Of a side-by-side pair: where the input's edges are.</summary>
    public float[]? InputStructure { get; set; }

    /// <summary>Of a label map, or a pair with one: pixels of each class, and last of those that say nothing; null otherwise.</summary>
    public long[]? Labels { get; set; }

    /// <summary>Of a label map: pixels of each label that stands for no class.</summary>
    public IReadOnlyDictionary<int, long> Strangers { get; set; } = new Dictionary<int, long>();

    /// <summary>Of a label map that no numbers could be read of: why.</summary>
    public string? LabelFault { get; set; }
}

/// <summary>What is learned from at a time: an image, or a pair of them.</summary>
/// <param name="Part">Which part of the data it is of.</param>
/// <param name="Name">Its name in its folder.</param>
/// <param name="Images">Its files; the first is the target.</param>
internal sealed record ExaminedSample(DataPart Part, string Name, IReadOnlyList<ExaminedImage> Images)
{
    /// <summary>Its class; null where there are none.</summary>
    public string? Class { get; init; }

    /// <summary>Whether a training can do nothing with it.</summary>
    public bool Unusable { get; set; }

    /// <summary>Whether a repaired copy of the data is better without it.</summary>
    public bool Dropped { get; set; }

    /// <summary>The picture that duplicates are told by.</summary>
    public ExaminedImage Target => Images[0];

    /// <summary>Of a pair in two files, the one that is given; null otherwise, and where it is missing.</summary>
    public ExaminedImage? Input => Images.FirstOrDefault(image => image.Role is ImageRole.Input or ImageRole.Labels);
}
