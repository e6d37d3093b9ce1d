using System.Buffers.Binary;
using Mezzotint.Fuzz.Grammars;
using Mezzotint.Weights;

namespace Mezzotint.Fuzz.Readers;

/// <summary>safetensors files, as arrays and as <c>mezzo inspect</c> shows them.</summary>
internal sealed class SafetensorsReader : Reader
{
    private static readonly Grammar Own = new SafetensorsGrammar();

    /// <inheritdoc/>
    public override string Name => "safetensors";

    /// <inheritdoc/>
    public override string Extension => ".safetensors";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => Own;

    /// <inheritdoc/>
    public override string Read(string path, byte[] bytes)
    {
        SafetensorsFile file = Safetensors.Read(path);
        Arrays.Check(file.Arrays, file.Formats);
        long header = 8 + BinaryPrimitives.ReadInt64LittleEndian(bytes);
        long numbers = file.Arrays.Sum(array => array.Data.LongLength * Arrays.BytesOf(file.Formats[array.Name]));
        WrongSuccessException.Unless(numbers == bytes.Length - header, $"{numbers} bytes of numbers were read of {bytes.Length - header}");
        IReadOnlyDictionary<string, string> metadata = Safetensors.ReadMetadata(path);
        WrongSuccessException.Unless(metadata.Count == file.Metadata.Count, "the metadata alone are others than with the arrays");
        string likely = Arrays.Inspect(path, file.Arrays);
        return $"{Magnitude(file.Arrays.Count)} {string.Join(',', file.Formats.Values.Distinct())} {Magnitude(metadata.Count)} {likely}";
    }
}
