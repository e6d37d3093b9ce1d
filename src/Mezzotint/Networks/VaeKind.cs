using System.Text.Json.Serialization;

namespace Mezzotint.Networks;

/// <summary>What the coders of a variational autoencoder are made of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VaeKind>))]
public enum VaeKind
{
    /// <summary>Dense layers, each but the last followed by ReLU.</summary>
    Dense,

    /// <summary>Convolutions of stride 2, each followed by a norm and LeakyReLU, and a decoder that mirrors them.</summary>
    Convolutional,
}
