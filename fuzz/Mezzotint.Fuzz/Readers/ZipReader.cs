using Mezzotint.Fuzz.Grammars;

namespace Mezzotint.Fuzz.Readers;

/// <summary>The zip archives that PyTorch's files are.</summary>
internal sealed class ZipReader : PyTorchReader
{
    private static readonly Grammar Own = new ZipGrammar();

    /// <inheritdoc/>
    public override string Name => "zip";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => Own;
}
