using System.ComponentModel.DataAnnotations;

namespace Mezzotint.Data;

/// <summary>The images that a training learns from, and what is done to make them alike. All keys but the folder have defaults.</summary>
public sealed record ImageSetRecipe
{
    /// <summary>
    /// Where the images are: folders of photographs, folders with a folder per class, IDX files or folders of them, sheets; several are
    /// taken together. Default: none, and a training asks for one.
    /// </summary>
    public IReadOnlyList<string> Train { get; init; } = [];

    /// <summary>
    /// Images that are never trained on, to choose by; nothing for none. A folder that holds IDX files to train and to test by their
    /// usual names (train-images, t10k-images) may be given for both. Default: nothing.
    /// </summary>
    public string? Validation { get; init; }

    /// <summary>
    /// How they lie there: folder, classes (a folder per class), idx, sheets (each row of a picture is one square image, row by row); or
    /// auto, which tells the first three apart. Default: auto.
    /// </summary>
    public ImageLayout Layout { get; init; } = ImageLayout.Auto;

    /// <summary>The side that images are brought to, in pixels; nothing to leave them as they are. Default: nothing.</summary>
    [Range(1, 16_384)]
    public int? Size { get; init; }

    /// <summary>
    /// How: crop (the shorter side is resized, and the middle cut out), stretch, or pad (those that are larger are reduced, and the rest is
    /// black). Default: crop.
    /// </summary>
    public ImageFit Fit { get; init; } = ImageFit.Crop;

    /// <summary>1 for grey, 3 for colour; nothing for what the data are: colour, but for IDX files of grey. Default: nothing.</summary>
    [AllowedValues(null, 1, 3)]
    public int? Channels { get; init; }

    /// <summary>Only images of these classes, numbered in this order; all where there are none. Default: none.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Only so many images, the first, of each class (or of all, where there are no classes); nothing for no limit. Default:
    /// nothing.</summary>
    [Range(1, int.MaxValue)]
    public int? Limit { get; init; }

    /// <summary>Whether half of the images are mirrored left to right when they are learned from. Default: false.</summary>
    public bool Flips { get; init; }

    /// <summary>Images in a step. Default: 64.</summary>
    [Range(1, 65_536)]
    public int Batch { get; init; } = 64;

    /// <summary>
    /// Images are kept in memory up to so many megabytes (of 2^20 bytes); photographs beyond it are decoded anew each time, IDX files and
    /// sheets beyond it are refused. Default: 2,048.
    /// </summary>
    [Range(0, 1_000_000)]
    public int CacheMegabytes { get; init; } = 2_048;
}

/// <summary>How images lie in files and folders.</summary>
public enum ImageLayout
{
    /// <summary>Found out: IDX by its contents; a folder with subfolders of pictures and none beside them has classes.</summary>
    Auto,

    /// <summary>Picture files, in subfolders or not; no classes.</summary>
    Folder,

    /// <summary>A folder for each class, named as it.</summary>
    Classes,

    /// <summary>The IDX format of the MNIST digits, packed by gzip or not.</summary>
    Idx,

    /// <summary>Pictures each row of which is one square image, row by row.</summary>
    Sheets,
}

/// <summary>How an image is brought to a size.</summary>
public enum ImageFit
{
    /// <summary>Its shorter side is resized to the size, and the middle of the longer one cut out.</summary>
    Crop,

    /// <summary>Both sides are resized to the size.</summary>
    Stretch,

    /// <summary>One that is larger is reduced until it fits; what is left around it is black.</summary>
    Pad,
}
