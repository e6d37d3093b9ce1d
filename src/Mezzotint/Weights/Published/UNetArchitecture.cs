using System.Globalization;
using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>
/// The U-Net of pix2pix by its authors' names in PyTorch, where each layer holds those within it:
/// <c>model.model.1.model.3.model.1.weight</c>.
/// </summary>
internal sealed class UNetArchitecture : Architecture
{
    private const double PublishedDropout = 0.5;
    private const int MostChannels = 8;

    /// <inheritdoc/>
    public override string Name => "pix2pix's U-Net";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = Describe(3, 1, 8);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        if (state.ShapeOf("model.model.0.weight") is not [var channels, var inputs, 4, 4] || !state.Has("model.model.3.weight", 2 * channels, 3, 4, 4)) return null;
        int inner = CountOf(state, i => $"{PathOf(i)}.1.weight", first: 1);
        return inner < 1 ? null : Describe(inputs, channels, inner + 1);
    }

    /// <inheritdoc/>
    public override bool Describes(NetworkDescription network) => network is TranslatorDescription { Generator: TranslationGenerator.Unet, Style: StyleKind.None };

    /// <summary>
    /// The published network has no biases but at its end; ours may have one at the beginning and in the middle, where no norm follows.
    /// </summary>
    public override bool MayLack(NetworkDescription network, string variable) =>
        variable is "down.0.conv.bias" || variable == $"down.{((TranslatorDescription)network).Depth - 1}.conv.bias";

    /// <inheritdoc/>
    public override string NameOf(NetworkDescription network, string variable)
    {
        string[] parts = variable.Split('.'); // down.2.conv.weight
        int layer = int.Parse(parts[1], CultureInfo.InvariantCulture);
        bool innermost = layer == ((TranslatorDescription)network).Depth - 1;
        int number = (parts[0], parts[2]) switch
        {
            ("down", "conv") => layer == 0 ? 0 : 1,
            ("down", _) => 2,
            (_, "conv") => layer == 0 || innermost ? 3 : 5,
            _ => innermost ? 4 : 6,
        };
        return $"{PathOf(layer)}.{number}.{parts[3]}";
    }

    private static string PathOf(int layer) => "model.model" + (layer == 0 ? "" : ".1.model") + string.Concat(Enumerable.Repeat(".3.model", Math.Max(0, layer - 1)));

    private static TranslatorDescription Describe(int inputs, int channels, int depth) =>
        new(TranslationGenerator.Unet, Pix2PixHDArchitecture.Given(inputs), channels, depth, Dropout: PublishedDropout);
}
