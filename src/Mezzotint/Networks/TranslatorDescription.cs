using System.Text.Json.Serialization;

namespace Mezzotint.Networks;

/// <summary>The generators that translate.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TranslationGenerator>))]
public enum TranslationGenerator
{
    /// <summary>The U-Net of pix2pix (Isola et al. 2017).</summary>
    Unet,

    /// <summary>The global generator of Pix2PixHD (Wang et al. 2018).</summary>
    Global,

    /// <summary>The global generator and the local enhancer of Pix2PixHD.</summary>
    Enhanced,
}

/// <summary>How a translating network carries style, of which one input can have many.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StyleKind>))]
public enum StyleKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>As features of an encoder, averaged over each instance, beside the input (Wang et al. 2018).</summary>
    Instances,

    /// <summary>As a vector that scales and shifts normalised features (AdaIN; Huang and Belongie 2017).</summary>
    Adain,
}

/// <summary>A <see cref="TranslationNetwork"/>.</summary>
/// <param name="Generator">The generator.</param>
/// <param name="Condition">What it is given.</param>
/// <param name="Channels">The generator's channels at full size.</param>
/// <param name="Depth">Its layers of stride 2.</param>
/// <param name="Blocks">Its residual blocks; of a U-Net it has none.</param>
/// <param name="LocalBlocks">The enhancer's residual blocks.</param>
/// <param name="Dropout">The share that a U-Net's dropout drops.</param>
/// <param name="Style">How style is carried.</param>
/// <param name="StyleSize">Features of an instance, or elements of the style vector.</param>
/// <param name="StyleChannels">Channels after the style encoder's first layer.</param>
/// <param name="Clusters">Of instances: from how many styles of a class one is drawn where none is given.</param>
public sealed record TranslatorDescription(
    TranslationGenerator Generator, ConditionDescription Condition, int Channels, int Depth, int Blocks = 1, int LocalBlocks = 1, double Dropout = 0,
    StyleKind Style = StyleKind.None, int StyleSize = 3, int StyleChannels = 16, int Clusters = 10) : NetworkDescription
{
    private const int MostChannels = 4096;
    private const int MostBlocks = 1024;
    private const int MostDepth = 16;
    private const int MostClasses = 4096;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Summary => $"with a {Generator switch
    {
        TranslationGenerator.Unet => "U-Net",
        TranslationGenerator.Global => "global generator",
        _ => "global generator and local enhancer",
    }} of {Channels} channels, from {Given}";

    /// <summary>What is given, in words.</summary>
    [JsonIgnore]
    public string Given => Condition.Kind switch
    {
        ConditionKind.Labels => $"label maps of {Condition.Classes} classes{(Condition.Instances ? " and instance maps" : "")}",
        ConditionKind.Masked => "pictures with holes",
        ConditionKind.Noisy => "noisy pictures",
        ConditionKind.Degraded => "worn photographs",
        ConditionKind.Grey => "grey pictures",
        _ => "pictures",
    };

    /// <inheritdoc/>
    public override TranslationNetwork Build(ulong seed = 0)
    {
        Require(Channels, MostChannels, "channels");
        Require(Depth, MostDepth, "layers of stride 2");
        Require(Blocks, MostBlocks, "blocks");
        Require(LocalBlocks, MostBlocks, "local blocks");
        Require(StyleSize, MostChannels, "elements of style");
        Require(StyleChannels, MostChannels, "style channels");
        Require(Clusters, MostChannels, "clusters");
        if (Condition.Kind == ConditionKind.Labels) Require(Condition.Classes, MostClasses, "classes");
        if (Dropout is not (>= 0 and < 1)) throw new MezzotintException($"There is no {Kind} network of dropout {Dropout}.");
        if (Generator == TranslationGenerator.Unet && Depth < 2) throw new MezzotintException("There is no U-Net of one layer; it has at least two.");
        if (Style == StyleKind.Instances && Condition.Kind != ConditionKind.Labels)
            throw new MezzotintException("Only a network that is given label maps has styles of instances; style by adain is for all.");
        return new TranslationNetwork(this, seed);
    }

    /// <summary>An enhancer may also begin with a global generator, of twice its channels.</summary>
    /// <inheritdoc/>
    public override bool CanBeginWith(NetworkDescription given) => given is TranslatorDescription other
        && other.Condition.Channels == Condition.Channels && (other.Generator == Generator
            || (Generator == TranslationGenerator.Enhanced && other.Generator == TranslationGenerator.Global && other.Channels == 2 * Channels));
}
