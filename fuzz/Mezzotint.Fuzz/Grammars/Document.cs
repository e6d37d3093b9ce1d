namespace Mezzotint.Fuzz.Grammars;

/// <summary>A file in parts.</summary>
/// <param name="Parts">The parts, which may be changed.</param>
/// <param name="Compose">The file of parts.</param>
internal sealed record Document(List<byte[]> Parts, Func<List<byte[]>, byte[]> Compose)
{
    /// <summary>The file of the parts as they are now.</summary>
    public byte[] Join() => Compose(Parts);

    /// <summary>Parts one after another.</summary>
    public static byte[] Concatenate(IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];
}
