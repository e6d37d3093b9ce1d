using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>IMDN by its authors' names, also for any scale (IMDN_AS, <c>fea_conv.0.weight</c>).</summary>
internal sealed class ImdnArchitecture : Architecture
{
    /// <inheritdoc/>
    public override string Name => "IMDN";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = new ImdnDescription(4, 16, 6);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        bool reduces = state.ShapeOf("fea_conv.weight") is null;
        if (state.ShapeOf(reduces ? "fea_conv.0.weight" : "fea_conv.weight") is not [var channels, 3, 3, 3]
            || state.ShapeOf("upsampler.0.weight") is not [var last, ..]) return null;
        int factor = ScaleOf(last), blocks = CountOf(state, i => $"IMDB{i}.c1.weight", first: 1);
        if (reduces) return factor == Imdn.Factor(1) && blocks > 0 ? new ImdnDescription(1, channels, blocks, Reduces: true) : null;
        return factor > 1 ? new ImdnDescription(factor, channels, Math.Max(1, blocks)) : null;
    }

    /// <inheritdoc/>
    public override int ShuffleOf(NetworkDescription network, string variable) =>
        variable.StartsWith("upsampler.", StringComparison.Ordinal) ? Imdn.Factor(((ImdnDescription)network).Scale) : 1;
}
