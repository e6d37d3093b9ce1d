using System.CommandLine;
using Mezzotint.Evaluation;

namespace Mezzotint.Cli.Commands;

/// <summary>The two files of weights that LPIPS takes.</summary>
internal sealed class LpipsOptions
{
    /// <summary>The learned weights of layers.</summary>
    public Option<string?> Heads { get; } = CommonOptions.Text(
        "--lpips", "FILE", "The weights of LPIPS 0.1 by layer, for LPIPS as a further score: alex.pth, vgg.pth or squeeze.pth.");

    /// <summary>The network that they are for.</summary>
    public Option<string?> Backbone { get; } = CommonOptions.Text(
        "--backbone", "FILE", "The weights of the network they are for: torchvision's, or Caffe's SqueezeNet 1.1.");

    /// <summary>The metric that was asked for; null for none.</summary>
    /// <exception cref="MezzotintException">One file is given without the other, or they do not go together.</exception>
    public Lpips? Read(ParseResult parsed) => (parsed.GetValue(Heads), parsed.GetValue(Backbone)) switch
    {
        (null, null) => null,
        ({ } heads, { } backbone) => Lpips.Read(heads, backbone),
        _ => throw new MezzotintException("LPIPS takes two files of weights: name them with --lpips and --backbone."),
    };
}
