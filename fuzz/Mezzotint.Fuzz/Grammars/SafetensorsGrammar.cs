using System.Buffers.Binary;

namespace Mezzotint.Fuzz.Grammars;

/// <summary>safetensors: the header in tokens of JSON, its length made to fit, and the numbers behind it.</summary>
internal sealed class SafetensorsGrammar : Grammar
{
    private static readonly TokenGrammar Json = new(
        "F32", "F16", "BF16", "F64", "I64", "I32", "I16", "I8", "U8", "BOOL", "F8_E4M3", "dtype", "shape", "data_offsets", "__metadata__", "mezzotint.network",
        "[", "]", "{", "}", ",", ":", "[1e9,1e9]", "[-1,4]", "[0]", "[2147483647,2147483647]", "\"\"");

    /// <inheritdoc/>
    protected override Document? Split(byte[] file)
    {
        if (file.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(file) is var length && length > (ulong)(file.Length - 8)) return null;
        return TokenGrammar.Split(file, 8, 8 + (int)length, (header, data) =>
        {
            byte[] eight = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(eight, header.Length);
            return [.. eight, .. header, .. data];
        });
    }

    /// <inheritdoc/>
    protected override byte[] ChangePart(byte[] part, Dice dice) => Json.ChangeToken(part, dice);
}
