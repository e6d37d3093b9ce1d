using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>
/// EDSR by its authors' names or BasicSR's. What a block's result is multiplied by no file says: it is a tenth in the published networks of
/// 256 channels and one in the others.
/// </summary>
internal sealed class EdsrArchitecture : Architecture
{
    private const int WideChannels = 256;
    private const double WideScale = 0.1, Bytes = 255;

    private readonly bool _basicSr;

    private EdsrArchitecture(bool basicSr) => (_basicSr, Typical) = (basicSr, new EdsrDescription(4, 4, 16, Shifts: !basicSr));

    /// <summary>Both.</summary>
    public static IReadOnlyList<EdsrArchitecture> All { get; } = [new(basicSr: false), new(basicSr: true)];

    /// <inheritdoc/>
    public override string Name => _basicSr ? "EDSR (BasicSR)" : "EDSR";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; }

    /// <inheritdoc/>
    public override bool Describes(NetworkDescription network) => network is EdsrDescription edsr && edsr.Shifts != _basicSr;

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        if (state.ShapeOf($"{NameOf("head.0")}.weight") is not [var channels, 3, 3, 3] || !state.Has($"{NameOf("body.0.body.0")}.weight", channels, channels, 3, 3)
            || state.ShapeOf($"{NameOf("tail.0.0")}.weight") is not [var wide, _, 3, 3]) return null;
        int scale = wide == 9 * channels ? 3 : state.ShapeOf($"{NameOf("tail.0.2")}.weight") is null ? 2 : 4;
        // The colour that is added behind tells what white is: 0.45 of it.
        double range = state.ValuesOf("add_mean.bias") is [var red, ..] && red is > 0 and < 1 ? 1 : Bytes;
        return new EdsrDescription(
            scale, channels, CountOf(state, i => $"{NameOf($"body.{i}.body.0")}.weight"), channels >= WideChannels ? WideScale : 1, range, !_basicSr);
    }

    /// <inheritdoc/>
    public override string NameOf(NetworkDescription network, string variable)
    {
        int end = variable.LastIndexOf('.');
        string layer = variable[..end];
        return (layer == $"body.{((EdsrDescription)network).Blocks}" && _basicSr ? "conv_after_body" : NameOf(layer)) + variable[end..];
    }

    /// <inheritdoc/>
    public override int ShuffleOf(NetworkDescription network, string variable) =>
        !variable.StartsWith("tail.0.", StringComparison.Ordinal) ? 1 : ((EdsrDescription)network).Scale == 3 ? 3 : 2;

    /// <summary>A layer's name in the file.</summary>
    private string NameOf(string layer) => !_basicSr ? layer : layer switch
    {
        "head.0" => "conv_first",
        "tail.1" => "conv_last",
        _ => layer.Replace("tail.0", "upsample", StringComparison.Ordinal)
            .Replace(".body.0", ".conv1", StringComparison.Ordinal).Replace(".body.2", ".conv2", StringComparison.Ordinal),
    };
}
