using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Evaluation;

/// <summary>
/// True pictures and their low-resolution versions, which are files of the same name (or the name and <c>x4</c>, as some sets have it)
/// or, where no folder of them is given, are made by the protocol's bicubic reduction.
/// </summary>
public sealed class EvaluationSet
{
    private readonly IReadOnlyList<(string Name, string Truth, string? Low)> _files;
    private readonly int? _channels;
    private Func<Picture, int, Picture>? _reduce;

    private EvaluationSet(IReadOnlyList<(string Name, string Truth, string? Low)> files, int scale, int? channels)
    {
        (_files, _channels) = (files, channels);
        Scale = scale;
    }

    /// <summary>How many pictures there are; at least one.</summary>
    public int Count => _files.Count;

    /// <summary>How many times larger, each way, the truths are.</summary>
    public int Scale { get; }

    /// <summary>Finds the pictures; none is decoded yet.</summary>
    /// <param name="truths">The folder of true pictures, searched with its subfolders.</param>
    /// <param name="lows">The folder of low-resolution ones; null to make them.</param>
    /// <param name="scale">How many times larger, each way, the truths are.</param>
    /// <param name="channels">Channels that the pictures are made to have (<see cref="TrainingChannels.Of"/>); null for their own.</param>
    /// <exception cref="EvaluationException">A folder is missing or without pictures, or a truth has no low-resolution
    /// version.</exception>
    public static EvaluationSet Open(string truths, string? lows, int scale, int? channels = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        try
        {
            var low = lows is null ? null : PhotographFolder.List(lows).GroupBy(path => Stem(lows, path), StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
            var files = PhotographFolder.List(truths).Select(path =>
            {
                string stem = Stem(truths, path), name = Path.GetRelativePath(truths, path).Replace('\\', '/');
                string? partner = low is null ? null
                    : low.GetValueOrDefault(stem) ?? low.GetValueOrDefault($"{stem}x{scale}")
                        ?? throw new EvaluationException(
                            $"'{name}' has no low-resolution version in '{lows}': a file of the same name is needed.");
                return (name, path, partner);
            }).ToList();
            return files.Count > 0 ? new EvaluationSet(files, scale, channels) : throw new EvaluationException($"There is no picture in '{truths}'.");
        }
        catch (TrainingDataException fault)
        {
            throw new EvaluationException(fault.Message, fault);
        }
    }

    /// <summary>The same truths, with low-resolution versions made another way where no files of them are given.</summary>
    /// <param name="reduce">Makes of a truth, whose sides are multiples of the scale, and its index the version that is smaller by the
    /// scale.</param>
    public EvaluationSet Reduced(Func<Picture, int, Picture> reduce) => new(_files, Scale, _channels) { _reduce = reduce };

    /// <summary>A picture's path within the folder, with forward slashes.</summary>
    public string NameOf(int index) => _files[index].Name;

    /// <summary>The length of a picture's file; 0 where it is lost.</summary>
    public long BytesOf(int index) => new FileInfo(_files[index].Truth) is { Exists: true } file ? file.Length : 0;

    /// <summary>Loads a pair.</summary>
    /// <returns>The low-resolution picture, and the truth cropped to a multiple of the scale.</returns>
    /// <exception cref="EvaluationException">A file is broken, too small to reduce, or of the wrong size.</exception>
    public (Picture Low, Picture Truth) Load(int index)
    {
        var (name, truthPath, lowPath) = _files[index];
        try
        {
            var truth = Picture.Load(truthPath);
            int width = truth.Width / Scale, height = truth.Height / Scale;
            if (width == 0 || height == 0)
                throw new EvaluationException($"'{name}' has {truth.Width}x{truth.Height} pixels, too few for x{Scale}.");
            truth = Made(truth.Crop(0, 0, width * Scale, height * Scale));
            if (lowPath is null)
                return (_reduce?.Invoke(truth, index) ?? truth.Resize(width, height), truth);
            var low = Made(Picture.Load(lowPath));
            if (low.Width != width || low.Height != height)
            {
                throw new EvaluationException(
                    $"'{lowPath}' has {low.Width}x{low.Height} pixels where the truth's {truth.Width}x{truth.Height} "
                    + $"need {width}x{height} at x{Scale}.");
            }
            return (low, truth);
        }
        catch (ArgumentException fault) when (_channels is not null)
        {
            throw new EvaluationException($"'{name}': {fault.Message}", fault);
        }
        catch (PictureException fault)
        {
            throw new EvaluationException(fault.Message, fault);
        }
    }

    private Picture Made(Picture picture) => _channels is { } channels ? TrainingChannels.Of(picture, channels) : picture;

    private static string Stem(string folder, string path) =>
        Path.ChangeExtension(Path.GetRelativePath(folder, path), null).Replace('\\', '/');
}
