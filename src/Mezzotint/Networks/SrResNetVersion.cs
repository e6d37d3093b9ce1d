using System.Text.Json.Serialization;

namespace Mezzotint.Networks;

/// <summary>Programs whose SRResNets differ from the paper's and from each other, by their authors' names on GitHub.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SrResNetVersion>))]
public enum SrResNetVersion
{
    /// <summary>The tutorial "a PyTorch Tutorial to Super-Resolution": ImageNet's colours in, a hyperbolic tangent at the end.</summary>
    Sgrvinod,

    /// <summary>"SRGAN-PyTorch": convolutions before norms have no biases, and colours are as they are.</summary>
    Lornatang,

    /// <summary>
    /// "PyTorch-GAN": ImageNet's colours in and out, norms also where it enlarges, and 0.8 added to the variances in blocks.
    /// </summary>
    Eriklindernoren,

    /// <summary>"pytorch-SRResNet": instance norms, leaky rectifiers, and no biases.</summary>
    Twtygqyy,
}
