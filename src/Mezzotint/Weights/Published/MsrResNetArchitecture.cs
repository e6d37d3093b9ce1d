using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>MSRResNet by BasicSR's names.</summary>
internal sealed class MsrResNetArchitecture : Architecture
{
    /// <inheritdoc/>
    public override string Name => "MSRResNet (BasicSR)";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = new MsrResNetDescription(4, 4, 16);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        if (state.ShapeOf("conv_first.weight") is not [var channels, 3, 3, 3] || !state.Has("body.0.conv1.weight", channels, channels, 3, 3)
            || state.ShapeOf("upconv1.weight") is not [var wide, _, 3, 3]) return null;
        int scale = wide == 9 * channels ? 3 : state.ShapeOf("upconv2.weight") is null ? 2 : 4;
        return new MsrResNetDescription(scale, channels, CountOf(state, i => $"body.{i}.conv1.weight"));
    }

    /// <inheritdoc/>
    public override int ShuffleOf(NetworkDescription network, string variable) =>
        !variable.StartsWith("upconv", StringComparison.Ordinal) ? 1 : ((MsrResNetDescription)network).Scale == 3 ? 3 : 2;
}
