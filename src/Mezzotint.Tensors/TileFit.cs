namespace Mezzotint.Tensors;

/// <summary>How an image may be cut into tiles that give the bits of the image computed whole.</summary>
/// <param name="Margin">Pixels of the input around a tile that must be computed with it; a multiple of <paramref name="Grid"/>.</param>
/// <param name="Grid">Tiles begin and end on multiples of so many pixels of the input.</param>
public readonly record struct TileFit(int Margin, int Grid);
