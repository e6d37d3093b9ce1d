using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>IMDN by its authors' names.</summary>
internal sealed class ImdnArchitecture : Architecture
{
    /// <inheritdoc/>
    public override string Name => "IMDN";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = new ImdnDescription(4, 16, 6);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state) =>
        state.ShapeOf("fea_conv.weight") is [var channels, 3, 3, 3] && state.ShapeOf("upsampler.0.weight") is [var last, ..] && ScaleOf(last) is > 1 and var scale
            ? new ImdnDescription(scale, channels, Math.Max(1, CountOf(state, i => $"IMDB{i}.c1.weight", first: 1)))
            : null;

    /// <inheritdoc/>
    public override int ShuffleOf(NetworkDescription network, string variable) =>
        variable.StartsWith("upsampler.", StringComparison.Ordinal) ? ((ImdnDescription)network).Scale : 1;
}
