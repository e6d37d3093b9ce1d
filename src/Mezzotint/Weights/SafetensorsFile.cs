namespace Mezzotint.Weights;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Arrays">The arrays, in the order of their data in the file.</param>
/// <param name="Formats">How the file stores each array, by name: F32, F16, BF16, F64, I64, I32, I16, I8, U8 or BOOL.</param>
/// <param name="Metadata">The header's free text; empty where there is none.</param>
public sealed record SafetensorsFile(
    IReadOnlyList<NamedArray> Arrays, IReadOnlyDictionary<string, string> Formats, IReadOnlyDictionary<string, string> Metadata);
