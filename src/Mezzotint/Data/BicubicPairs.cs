using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>
/// Photographs and their bicubic reductions, as the published protocol makes them: the whole picture is cropped to a multiple of the scale
/// and reduced by MATLAB's antialiased bicubic, rounded to its own 8 or 16 bits; crops are cut afterwards. A photograph may be learned from at
/// several sizes. Pairs are kept in memory up to a limit, and beyond it made anew each time.
/// </summary>
/// <remarks>Not for use by several threads at once.</remarks>
public sealed class BicubicPairs : ITrainingPairs
{
    private readonly PhotographFolder _folder;
    private readonly int _channels;
    private readonly long _limit;
    private readonly Action<SkippedFile>? _report;
    private readonly (int Photograph, double Size)[] _members;
    private readonly TrainingPair?[] _kept;
    private readonly Dictionary<int, SkippedFile> _broken = [];
    private long _bytes;

    /// <summary>Pairs that are made when they are first asked for.</summary>
    /// <param name="folder">The photographs, none with a side shorter than a crop of the truth.</param>
    /// <param name="scale">How many times smaller, each way, the reductions are.</param>
    /// <param name="cacheBytes">How many bytes of pixels are kept.</param>
    /// <param name="report">Told, once each, of files that turn out broken when their pixels are decoded.</param>
    /// <param name="channels">Channels of the pictures; those of the folder fit (<see cref="TrainingChannels.Fit"/>).</param>
    /// <param name="sizes">The sizes of each photograph, as shares of its own; null for its own alone.</param>
    /// <param name="smallestSide">A size at which a side would be shorter, in pixels, is left out for that photograph.</param>
    public BicubicPairs(
        PhotographFolder folder, int scale, long cacheBytes, Action<SkippedFile>? report = null, int channels = 3, IReadOnlyList<double>? sizes = null,
        int smallestSide = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        (_folder, Scale, _limit, _report, _channels) = (folder, scale, cacheBytes, report, channels);
        _members =
        [
            .. from photograph in Enumerable.Range(0, folder.Photographs.Count)
               from size in sizes ?? [1]
               let reduced = Reduced(folder.Photographs[photograph].Width, folder.Photographs[photograph].Height, size)
               where Math.Min(reduced.Width, reduced.Height) >= smallestSide
               select (photograph, size),
        ];
        if (_members.Length == 0) throw new TrainingDataException("No photograph is large enough for a crop at any of the recipe's data.sizes; add 1 to them.");
        _kept = new TrainingPair?[_members.Length];
    }

    /// <inheritdoc/>
    public int Count => _kept.Length;

    /// <inheritdoc/>
    public int Scale { get; }

    /// <summary>Bytes of pixels kept now.</summary>
    public long CachedBytes => _bytes;

    /// <inheritdoc/>
    /// <exception cref="TrainingDataException">Too many are broken, or one has been lost or changed since the folder was
    /// opened.</exception>
    public TrainingPair? Get(int index)
    {
        if (_kept[index] is TrainingPair kept)
            return kept;
        (int number, double size) = _members[index];
        if (_broken.ContainsKey(number))
            return null;
        var photograph = _folder.Photographs[number];
        photograph.RequireAsFound();
        try
        {
            var picture = Picture.Load(photograph.Path);
            if (size < 1)
            {
                var (width, height) = Reduced(picture.Width, picture.Height, size);
                picture = picture.Resize(width, height);
            }
            var pair = Make(picture, Scale, _channels);
            // Which pictures are kept does not matter: an epoch asks for each of them once.
            if (_bytes + pair.Bytes <= _limit)
            {
                _kept[index] = pair;
                _bytes += pair.Bytes;
            }
            return pair;
        }
        catch (PictureException fault) when (fault.InnerException is IOException or UnauthorizedAccessException)
        {
            throw new TrainingDataException($"A photograph to learn from cannot be read: {fault.Message}", fault);
        }
        catch (PictureException fault)
        {
            var skipped = new SkippedFile(photograph.Path, fault.Message, Broken: true);
            _broken.Add(number, skipped);
            _report?.Invoke(skipped);
            PhotographFolder.Refuse(_folder.Skipped.Concat(_broken.Values), _folder.Photographs.Count + _folder.Skipped.Count);
            return null;
        }
    }

    private static (int Width, int Height) Reduced(int width, int height, double size) =>
        ((int)Math.Round(width * size), (int)Math.Round(height * size));

    /// <summary>
    /// A picture and its reduction, with the channels to train with (<see cref="TrainingChannels.Of"/>) and the picture's own depth.
    /// </summary>
    /// <param name="picture">The picture; cropped at its right and bottom to a multiple of the scale.</param>
    /// <param name="scale">How many times smaller, each way, the reduction is.</param>
    /// <param name="channels">Channels of both.</param>
    /// <exception cref="ArgumentException">The picture's channels cannot become these.</exception>
    public static TrainingPair Make(Picture picture, int scale, int channels = 3)
    {
        int lowWidth = picture.Width / scale, lowHeight = picture.Height / scale;
        Picture high = TrainingChannels.Of(picture, channels).Crop(0, 0, lowWidth * scale, lowHeight * scale).WithMetadata(PictureMetadata.None);
        return new TrainingPair(high.Resize(lowWidth, lowHeight), high, scale);
    }
}
