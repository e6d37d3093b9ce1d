using System.Globalization;
using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>
/// The generators of Pix2PixHD by its authors' names, a sequence of numbers (<c>model.10.conv_block.1.weight</c>); the global one with two
/// layers of stride 2 is CycleGAN's ResNet generator, named alike.
/// </summary>
internal sealed class Pix2PixHDArchitecture : Architecture
{
    private const int NumbersPerLayer = 3; // the convolution, the norm, the rectifier
    private const int FirstDown = 4; // behind the padding, and the first layer
    private const int CityscapesInputs = 36;
    private const string Second = ".conv_block.5.", WithDropout = ".conv_block.6.";

    private readonly bool _enhanced;

    private Pix2PixHDArchitecture(bool enhanced) => _enhanced = enhanced;

    /// <summary>The local enhancer, which has a global generator's names too, and the global generator.</summary>
    public static IReadOnlyList<Pix2PixHDArchitecture> All { get; } = [new(enhanced: true), new(enhanced: false)];

    /// <inheritdoc/>
    public override string Name => _enhanced ? "Pix2PixHD's local enhancer" : "Pix2PixHD's global or CycleGAN's ResNet generator";

    /// <inheritdoc/>
    public override NetworkDescription Typical => _enhanced ? Describe(3, 1, 4, 9, 3) : Describe(3, 1, 2, 9, null);

    /// <summary>
    /// What a network of so many input channels is given: three are a picture's; others are labels, the published 36 with boundaries of
    /// instances.
    /// </summary>
    public static ConditionDescription Given(int inputs) => inputs switch
    {
        3 => new ConditionDescription(ConditionKind.Picture),
        CityscapesInputs => new ConditionDescription(ConditionKind.Labels, inputs - 1, Instances: true),
        _ => new ConditionDescription(ConditionKind.Labels, inputs),
    };

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        if (state.ShapeOf("model.1.weight") is not [var channels, var inputs, 7, 7] || state.ShapeOf("model1_1.1.weight") is not null != _enhanced) return null;
        int downs = 0;
        while (state.Has($"model.{FirstDown + NumbersPerLayer * downs}.weight", channels << (downs + 1), channels << downs, 3, 3)) downs++;
        int blocks = CountOf(state, i => $"model.{i}.conv_block.1.weight", first: FirstDown + NumbersPerLayer * downs);
        if (downs == 0 || blocks == 0) return null;
        int local = CountOf(state, i => $"model1_2.{i}.conv_block.1.weight");
        if (_enhanced) return local == 0 || channels % 2 != 0 ? null : Describe(inputs, channels / 2, downs, blocks, local);
        return state.Has($"model.{Tail(downs, blocks)}.weight", 3, channels, 7, 7) ? Describe(inputs, channels, downs, blocks, null) : null;
    }

    /// <inheritdoc/>
    public override bool Describes(NetworkDescription network) => network is TranslatorDescription { Style: StyleKind.None } translator
        && translator.Generator == (_enhanced ? TranslationGenerator.Enhanced : TranslationGenerator.Global);

    /// <inheritdoc/>
    public override string NameOf(NetworkDescription network, string variable)
    {
        var translator = (TranslatorDescription)network;
        string[] parts = variable.Split('.');
        if (parts[0] == "local") return Local(parts[1..], translator.LocalBlocks);
        if (parts[0] == "global") parts = parts[1..];
        int blocksAt = FirstDown + NumbersPerLayer * translator.Depth, upsAt = blocksAt + translator.Blocks;
        return parts[0] switch
        {
            "head" => $"model.1.{parts[^1]}",
            "down" => $"model.{FirstDown + NumbersPerLayer * Number(parts[1])}.{parts[^1]}",
            "body" => $"model.{blocksAt + Number(parts[1])}.{Block(parts)}",
            "up" => $"model.{upsAt + NumbersPerLayer * Number(parts[1])}.{parts[^1]}",
            _ => $"model.{Tail(translator.Depth, translator.Blocks)}.{parts[^1]}",
        };
    }

    /// <summary>
    /// Instance norms of old saved running statistics, which nobody uses; and where a block has dropout, that has a number before its
    /// second convolution.
    /// </summary>
    protected override PublishedState Plain(PublishedState state) => state.Renamed(name =>
        name.EndsWith(".running_mean", StringComparison.Ordinal) || name.EndsWith(".running_var", StringComparison.Ordinal) ? null
        : state.ShapeOf(name.Replace(WithDropout, Second, StringComparison.Ordinal)) is null ? name.Replace(WithDropout, Second, StringComparison.Ordinal) : name);

    private static int Tail(int downs, int blocks) => FirstDown + 2 * NumbersPerLayer * downs + blocks + 1; // a padding lies before it

    private static string Local(string[] parts, int blocks) => parts[0] switch
    {
        "head" => $"model1_1.1.{parts[^1]}",
        "down" => $"model1_1.4.{parts[^1]}",
        "body" => $"model1_2.{parts[1]}.{Block(parts)}",
        "up" => $"model1_2.{blocks}.{parts[^1]}",
        _ => $"model1_2.{blocks + 4}.{parts[^1]}",
    };

    /// <summary>body.2.0.conv.weight: the first of the block's two convolutions.</summary>
    private static string Block(string[] parts) => $"conv_block.{(parts[2] == "0" ? 1 : 5)}.{parts[^1]}";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static TranslatorDescription Describe(int inputs, int channels, int downs, int blocks, int? local) => new(
        local is null ? TranslationGenerator.Global : TranslationGenerator.Enhanced, Given(inputs), channels, downs, blocks, local ?? 1);
}
