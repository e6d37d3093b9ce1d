namespace Mezzotint.Fuzz;

/// <summary>An input that a reader did not take as it promises.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Detail">The exception, the figures.</param>
/// <param name="Input">The file.</param>
internal sealed record Finding(string Kind, string Detail, byte[] Input);
