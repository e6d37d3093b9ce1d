using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>VGG-16: a <see cref="Vgg"/> of 13 convolutions.</summary>
/// <param name="initialization">Where first values come from; they only show the network's shape.</param>
public sealed class Vgg16(Initialization initialization) : Vgg("VGG-16", Stages, initialization)
{
    private static readonly int[][] Stages = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];

    /// <summary>The names of all features, in order: <c>conv1_1</c>, <c>relu1_1</c>, <c>conv1_2</c> ... <c>relu5_3</c>.</summary>
    public static IReadOnlyList<string> Layers { get; } = NamesOf(Stages);
}
