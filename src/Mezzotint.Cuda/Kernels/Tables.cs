namespace Mezzotint.Cuda.Kernels;

/// <summary>Numbers that the kernels of a program read and that never change: they are copied to the GPU once.</summary>
internal sealed class Tables
{
    private readonly List<int> _words = [];

    /// <summary>All the words so far.</summary>
    public int[] Words => [.. _words];

    /// <summary>Adds words; returns the argument that reads them.</summary>
    public Argument Add(ReadOnlySpan<int> words)
    {
        long offset = (long)_words.Count * sizeof(int);
        _words.AddRange(words);
        return new Argument(Place.Table, offset, 0, (long)words.Length * sizeof(int), Use.Read);
    }
}
