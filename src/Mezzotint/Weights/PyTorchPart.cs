namespace Mezzotint.Weights;

/// <summary>One of the states that a PyTorch file holds.</summary>
/// <param name="Path">Where it lies: names of dictionaries, joined by dots; empty for the saved value itself.</param>
/// <param name="Arrays">How many arrays it has.</param>
/// <param name="Elements">How many numbers.</param>
public sealed record PyTorchPart(string Path, int Arrays, long Elements);
