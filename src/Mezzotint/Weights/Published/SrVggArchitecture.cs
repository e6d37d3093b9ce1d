using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>Real-ESRGAN's compact network by its authors' names.</summary>
internal sealed class SrVggArchitecture : Architecture
{
    /// <inheritdoc/>
    public override string Name => "SRVGG-compact (Real-ESRGAN)";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = new SrVggDescription(4, 4, 32);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        if (state.ShapeOf("body.0.weight") is not [var channels, 3, 3, 3] || !state.Has("body.1.weight", channels)) return null;
        int layers = CountOf(state, i => $"body.{i}.weight");
        return layers >= 5 && state.ShapeOf($"body.{layers - 1}.weight") is [var last, ..] && ScaleOf(last) is > 0 and var scale
            ? new SrVggDescription(scale, channels, (layers - 3) / 2)
            : null;
    }

    /// <inheritdoc/>
    public override int ShuffleOf(NetworkDescription network, string variable)
    {
        var vgg = (SrVggDescription)network;
        return variable.StartsWith($"body.{2 * vgg.Blocks + 2}.", StringComparison.Ordinal) ? vgg.Scale : 1;
    }
}
