using System.Diagnostics.CodeAnalysis;
using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>
/// Photographs of a folder, each brought to one size when it is first read and kept in memory up to a limit. One that turns out broken when
/// its pixels are decoded is reported, and the next of its class stands in for it, so that what a number gives is a property of the data.
/// </summary>
internal sealed class ImageFolder : IImageSet
{
    private readonly PhotographFolder _folder;
    private readonly ImageFrame _frame;
    private readonly int[] _classes;
    private readonly long _limit;
    private readonly Action<SkippedFile>? _report;
    private readonly byte[]?[] _kept;
    private readonly Dictionary<int, SkippedFile> _broken = [];
    private readonly Lock _lock = new();
    private long _bytes;

    private ImageFolder(PhotographFolder folder, ImageFrame frame, bool classes, long limit, Action<SkippedFile>? report)
    {
        (_folder, _frame, _limit, _report) = (folder, frame, limit, report);
        _kept = new byte[folder.Photographs.Count][];
        string[] names = [.. folder.Photographs.Select(photograph => classes ? photograph.Name.Split('/')[0] : "")];
        string[] distinct = [.. names.Distinct().Order(StringComparer.Ordinal)];
        _classes = [.. names.Select(name => Array.IndexOf(distinct, name))];
        Classes = classes ? distinct : [];
    }

    /// <inheritdoc/>
    public int Count => _kept.Length;

    /// <inheritdoc/>
    public int Width => _frame.Width;

    /// <inheritdoc/>
    public int Height => _frame.Height;

    /// <inheritdoc/>
    public int Channels => _frame.Channels;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public string Fingerprint => _folder.Fingerprint;

    /// <inheritdoc/>
    public IReadOnlyList<DataFile> Files => [.. _folder.Photographs.Select(photograph => new DataFile(photograph.Name, photograph.Bytes))];

    /// <summary>Opens a folder; headers are read, pixels are not.</summary>
    /// <param name="path">The folder, searched with its subfolders.</param>
    /// <param name="classes">Whether its subfolders are classes.</param>
    /// <param name="recipe">What the images are brought to.</param>
    /// <param name="report">Told, once each, of files that are left out.</param>
    /// <exception cref="TrainingDataException">It is missing or has no usable picture; pictures of several sizes and no size to bring
    /// them to; a picture beside the classes' folders.</exception>
    public static ImageFolder Open(string path, bool classes, ImageSetRecipe recipe, Action<SkippedFile>? report)
    {
        PhotographFolder folder = PhotographFolder.Open([path]);
        foreach (SkippedFile skipped in folder.Skipped) report?.Invoke(skipped);
        Photograph first = folder.Photographs[0];
        if (recipe.Size is null && folder.Photographs.FirstOrDefault(one => (one.Width, one.Height) != (first.Width, first.Height)) is { } other)
        {
            throw new TrainingDataException($"The pictures in '{path}' have several sizes ('{first.Name}' {first.Width}x{first.Height}, "
                + $"'{other.Name}' {other.Width}x{other.Height}); set data.size to the side that they are to be brought to.");
        }

        if (classes && folder.Photographs.FirstOrDefault(one => !one.Name.Contains('/', StringComparison.Ordinal)) is { } stray)
            throw new TrainingDataException($"'{stray.Path}' lies beside the folders of the classes in '{path}'; put it into one of them.");
        ImageFrame frame = ImageFrame.Of(recipe, first.Width, first.Height, 3);
        return new ImageFolder(folder, frame, classes, recipe.CacheMegabytes * (1L << 20), report);
    }

    /// <inheritdoc/>
    public void Read(int index, Span<float> samples) => ByteSamples.ToUnit(Bytes(index), samples);

    /// <inheritdoc/>
    public int ClassOf(int index) => _classes[index];

    private byte[] Bytes(int index)
    {
        for (int i = 0; i < Count; i++)
        {
            int candidate = (index + i) % Count;
            if (_classes[candidate] == _classes[index] && TryLoad(candidate, out byte[]? bytes)) return bytes;
        }

        throw new TrainingDataException($"No picture like '{_folder.Photographs[index].Path}' can be used.");
    }

    private bool TryLoad(int index, [NotNullWhen(true)] out byte[]? bytes)
    {
        lock (_lock)
        {
            bytes = _kept[index];
            if (bytes is not null) return true;
            if (_broken.ContainsKey(index)) return false;
        }

        _folder.Photographs[index].RequireAsFound();
        try
        {
            bytes = _frame.Bytes(Picture.Load(_folder.Photographs[index].Path));
        }
        catch (PictureException fault)
        {
            Note(index, new SkippedFile(_folder.Photographs[index].Path, fault.Message, Broken: true));
            return false;
        }

        lock (_lock)
        {
            // Which are kept does not matter: an epoch asks for each of them once.
            if (_kept[index] is null && _bytes + bytes.Length <= _limit)
            {
                _kept[index] = bytes;
                _bytes += bytes.Length;
            }
        }

        return true;
    }

    private void Note(int index, SkippedFile skipped)
    {
        lock (_lock)
        {
            if (!_broken.TryAdd(index, skipped)) return;
            _report?.Invoke(skipped);
            PhotographFolder.Refuse(_folder.Skipped.Concat(_broken.Values), Count + _folder.Skipped.Count);
        }
    }
}
