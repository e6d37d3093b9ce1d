using System.ComponentModel.DataAnnotations;
using Mezzotint.Data;
using Mezzotint.Data.Examination;
using Mezzotint.Data.Pairs;
using Mezzotint.Networks;
using Mezzotint.Recipes;

namespace Mezzotint.Families.Translation;

/// <summary>Where pairs come from.</summary>
public enum PairSource
{
    /// <summary>Pictures that hold both, side by side.</summary>
    SideBySide,

    /// <summary>Two folders in one, whose files have the same names.</summary>
    Folders,

    /// <summary>Photographs alone; what is given is made of them.</summary>
    Photographs,
}

/// <summary>What inputs are.</summary>
public enum InputKind
{
    /// <summary>Pictures.</summary>
    Pictures,

    /// <summary>Label maps whose pixels are the classes' numbers.</summary>
    Numbers,

    /// <summary>Label maps whose pixels have the classes' colours.</summary>
    Colours,
}

/// <summary>What is made of photographs to have them restored.</summary>
public enum CorruptionKind
{
    /// <summary>Holes.</summary>
    Masked,

    /// <summary>White noise.</summary>
    Noisy,

    /// <summary>Blur, noise and JPEG, as in people's photographs.</summary>
    Degraded,

    /// <summary>Loss of colour.</summary>
    Grey,
}

/// <summary>The pairs a training learns from, and how they are cut.</summary>
public sealed record TranslationDataRecipe : ICheckedRecipe
{
    /// <summary>Folders to learn from; of two folders in one, that one. Default: none, and a training asks for one.</summary>
    public IReadOnlyList<string> Train { get; init; } = [];

    /// <summary>A folder of pairs that are never trained on, to choose by; nothing for none. Default: nothing.</summary>
    public string? Validation { get; init; }

    /// <summary>
    /// Without a validation folder: so many pairs, the last by name, are kept from the training to choose by. Default: 0.
    /// </summary>
    [Range(0, 1_000_000)]
    public int HoldOut { get; init; }

    /// <summary>Where pairs come from: sideBySide, folders or photographs. Default: sideBySide.</summary>
    public PairSource Pairs { get; init; } = PairSource.SideBySide;

    /// <summary>For sideBySide: the half that is given, left or right. Default: left.</summary>
    public PairSide InputSide { get; init; } = PairSide.Left;

    /// <summary>For folders: the folder of what is given. Default: A.</summary>
    public string Inputs { get; init; } = "A";

    /// <summary>For folders: the folder of what is to come of it. Default: B.</summary>
    public string Targets { get; init; } = "B";

    /// <summary>For folders of label maps: the folder of instance maps; nothing for none. Default: nothing.</summary>
    public string? Instances { get; init; }

    /// <summary>What inputs are: pictures, or label maps in numbers or in colours. Default: pictures.</summary>
    public InputKind Input { get; init; } = InputKind.Pictures;

    /// <summary>For label maps: how many classes there are. Default: 0, and label maps ask for it.</summary>
    [Range(0, 4_096)]
    public int Classes { get; init; }

    /// <summary>For label maps: numbers that say nothing is known. Default: none.</summary>
    public IReadOnlyList<int> Void { get; init; } = [];

    /// <summary>For label maps in colours: a file with a class a line, as in <c>"#ff0000": wall</c>. Default: nothing.</summary>
    public string? Palette { get; init; }

    /// <summary>For style by instances: the most segments that a pair has. Default: 256.</summary>
    [Range(1, 1_000_000)]
    public int MostSegments { get; init; } = 256;

    /// <summary>For photographs: what is made of them, masked, noisy, degraded or grey. Default: masked.</summary>
    public CorruptionKind Corruption { get; init; } = CorruptionKind.Masked;

    /// <summary>For masked: what holes look like, boxes, strokes, freeForm or mixed. Default: mixed.</summary>
    public MaskKind Mask { get; init; } = MaskKind.Mixed;

    /// <summary>For masked: the least and the largest share of a picture's pixels that is missing. Default: 0.1 to 0.4.</summary>
    [Range(0.0, 1.0)]
    public IReadOnlyList<double> MaskShare { get; init; } = [0.1, 0.4];

    /// <summary>For noisy: the least and the largest deviation of the noise, in steps of 8 bits. Default: 5 to 50.</summary>
    [Range(0.0, 255.0)]
    public IReadOnlyList<double> Noise { get; init; } = [5, 50];

