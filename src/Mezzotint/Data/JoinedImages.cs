namespace Mezzotint.Data;

/// <summary>Several sets as one, one after the other.</summary>
internal sealed class JoinedImages : IImageSet
{
    private readonly IReadOnlyList<IImageSet> _sets;
    private readonly int[] _starts;
    private readonly int[][] _numbers;

    /// <summary>Joins sets whose images are alike; classes of the same name are one.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="paths">Where each is from, for the sentence of an error.</param>
    /// <exception cref="TrainingDataException">Sizes or channels differ, or only some have classes.</exception>
    public JoinedImages(IReadOnlyList<IImageSet> sets, IReadOnlyList<string> paths)
    {
        _sets = sets;
        for (int i = 1; i < sets.Count; i++)
        {
            if ((sets[i].Width, sets[i].Height, sets[i].Channels) != (Width, Height, Channels))
            {
                throw new TrainingDataException($"The images of '{paths[i]}' are {Describe(sets[i])} where those of '{paths[0]}' are "
                    + $"{Describe(sets[0])}; set data.size and data.channels.");
            }

            if (sets[i].Classes.Count == 0 != (sets[0].Classes.Count == 0))
                throw new TrainingDataException($"Only one of '{paths[0]}' and '{paths[i]}' has classes; set data.layout to folder.");
        }

        bool same = sets.All(set => set.Classes.SequenceEqual(sets[0].Classes));
        Classes = same ? sets[0].Classes : [.. sets.SelectMany(set => set.Classes).Distinct().Order(StringComparer.Ordinal)];
        _numbers = [.. sets.Select(set => set.Classes.Select(name => Classes.ToList().IndexOf(name)).DefaultIfEmpty(0).ToArray())];
        _starts = new int[sets.Count];
        var digest = new DataDigest();
        for (int i = 0; i < sets.Count; i++)
        {
            _starts[i] = Count;
            Count = checked(Count + sets[i].Count);
            digest.Add(sets[i].Fingerprint);
        }

        Fingerprint = digest.Finish();
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Width => _sets[0].Width;

    /// <inheritdoc/>
    public int Height => _sets[0].Height;

    /// <inheritdoc/>
    public int Channels => _sets[0].Channels;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public IReadOnlyList<DataFile> Files => [.. _sets.SelectMany(set => set.Files)];

    /// <inheritdoc/>
    public void Read(int index, Span<float> samples)
    {
        int set = SetOf(index);
        _sets[set].Read(index - _starts[set], samples);
    }

    /// <inheritdoc/>
    public int ClassOf(int index)
    {
        int set = SetOf(index);
        return _numbers[set][_sets[set].ClassOf(index - _starts[set])];
    }

    private static string Describe(IImageSet set) => $"{set.Width}x{set.Height} with {set.Channels} channels";

    private int SetOf(int index)
    {
        int set = Array.BinarySearch(_starts, index);
        return set >= 0 ? set : ~set - 1;
    }
}
