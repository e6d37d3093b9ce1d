namespace Mezzotint.Fuzz.Readers;

/// <summary>Weights of other programs, whose network is told from names and shapes.</summary>
internal sealed class PublishedReader : ModelReader
{
    /// <inheritdoc/>
    public override string Name => "published";
}
