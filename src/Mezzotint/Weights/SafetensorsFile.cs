namespace Mezzotint.Weights;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Arrays">The arrays, in the order of their data in the file.</param>
/// <param name="Metadata">The header's free text; empty where there is none.</param>
public sealed record SafetensorsFile(IReadOnlyList<NamedArray> Arrays, IReadOnlyDictionary<string, string> Metadata);
