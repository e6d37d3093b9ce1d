namespace Mezzotint.Weights.PyTorch;

/// <summary>A storage that a pickle mentions: numbers in a row elsewhere in the file, on which tensors look.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Format">How its numbers are stored.</param>
/// <param name="Elements">How many it has.</param>
/// <param name="Offset">Its first number, counted in the storage of that name: not 0 for a view, as old files have them.</param>
internal sealed record StorageReference(string Key, NumberFormat Format, long Elements, long Offset);
