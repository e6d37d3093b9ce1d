namespace Mezzotint.Data.Examination;

/// <summary>What a finding does to a training.</summary>
public enum FindingGravity
{
    /// <summary>It is worth knowing, and the training is as it should be.</summary>
    Note,

    /// <summary>The training runs, and learns less or something else than is meant.</summary>
    Spoils,

    /// <summary>The training refuses the data, or ends with an error.</summary>
    Breaks,
}

/// <summary>What can be found in data.</summary>
public enum FindingKind
{
    /// <summary>There is nothing that can be used.</summary>
    NothingUsable,

    /// <summary>A file with a picture's ending that is none.</summary>
    NotAPicture,

    /// <summary>A picture whose header cannot be read, or that is of a kind that cannot.</summary>
    Unreadable,

    /// <summary>A picture whose header is good and whose pixels are cut short or damaged.</summary>
    Truncated,

    /// <summary>An IDX file that is broken, or does not fit its labels.</summary>
    BrokenIdx,

    /// <summary>A picture of a pair without its partner.</summary>
    NoPartner,

    /// <summary>Two files of a folder whose names mean the same pair.</summary>
    OneName,

    /// <summary>The pictures of a pair differ in size.</summary>
    PairSizes,

    /// <summary>A pair whose partners seem not to belong together, or all such pairs.</summary>
    Mispaired,

    /// <summary>A side-by-side picture whose width is odd.</summary>
    OddWidth,

    /// <summary>A side-by-side picture that is half as wide as the others for its height: likely one picture alone.</summary>
    NoPair,

    /// <summary>Pictures of several sizes where one is needed, or rows that are no squares.</summary>
    WrongSize,

    /// <summary>A label or instance map that has not the channels of one.</summary>
    MapChannels,

    /// <summary>A label, or a colour of a label map, that stands for no class.</summary>
    LabelOutOfRange,

    /// <summary>A label map in numbers that is stored with loss.</summary>
    LossyLabels,

    /// <summary>The classes are others than the recipe says, or a picture lies beside their folders.</summary>
    WrongClasses,

    /// <summary>A class or label that never occurs.</summary>
    AbsentClass,

    /// <summary>A class with far fewer images than the largest has.</summary>
    RareClass,

    /// <summary>A picture smaller than what is cut out of it, or what it is brought to.</summary>
    Tiny,

    /// <summary>A picture of channels that the training does not take.</summary>
    WrongChannels,

    /// <summary>A picture with transparent pixels.</summary>
    Transparent,

    /// <summary>A picture with an alpha channel that is opaque throughout.</summary>
    OpaqueAlpha,

    /// <summary>A picture of inks.</summary>
    Cmyk,

    /// <summary>Grey pictures among those in colour, or the other way round.</summary>
    MixedColour,

    /// <summary>The same picture in training and in validation data.</summary>
    Leak,

    /// <summary>Nearly the same picture in training and in validation data.</summary>
    NearLeak,

    /// <summary>The same picture in several classes.</summary>
    Contradiction,

    /// <summary>The same picture several times.</summary>
    Duplicate,

    /// <summary>Nearly the same picture several times.</summary>
    NearDuplicate,

    /// <summary>A picture that is of another format than its ending says.</summary>
    WrongEnding,

    /// <summary>A picture of several pages or frames, of which the first is used.</summary>
    Pages,

    /// <summary>A file that is a picture and whose ending is none that a training looks for.</summary>
    PassedBy,

    /// <summary>A folder without pictures.</summary>
    EmptyFolder,
}

/// <summary>A file that a finding is of.</summary>
/// <param name="Path">The file or folder; of one image in a file of many, the file and its number.</param>
/// <param name="Detail">What is so of this one, in a clause; empty where the finding says all.</param>
public sealed record FoundFile(string Path, string Detail)
{
    /// <summary>Of a duplicate, the file that it is equal or nearly equal to; null otherwise.</summary>
    public string? Partner { get; init; }
}

/// <summary>Files of which the same is to be said, and what to do.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Gravity">What it does to the training.</param>
/// <param name="Title">What was found, in words, with how many.</param>
/// <param name="Remedy">What to do, in a sentence.</param>
/// <param name="Files">The files, by name.</param>
public sealed record Finding(FindingKind Kind, FindingGravity Gravity, string Title, string Remedy, IReadOnlyList<FoundFile> Files);

/// <summary>How often a class occurs.</summary>
/// <param name="Name">The class: its name, or its label.</param>
/// <param name="Train">Images of it to learn from; of label maps, pixels.</param>
/// <param name="Validation">Those never learned from; likewise.</param>
public sealed record ClassCount(string Name, long Train, long Validation);

/// <summary>How far an examination is.</summary>
/// <param name="Done">Files that are examined.</param>
/// <param name="Total">All there are.</param>
/// <param name="Name">The last one, or what is being done.</param>
public sealed record ExaminationProgress(int Done, int Total, string Name);
