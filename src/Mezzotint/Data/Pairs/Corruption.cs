namespace Mezzotint.Data.Pairs;

/// <summary>
/// Makes what is given of what is to come: holes, noise, loss of colour. What happens to a sample is a function of the seed and the
/// sample's number alone.
/// </summary>
/// <remarks>Not for use by several threads at once.</remarks>
public abstract class Corruption
{
    /// <summary>Channels of what is given.</summary>
    public abstract int Channels { get; }

    /// <summary>Spoils a picture.</summary>
    /// <param name="target">height x width x 3 samples in [-1, 1].</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="sample">The sample's number.</param>
    /// <param name="condition">Receives height x width x <see cref="Channels"/> values.</param>
    public abstract void Apply(ReadOnlySpan<float> target, int width, int height, ulong seed, ulong sample, Span<float> condition);
}
