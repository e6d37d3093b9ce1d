using System.Text.Json.Serialization;

namespace Mezzotint.Layers;

/// <summary>Which norm a network has after its convolutions.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Normalization>))]
public enum Normalization
{
    /// <summary>None: convolutions have biases instead.</summary>
    None,

    /// <summary>Batch norm; the convolutions before it need no bias.</summary>
    Batch,

    /// <summary>Instance norm without scale and shift.</summary>
    Instance,

    /// <summary>
    /// None of activations; the weights of convolutions are divided by their largest singular value (<see cref="SpectralNorm"/>).
    /// </summary>
    Spectral,
}

/// <summary>The layers that norms are.</summary>
internal static class NormalizationLayers
{
    /// <summary>The layer, or null where there is none.</summary>
    public static Module? Layer(this Normalization normalization, string name, int channels, Initialization initialization) =>
        normalization switch
        {
            Normalization.None or Normalization.Spectral => null,
            Normalization.Batch => new BatchNorm(name, channels, initialization),
            Normalization.Instance => new InstanceNorm(name, channels),
            _ => throw new ArgumentOutOfRangeException(nameof(normalization)),
        };
}
