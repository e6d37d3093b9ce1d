namespace Mezzotint.Data;

/// <summary>Images of one size to learn from or to judge by, by number. Reading is safe on many threads.</summary>
public interface IImageSet
{
    /// <summary>How many there are, at least one; does not change.</summary>
    int Count { get; }

    /// <summary>Columns of each.</summary>
    int Width { get; }

    /// <summary>Rows of each.</summary>
    int Height { get; }

    /// <summary>Samples a pixel: 1 for grey, 3 for red, green and blue.</summary>
    int Channels { get; }

    /// <summary>The names of the classes, by their numbers; empty where images have none.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>A digest of what the data are: a training that is resumed on other data would not be the same training.</summary>
    string Fingerprint { get; }

    /// <summary>The files that the data are, so that one that is lost can be named; empty where they are no files.</summary>
    IReadOnlyList<DataFile> Files => [];

    /// <summary>Reads one of them.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="samples">Receives Height x Width x Channels samples in [0,1], interleaved.</param>
    /// <exception cref="TrainingDataException">Too many of the files turn out broken.</exception>
    void Read(int index, Span<float> samples);

    /// <summary>The class of one of them, from 0; 0 where there are none.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    int ClassOf(int index);
}
