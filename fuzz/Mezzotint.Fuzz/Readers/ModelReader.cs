using Mezzotint.Fuzz.Grammars;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint.Fuzz.Readers;

/// <summary>Models of Mezzotint's: a description of a network, and its weights.</summary>
internal class ModelReader : Reader
{
    private static readonly Grammar Own = new StateGrammar();

    /// <inheritdoc/>
    public override string Name => "model";

    /// <inheritdoc/>
    public override string Extension => ".safetensors";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => Own;

    /// <inheritdoc/>
    public override long AllocationBound(int fileBytes) => (64L << 20) + 256L * fileBytes;

    /// <inheritdoc/>
    public override string Read(string path, byte[] bytes)
    {
        Module network = ModelFile.Read(path);
        NetworkDescription description = ModelFile.Describe(path);
        long numbers = 0;
        foreach (Variable variable in network.Variables)
        {
            float[] values = variable.ToArray();
            numbers += values.Length;
            WrongSuccessException.Unless(Array.TrueForAll(values, float.IsFinite), $"'{variable.Name}' has numbers that are not finite");
        }

        WrongSuccessException.Unless(numbers <= 2L * bytes.Length, $"a network of {numbers} numbers came of a file of {bytes.Length} bytes");
        return $"{description.Kind} {Magnitude(numbers)}";
    }
}
