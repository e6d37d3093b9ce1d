namespace Mezzotint.Data;

/// <summary>Some of a set's images.</summary>
internal sealed class ImageSubset : IImageSet
{
    private const ulong DrawPurpose = 0x4452_4157;

    private readonly IImageSet _set;
    private readonly int[] _indices, _classes;

    private ImageSubset(IImageSet set, int[] indices, int[] classes, IReadOnlyList<string> names)
    {
        (_set, _indices, _classes, Classes) = (set, indices, classes, names);
        var digest = new DataDigest();
        digest.Add(set.Fingerprint);
        digest.Add(string.Join(',', indices));
        digest.Add(string.Join('\0', names));
        Fingerprint = digest.Finish();
    }

    /// <inheritdoc/>
    public int Count => _indices.Length;

    /// <inheritdoc/>
    public int Width => _set.Width;

    /// <inheritdoc/>
    public int Height => _set.Height;

    /// <inheritdoc/>
    public int Channels => _set.Channels;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public IReadOnlyList<DataFile> Files => _set.Files;

    /// <summary>The images of some classes, of each no more than a number.</summary>
    /// <param name="set">The whole.</param>
    /// <param name="classes">The classes' names, in the order they are numbered; empty for all.</param>
    /// <param name="limit">The most of each class; null for no limit.</param>
    /// <exception cref="TrainingDataException">There is no such class.</exception>
    public static ImageSubset Of(IImageSet set, IReadOnlyList<string> classes, int? limit)
    {
        IReadOnlyList<string> names = classes.Count == 0 ? set.Classes : classes;
        if (names.FirstOrDefault(name => !set.Classes.Contains(name)) is { } unknown)
        {
            throw new TrainingDataException($"There is no class '{unknown}' in the data; "
                + (set.Classes.Count == 0 ? "they have no classes." : $"the classes are {string.Join(", ", set.Classes)}."));
        }

        int[] numbers = [.. set.Classes.Select(name => names.ToList().IndexOf(name))];
        if (numbers.Length == 0) numbers = [0];
        var counts = new int[numbers.Length];
        int[] indices = [.. Enumerable.Range(0, set.Count)
            .Where(index => numbers[set.ClassOf(index)] >= 0 && (limit is null || counts[set.ClassOf(index)]++ < limit))];
        return new ImageSubset(set, indices, [.. indices.Select(index => numbers[set.ClassOf(index)])], names);
    }

    /// <summary>Some images chosen at random, none twice, in the order they were drawn.</summary>
    /// <param name="set">The whole.</param>
    /// <param name="count">How many, at most all.</param>
    /// <param name="seed">The seed of the choice.</param>
    public static ImageSubset Drawn(IImageSet set, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, set.Count);
        var order = new EpochOrder(set.Count, seed, DrawPurpose);
        int[] indices = [.. Enumerable.Range(0, count).Select(i => order[i])];
        return new ImageSubset(set, indices, [.. indices.Select(set.ClassOf)], set.Classes);
    }

    /// <inheritdoc/>
    public void Read(int index, Span<float> samples) => _set.Read(_indices[index], samples);

    /// <inheritdoc/>
    public int ClassOf(int index) => _classes[index];
}