    /// <summary>For degraded: what happens to a photograph.</summary>
    public DegradationRecipe Photograph { get; init; } = new();

    /// <summary>
    /// The size that a pair is brought to before it is cut, its proportions kept: columns and rows, or one number for both. Default: 286.
    /// </summary>
    [Range(16, 65_536)]
    public IReadOnlyList<int> Load { get; init; } = [286];

    /// <summary>The size that is cut out of it: columns and rows, or one number for both. Default: 256.</summary>
    [Range(16, 65_536)]
    public IReadOnlyList<int> Crop { get; init; } = [256];

    /// <summary>Whether half of the pairs are mirrored left to right. Default: true.</summary>
    public bool Flips { get; init; } = true;

    /// <summary>Pairs in a step. Default: 1.</summary>
    [Range(1, 4_096)]
    public int Batch { get; init; } = 1;

    /// <summary>
    /// Decoded pairs are kept in memory up to so many megabytes (of 2^20 bytes), and beyond decoded anew each time. Default: 1,024.
    /// </summary>
    [Range(0, 1_000_000)]
    public int CacheMegabytes { get; init; } = 1_024;

    /// <summary>Columns that are cut out.</summary>
    internal int Width => Crop[0];

    /// <summary>Rows that are cut out.</summary>
    internal int Height => Crop[^1];

    /// <summary>Whether label maps are given.</summary>
    internal bool HasLabels => Pairs != PairSource.Photographs && Input != InputKind.Pictures;

    /// <summary>What a network is given.</summary>
    internal ConditionDescription Condition => Pairs == PairSource.Photographs
        ? new ConditionDescription(Corruption switch
        {
            CorruptionKind.Masked => ConditionKind.Masked,
            CorruptionKind.Noisy => ConditionKind.Noisy,
            CorruptionKind.Degraded => ConditionKind.Degraded,
            _ => ConditionKind.Grey,
        })
        : HasLabels ? new ConditionDescription(ConditionKind.Labels, Classes, Instances is not null) { Void = Void }
        : new ConditionDescription(ConditionKind.Picture);

    /// <summary>What a training by this asks of its data.</summary>
    /// <exception cref="TrainingDataException">The palette cannot be read.</exception>
    internal DataNeeds Needs() => new()
    {
        Arrangement = Pairs switch
        {
            PairSource.SideBySide => DataArrangement.SideBySide,
            PairSource.Folders => DataArrangement.Folders,
            _ => DataArrangement.Photographs,
        },
        Train = Train,
        Validation = Validation,
        HoldOut = HoldOut,
        LeastWidth = Width,
        LeastHeight = Height,
        Enlarges = true,
        Labels = HasLabels ? new LabelScheme(Classes, Void, Palette is { } palette ? Data.Pairs.Palette.Read(palette) : null) : null,
        InputSide = InputSide,
        Inputs = Inputs,
        Targets = Targets,
        Instances = Instances,
    };

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Problems()
    {
        if (HasLabels && Classes == 0) yield return ("classes", "is missing; label maps have a number of classes");
        if (!HasLabels && Classes > 0) yield return ("classes", "is used by label maps alone; set input to numbers or colours, or remove it");
        if (HasLabels && Input == InputKind.Colours && Palette is null)
            yield return ("palette", "is missing; label maps in colours have a file that says which colour is which class");
        if (Palette is not null && Input != InputKind.Colours) yield return ("palette", "is used by 'input: colours' alone; set that, or remove it");
        if (Instances is not null && (Pairs != PairSource.Folders || !HasLabels))
            yield return ("instances", "is used by folders of label maps alone; remove it");
        if (Load.Count is not (1 or 2)) yield return ("load", "is columns and rows, or one number for both");
        else if (Crop.Count is not (1 or 2)) yield return ("crop", "is columns and rows, or one number for both");
        else if (Load[0] < Crop[0] || Load[^1] < Crop[^1]) yield return ("crop", "is larger than load; a pair is brought to load and then cut");
        if (MaskShare.Count != 2 || MaskShare[0] > MaskShare[1] || MaskShare[1] == 0)
            yield return ("maskShare", "is the least and the largest share, as in [0.1, 0.4]");
        if (Noise.Count != 2 || Noise[0] > Noise[1]) yield return ("noise", "is the least and the largest deviation, as in [5, 50]");
        if (Validation is not null && HoldOut > 0) yield return ("holdOut", "is for a training without a validation folder; remove one of them");
    }
}
