using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>
/// ESRGAN's generator by the three manners its weights are named in: Real-ESRGAN's and BasicSR's (<c>body.0.rdb1.conv1.weight</c>), ESRGAN's
/// (<c>RRDB_trunk.0.RDB1.conv1.weight</c>), and the first one's, by numbers (<c>model.1.sub.0.RDB1.conv1.0.weight</c>).
/// </summary>
internal sealed class RrdbArchitecture : Architecture
{
    private readonly Manner _manner;

    private RrdbArchitecture(Manner manner) => _manner = manner;

    private enum Manner
    {
        BasicSr,
        Esrgan,
        Numbered,
    }

    /// <summary>All three.</summary>
    public static IReadOnlyList<RrdbArchitecture> All { get; } = [.. Enum.GetValues<Manner>().Select(manner => new RrdbArchitecture(manner))];

    /// <inheritdoc/>
    public override string Name => "ESRGAN's RRDBNet" + _manner switch
    {
        Manner.BasicSr => "",
        Manner.Esrgan => " (names of ESRGAN)",
        _ => " (names by numbers)",
    };

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = new RrdbNetDescription(4, 4, 23, 2);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        var probe = new RrdbNetDescription(4, 64, 1, 32);
        if (state.ShapeOf(NameOf(probe, "conv_first.weight")) is not [var channels, var inputs, 3, 3] || inputs is not (3 or 12)
            || state.ShapeOf(NameOf(probe, "body.0.rdb1.conv1.weight")) is not [var growth, ..]) return null;
        int blocks = CountOf(state, i => NameOf(probe, $"body.{i}.rdb1.conv1.weight"));

        // Where names are numbers, those of what follows the doublings say how many there are: 3 is the first, 6 the second of two.
        bool twice = _manner == Manner.Numbered ? state.ShapeOf("model.10.weight") is not null : state.ShapeOf(NameOf(probe, "conv_up2.weight")) is not null;
        int unshuffle = inputs / 3 == 4 ? 2 : 1, scale = (twice ? 4 : 2) / unshuffle;
        return scale < 2 ? null : new RrdbNetDescription(scale, channels, blocks, growth, unshuffle);
    }

    /// <inheritdoc/>
    public override string NameOf(NetworkDescription network, string variable)
    {
        var rrdb = (RrdbNetDescription)network;
        string[] parts = variable.Split('.');
        string kind = parts[^1];
        return (_manner, parts[0]) switch
        {
            (Manner.BasicSr, _) => variable,
            (Manner.Esrgan, "body") => $"RRDB_trunk.{parts[1]}.{parts[2].ToUpperInvariant()}.{parts[3]}.{kind}",
            (Manner.Esrgan, "conv_body") => $"trunk_conv.{kind}",
            (Manner.Esrgan, "conv_up1" or "conv_up2") => $"upconv{parts[0][^1]}.{kind}",
            (Manner.Esrgan, "conv_hr") => $"HRconv.{kind}",
            (Manner.Esrgan, _) => variable,
            (_, "body") => $"model.1.sub.{parts[1]}.{parts[2].ToUpperInvariant()}.{parts[3]}.0.{kind}",
            (_, "conv_first") => $"model.0.{kind}",
            (_, "conv_body") => $"model.1.sub.{rrdb.Blocks}.{kind}",
            (_, "conv_up1") => $"model.3.{kind}",
            (_, "conv_up2") => $"model.6.{kind}",
            (_, "conv_hr") => $"model.{(Doublings(rrdb) == 2 ? 8 : 5)}.{kind}",
            _ => $"model.{(Doublings(rrdb) == 2 ? 10 : 7)}.{kind}",
        };
    }

    private static int Doublings(RrdbNetDescription network) => network.Scale * network.Unshuffle / 2;
}
