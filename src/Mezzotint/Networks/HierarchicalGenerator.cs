using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// A main generator that makes the global structure as a small image, and an auxiliary generator for each doubling of its side, which adds
/// detail to the enlarged image of the level before: x(k+1) = up(x(k)) + detail(up(x(k)), z(k+1)) (LAPGAN, Denton et al. 2015). Images are
/// N,H,W,C, about in [-1, 1].
/// </summary>
/// <remarks>The latent vector holds the main generator's part first, then each level's plane of noise.</remarks>
public sealed class HierarchicalGenerator : Module, IMultiScaleGenerator
{
    private readonly Module _main;
    private readonly DetailGenerator[] _details;
    private readonly MainGeneratorKind _kind;

    /// <summary>A generator.</summary>
    /// <param name="description">What it is; checked.</param>
    /// <param name="initialization">Where first values come from.</param>
    internal HierarchicalGenerator(HierarchicalDescription description, Initialization initialization)
        : base("")
    {
        (Width, Height, Channels, Latent, Levels) =
            (description.Size, description.Size, description.ImageChannels, description.Latent, description.Levels);
        _kind = description.Main;
        int side = SideOf(0);
        LatentSizes = [LatentOf(_kind, side, description.MainLatent), .. Enumerable.Range(1, Levels - 1).Select(level => SideOf(level) * SideOf(level))];
        _main = Add<Module>(_kind == MainGeneratorKind.Unet
            ? new UNet(description.MainLatent, Channels, initialization, description.MainChannels, DepthOf(side), dropout: 0)
            : new DcganGenerator(side, initialization, description.MainLatent, description.MainChannels, outChannels: Channels));
        _details = [.. Enumerable.Range(1, Levels - 1).Select(level => Add(
            new DetailGenerator($"details.{level}", Channels, initialization, description.DetailChannels[level - 1], description.DetailBlocks)))];
    }

    /// <inheritdoc/>
    public int Latent { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int Levels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => [];

    /// <summary>Of each level, the elements of the latent vector that are its own.</summary>
    public IReadOnlyList<int> LatentSizes { get; }

    /// <summary>The side of a level's images, in pixels.</summary>
    /// <param name="level">From 0.</param>
    public int SideOf(int level) => Width >> (Levels - 1 - level);

    /// <summary>A level's generator: the main one of level 0, else an auxiliary one.</summary>
    /// <param name="level">From 0.</param>
    public Module GeneratorOf(int level) => level == 0 ? _main : _details[level - 1];

    /// <summary>A level's images of those of the level before.</summary>
    /// <param name="level">From 0.</param>
    /// <param name="below">The images of the level before; null for level 0.</param>
    /// <param name="latent">[N, the level's <see cref="LatentSizes"/>].</param>
    /// <param name="pass">The pass.</param>
    public Tensor Level(int level, Tensor? below, Tensor latent, Pass pass)
    {
        int count = latent.Shape[0], side = SideOf(level);
        if (level == 0) return _main.Apply(_kind == MainGeneratorKind.Unet ? latent.Reshape([count, side, side, LatentSizes[0] / (side * side)]) : latent, pass);
        Tensor enlarged = LaplacianPyramid.Double(below ?? throw new ArgumentNullException(nameof(below)));
        return enlarged + _details[level - 1].Detail(enlarged, latent.Reshape([count, side, side, DetailGenerator.NoisePlanes]), pass);
    }

    /// <inheritdoc/>
    public Tensor Generate(Tensor latent, Tensor? classes, Pass pass) => GenerateLevels(latent, classes, pass)[^1];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> GenerateLevels(Tensor latent, Tensor? classes, Pass pass) =>
        [.. LevelsOf(latent, pass).Select(images => Tensor.Max(0, Tensor.Min(1, images * 0.5f + 0.5f)))];

    /// <summary>How often a side can be halved: the depth of a U-Net for it.</summary>
    internal static int DepthOf(int side) => System.Numerics.BitOperations.TrailingZeroCount(side);

    /// <summary>Elements of the main generator's part of the latent vector.</summary>
    internal static int LatentOf(MainGeneratorKind kind, int side, int mainLatent) => kind == MainGeneratorKind.Unet ? mainLatent * side * side : mainLatent;

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass) => LevelsOf(input, pass)[^1];

    private List<Tensor> LevelsOf(Tensor latent, Pass pass)
    {
        var images = new List<Tensor>();
        for (int level = 0, at = 0; level < Levels; at += LatentSizes[level++])
            images.Add(Level(level, images.LastOrDefault(), latent.Slice(1, at, LatentSizes[level]), pass));
        return images;
    }
}
