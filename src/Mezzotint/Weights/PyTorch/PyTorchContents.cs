namespace Mezzotint.Weights.PyTorch;

/// <summary>What a PyTorch file holds before any number is read: its values, and where the numbers lie.</summary>
/// <param name="Root">The value that was saved.</param>
/// <param name="Locate">The first byte of a storage in the file; all of it is there, or a clause says why not.</param>
internal sealed record PyTorchContents(object? Root, Func<StorageReference, long> Locate);
