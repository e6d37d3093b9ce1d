using System.ComponentModel.DataAnnotations;

namespace Mezzotint.Families.SuperResolution;

/// <summary>The networks that enlarge.</summary>
public enum SuperResolutionNetworkKind
{
    /// <summary>SRResNet as published (Ledig et al., 2017): residual blocks with batch norm and PReLU.</summary>
    Srresnet,

    /// <summary>A network without batch norm, designed for quality per operation.</summary>
    Compact,
}

/// <summary>Which network, and how large.</summary>
public sealed record SuperResolutionNetworkRecipe
{
    /// <summary>The network: srresnet or compact. Default: compact.</summary>
    public SuperResolutionNetworkKind Kind { get; init; } = SuperResolutionNetworkKind.Compact;

    /// <summary>Channels of its features. Default: 64.</summary>
    [Range(1, 1_024)]
    public int Channels { get; init; } = 64;

    /// <summary>Residual blocks. Default: 16.</summary>
    [Range(1, 256)]
    public int Blocks { get; init; } = 16;

    /// <summary>
    /// For srresnet: whether a ReLU follows each residual block's addition, as in He et al. (2016); the paper has none there. Default:
    /// false.
    /// </summary>
    public bool RectifiedSums { get; init; }
}
