namespace Mezzotint.Data.Examination;

/// <summary>What an examination of data has found.</summary>
public sealed record DataReport
{
    internal DataReport(DataNeeds needs, IReadOnlyList<ExaminedSample> samples) => (Needs, Samples) = (needs, samples);

    /// <summary>What was asked of the data.</summary>
    public DataNeeds Needs { get; }

    /// <summary>Images, or pairs, to learn from, the unusable ones included.</summary>
    public int TrainCount { get; init; }

    /// <summary>Those that are never learned from.</summary>
    public int ValidationCount { get; init; }

    /// <summary>Files that were read.</summary>
    public int Files { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>What was found, the gravest first.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>How often each class occurs; empty where there are none.</summary>
    public IReadOnlyList<ClassCount> Classes { get; init; } = [];

    /// <summary>Whether classes are counted in pixels of label maps, and not in images.</summary>
    public bool ClassesArePixels { get; init; }

    /// <summary>Whether nothing would break or spoil the training.</summary>
    public bool IsClean => Findings.All(finding => finding.Gravity == FindingGravity.Note);

    internal IReadOnlyList<ExaminedSample> Samples { get; }
}
