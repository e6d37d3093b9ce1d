using Mezzotint.Data.Pairs;

namespace Mezzotint.Data.Examination;

/// <summary>How the images that a training learns from lie.</summary>
public enum DataArrangement
{
    /// <summary>Folders of photographs, of which crops are cut.</summary>
    Photographs,

    /// <summary>Images that are brought to one size: folders, classes, IDX files or sheets.</summary>
    Images,

    /// <summary>Pairs as pictures that hold both, side by side.</summary>
    SideBySide,

    /// <summary>Pairs as two folders, or three, of the same names.</summary>
    Folders,
}

/// <summary>What a training asks of its data: all that is needed to tell, before it, which files it could not use or should not.</summary>
public sealed record DataNeeds
{
    /// <summary>How the data lie.</summary>
    public DataArrangement Arrangement { get; init; }

    /// <summary>Where they are.</summary>
    public IReadOnlyList<string> Train { get; init; } = [];

    /// <summary>Where those are that are never learned from; null for none.</summary>
    public string? Validation { get; init; }

    /// <summary>Of pairs without such a place: so many, the last by name, are never learned from.</summary>
    public int HoldOut { get; init; }

    /// <summary>Columns that a picture (of side-by-side pairs, a half) has at the least, in pixels.</summary>
    public int LeastWidth { get; init; } = 1;

    /// <summary>Rows that it has at the least.</summary>
    public int LeastHeight { get; init; } = 1;

    /// <summary>Whether a smaller picture is enlarged, and its blur learned; else it is left out.</summary>
    public bool Enlarges { get; init; }

    /// <summary>Channels that are learned; grey and colour become each other where it is 1 or 3.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>How many classes the images must have; 0 for any number, or none.</summary>
    public int Classes { get; init; }

    /// <summary>For <see cref="DataArrangement.Images"/>: what is done to make them alike.</summary>
    public ImageSetRecipe? Images { get; init; }

    /// <summary>For pairs: what the numbers or colours of label maps mean; null where pictures are given.</summary>
    public LabelScheme? Labels { get; init; }

    /// <summary>For side-by-side pairs: the half that is given.</summary>
    public PairSide InputSide { get; init; }

    /// <summary>For pairs in folders: the folder of what is given, within each place.</summary>
    public string Inputs { get; init; } = "";

    /// <summary>For pairs in folders: the folder of what is to come of it.</summary>
    public string Targets { get; init; } = "";

    /// <summary>For pairs in folders: the folder of instance maps; null for none.</summary>
    public string? Instances { get; init; }

    /// <summary>Whether transparency is laid over white, and is not one of the channels that are learned.</summary>
    internal bool LaysOverWhite => Channels is 1 or 3;

    /// <summary>What a training asks that brings images to one size.</summary>
    /// <param name="recipe">Which images, and which size.</param>
    internal static DataNeeds Of(ImageSetRecipe recipe)
    {
        int least = recipe.Fit == ImageFit.Pad ? 1 : recipe.Size ?? 1; // what is padded is never enlarged
        return new DataNeeds
        {
            Arrangement = DataArrangement.Images,
            Train = recipe.Train,
            Validation = recipe.Validation,
            LeastWidth = least,
            LeastHeight = least,
            Enlarges = true,
            Channels = recipe.Channels ?? 3,
            Images = recipe,
        };
    }
}
