using System.Numerics;
using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>
/// ESRGAN's generator by the three manners its weights are named in: Real-ESRGAN's and BasicSR's (<c>body.0.rdb1.conv1.weight</c>),
/// ESRGAN's (<c>RRDB_trunk.0.RDB1.conv1.weight</c>), and the first one's, by numbers (<c>model.1.sub.0.RDB1.conv1.0.weight</c>).
/// </summary>
internal sealed class RrdbArchitecture : Architecture
{
    private const int MostDoublings = 3;
    private const int NumbersPerDoubling = 3; // the enlargement, the convolution, the rectifier

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
        if (state.ShapeOf(NameOf(probe, "conv_first.weight")) is not [var channels, var inputs, 3, 3] || inputs is not (3 or 12 or 48)
            || state.ShapeOf(NameOf(probe, "body.0.rdb1.conv1.weight")) is not [var growth, ..]) return null;
        int blocks = CountOf(state, i => NameOf(probe, $"body.{i}.rdb1.conv1.weight"));

        // Where names are numbers, that of the last convolution says how many doublings lie before it.
        int doublings = _manner == Manner.Numbered
            ? Enumerable.Range(0, MostDoublings + 1).LastOrDefault(count => state.Has($"model.{LastOf(count)}.weight", 3, channels, 3, 3), -1)
            : CountOf(state, i => NameOf(probe, $"conv_up{i}.weight"), first: 1);
        int unshuffle = inputs switch { 12 => 2, 48 => 4, _ => 1 };
        if (doublings is < 0 or > MostDoublings || 1 << doublings < unshuffle) return null;
        return new RrdbNetDescription((1 << doublings) / unshuffle, channels, blocks, growth, unshuffle);
    }

    /// <summary>
    /// Whether a module that others have takes these names: BasicSR's doubles twice, ESRGAN's also once, and the first one's any number of
    /// times.
    /// </summary>
    public override bool Describes(NetworkDescription network) =>
        network is RrdbNetDescription rrdb && _manner == BitOperations.Log2((uint)(rrdb.Scale * rrdb.Unshuffle)) switch
        {
            2 => Manner.BasicSr,
            1 => Manner.Esrgan,
            _ => Manner.Numbered,
        };

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
            (Manner.Esrgan, ['c', 'o', 'n', 'v', '_', 'u', 'p', _]) => $"upconv{parts[0][^1]}.{kind}",
            (Manner.Esrgan, "conv_hr") => $"HRconv.{kind}",
            (Manner.Esrgan, _) => variable,
            (_, "body") => $"model.1.sub.{parts[1]}.{parts[2].ToUpperInvariant()}.{parts[3]}.0.{kind}",
            (_, "conv_first") => $"model.0.{kind}",
            (_, "conv_body") => $"model.1.sub.{rrdb.Blocks}.{kind}",
            (_, "conv_hr") => $"model.{LastOf(Doublings(rrdb)) - 2}.{kind}",
            (_, "conv_last") => $"model.{LastOf(Doublings(rrdb))}.{kind}",
            _ => $"model.{NumbersPerDoubling * (parts[0][^1] - '0')}.{kind}",
        };
    }

    private static int Doublings(RrdbNetDescription network) => BitOperations.Log2((uint)(network.Scale * network.Unshuffle));

    /// <summary>
    /// The number of the last convolution behind so many doublings: behind the trunk, they and another convolution with its rectifier.
    /// </summary>
    private static int LastOf(int doublings) => NumbersPerDoubling * doublings + 4;
}
