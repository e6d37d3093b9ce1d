using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>SRResNet by the names of a widely used program.</summary>
internal sealed class VersionedSrResNetArchitecture : Architecture
{
    private readonly SrResNetVersion _version;

    private VersionedSrResNetArchitecture(SrResNetVersion version) =>
        (_version, Typical) = (version, new VersionedSrResNetDescription(4, 4, 16, version));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<VersionedSrResNetArchitecture> All { get; } =
        [.. Enum.GetValues<SrResNetVersion>().Select(version => new VersionedSrResNetArchitecture(version))];

    /// <inheritdoc/>
    public override string Name => $"SRResNet ({_version})";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; }

    /// <inheritdoc/>
    public override bool Describes(NetworkDescription network) => network is VersionedSrResNetDescription { Version: var version } && version == _version;

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        (string first, Func<int, string> block, Func<int, string> enlargement) = _version switch
        {
            SrResNetVersion.Sgrvinod => ("conv_block1.conv_block.0", i => $"residual_blocks.{i}.conv_block1.conv_block.0", i => $"{TailOf(_version)}{i}.conv"),
            SrResNetVersion.Lornatang => ("conv1.0", i => $"trunk.{i}.rcb.0", i => $"{TailOf(_version)}{i}.upsample_block.0"),
            SrResNetVersion.Eriklindernoren => ("conv1.0", i => $"res_blocks.{i}.conv_block.0", i => $"{TailOf(_version)}{4 * i}"),
            _ => ("conv_input", (Func<int, string>)(i => $"residual.{i}.conv1"), (Func<int, string>)(i => $"{TailOf(_version)}{3 * i}")),
        };
        if (state.ShapeOf($"{first}.weight") is not [var channels, 3, 9, 9] || !state.Has($"{block(0)}.weight", channels, channels, 3, 3)) return null;
        int doublings = CountOf(state, i => $"{enlargement(i)}.weight");
        return doublings is >= 1 and <= 3
            ? new VersionedSrResNetDescription(1 << doublings, channels, CountOf(state, i => $"{block(i)}.weight"), _version)
            : null;
    }

    /// <summary>All that has four times the channels goes through the shuffle: convolutions and the norms behind them.</summary>
    public override int ShuffleOf(NetworkDescription network, string variable)
    {
        if (!variable.StartsWith(TailOf(_version), StringComparison.Ordinal)) return 1;
        string layer = variable[..variable.LastIndexOf('.')];
        bool rectifies = _version switch
        {
            SrResNetVersion.Sgrvinod => layer.EndsWith(".prelu", StringComparison.Ordinal),
            SrResNetVersion.Lornatang => layer.EndsWith(".2", StringComparison.Ordinal),
            SrResNetVersion.Eriklindernoren => int.Parse(layer[TailOf(_version).Length..], System.Globalization.CultureInfo.InvariantCulture) % 4 == 3,
            _ => false,
        };
        return rectifies ? 1 : 2;
    }

    private static string TailOf(SrResNetVersion version) => version switch
    {
        SrResNetVersion.Sgrvinod => "subpixel_convolutional_blocks.",
        SrResNetVersion.Twtygqyy => "upscale4x.",
        _ => "upsampling.",
    };
}
