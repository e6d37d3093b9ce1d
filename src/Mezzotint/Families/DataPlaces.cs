namespace Mezzotint.Families;

/// <summary>Where a training's data lie: what <c>--data</c> and <c>--validation</c> say.</summary>
/// <param name="Train">Folders or files to learn from.</param>
/// <param name="Validation">A folder or file that is never learned from, to choose by; null for none.</param>
public sealed record DataPlaces(IReadOnlyList<string> Train, string? Validation = null);
