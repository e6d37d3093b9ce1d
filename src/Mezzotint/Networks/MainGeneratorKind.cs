using System.Text.Json.Serialization;

namespace Mezzotint.Networks;

/// <summary>What makes the smallest image of a <see cref="HierarchicalGenerator"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MainGeneratorKind>))]
public enum MainGeneratorKind
{
    /// <summary>An encoder-decoder with skips, of planes of noise: <see cref="Networks.UNet"/> without dropout.</summary>
    Unet,

    /// <summary>A decoder of a latent vector: <see cref="DcganGenerator"/>.</summary>
    Dcgan,
}
