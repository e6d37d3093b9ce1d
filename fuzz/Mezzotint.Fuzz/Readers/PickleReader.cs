using Mezzotint.Fuzz.Grammars;

namespace Mezzotint.Fuzz.Readers;

/// <summary>The pickles within PyTorch's files.</summary>
internal sealed class PickleReader : PyTorchReader
{
    private static readonly Grammar Own = new PickleGrammar();

    /// <inheritdoc/>
    public override string Name => "pickle";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => Own;

    /// <inheritdoc/>
    public override long AllocationBound(int fileBytes) => (64L << 20) + 1024L * fileBytes; // objects in a list of a million entries that a few bytes made
}
