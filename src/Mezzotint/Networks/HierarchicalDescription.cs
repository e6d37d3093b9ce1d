using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>A <see cref="HierarchicalGenerator"/>.</summary>
/// <param name="Size">The image's side, in pixels: <see cref="Levels"/> - 1 times the double of a side of 4 to 7 times a power of 2, from 8
/// on.</param>
/// <param name="ImageChannels">Channels of the image: 1 for grey, 3 for colour.</param>
/// <param name="Latent">Elements of the latent vector: of the main generator and of every level's plane of noise.</param>
/// <param name="Classes">The names of its classes: none.</param>
/// <param name="Levels">Levels, the main generator's included, from 2 on.</param>
/// <param name="Main">What makes the smallest image.</param>
/// <param name="MainLatent">Of a U-Net, planes of noise; of a DCGAN, elements of the latent vector.</param>
/// <param name="MainChannels">Channels of the main generator's largest features.</param>
/// <param name="DetailChannels">Channels of each auxiliary generator's features, the smallest level first.</param>
/// <param name="DetailBlocks">Residual blocks of each.</param>
public sealed record HierarchicalDescription(
    int Size, int ImageChannels, int Latent, IReadOnlyList<string> Classes, int Levels, MainGeneratorKind Main, int MainLatent, int MainChannels,
    IReadOnlyList<int> DetailChannels, int DetailBlocks)
    : GeneratorDescription(Size, ImageChannels, Latent, Classes)
{
    private const int MostLevels = 10;
    private const int WidestLayer = 1 << 14;
    private const int MostBlocks = 256;

    /// <inheritdoc/>
    public override string Summary =>
        $"{base.Summary} in {Levels} levels from {Size >> (Levels - 1)}, main {Main.ToString().ToLowerInvariant()} {MainChannels}, details {string.Join('-', DetailChannels)}";

    /// <summary>Whether images of a side can be made in so many levels.</summary>
    public static bool Makes(int size, int levels) =>
        levels is >= 2 and <= MostLevels && size % (1 << (levels - 1)) == 0 && DcganDiscriminator.Makes(size >> (levels - 1));

    /// <summary>The elements of the whole latent vector.</summary>
    internal static int LatentOf(int size, int levels, MainGeneratorKind main, int mainLatent) =>
        HierarchicalGenerator.LatentOf(main, size >> (levels - 1), mainLatent) + Enumerable.Range(0, levels - 1).Sum(i => (size >> i) * (size >> i));

    /// <inheritdoc/>
    public override HierarchicalGenerator Build(ulong seed = 0)
    {
        Check();
        if (!Makes(Size, Levels))
        {
            throw new MezzotintException($"There is no {Kind} network of {Size} pixels a side in {Levels} levels; its smallest level has 4, 5, 6 or 7 times a power "
                + $"of 2, from 8 on, and there are 2 to {MostLevels}.");
        }

        Require(MainLatent, WidestLayer, "latent elements or planes of the main generator");
        Require(MainChannels, WidestLayer, "channels of the main generator");
        Require(DetailBlocks, MostBlocks, "blocks");
        foreach (int channels in DetailChannels) Require(channels, WidestLayer, "channels");
        if (DetailChannels.Count != Levels - 1 || Latent != LatentOf(Size, Levels, Main, MainLatent) || Classes.Count > 0)
            throw new MezzotintException($"There is no {Kind} network whose levels, details and latent elements do not agree.");
        return new HierarchicalGenerator(this, new Initialization(seed));
    }
}
