namespace Mezzotint.Evaluation;

/// <summary>How near a level's images come to true ones of their size.</summary>
/// <param name="Side">The side of the images, in pixels.</param>
/// <param name="Own">The level's own images.</param>
/// <param name="Predecessor">The images of the level before, enlarged to this one's size: what the level began with; null for the
/// smallest.</param>
public sealed record LevelScore(int Side, PatchDistance Own, PatchDistance? Predecessor);

/// <summary>Sliced Wasserstein distances of Laplacian patches, in thousandths; lower is better.</summary>
/// <param name="Finest">Of the band of the finest detail.</param>
/// <param name="Mean">The mean over all bands.</param>
public sealed record PatchDistance(double Finest, double Mean);
