using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Weights.Published;

namespace Mezzotint.Weights;

/// <summary>Reads trained networks that see, from the files they were published in: which network it is shows from the names and shapes within.</summary>
public static class FeatureNetworks
{
    private const string Encoder = "the normalised VGG-19 up to relu3_1";
    private const string Decoder = "the decoder of the normalised VGG-19 from relu3_1";
    private const string LeNet = "LeNet-5";
    private const string Vgg = "VGG-19";

    /// <summary>Reads a network whose features compare images.</summary>
    /// <param name="path">
    /// PyTorch's or safetensors: the normalised VGG-19 up to relu3_1 (<c>vgg_normalised_conv3_1</c>), torchvision's VGG-19, or LeNet-5.
    /// </param>
    /// <exception cref="WeightsException">The file is missing, broken, or of none of these networks.</exception>
    public static IFeatureNetwork Read(string path)
    {
        PublishedState state = PublishedState.Read(path);
        switch (NameOf(state))
        {
            case Encoder: return ReadEncoder(state);
            case LeNet: return Filled(new LeNet5(new Initialization(0)), LeNet, state);
            case Vgg: return ReadVgg19(state);
        }

        throw new WeightsException($"'{path}' is of no network whose features are read: they are the normalised VGG-19 up to relu3_1, torchvision's VGG-19 and LeNet-5.");
    }

    /// <summary>The SHA-256 of a network's weights, in hexadecimal: of their names, shapes and values, whatever file they came in.</summary>
    public static string HashOf(IFeatureNetwork network) => ContentHash.Of((Module)network);

    /// <summary>Reads the encoder of style transfer: the normalised VGG-19 up to relu3_1.</summary>
    /// <exception cref="WeightsException">The file is missing, broken, or of another network; what differs is said.</exception>
    public static PerceptualEncoder ReadEncoder(string path) => ReadEncoder(PublishedState.Read(path));

    /// <summary>Reads its decoder.</summary>
    /// <exception cref="WeightsException">The file is missing, broken, or of another network; what differs is said.</exception>
    public static PerceptualDecoder ReadDecoder(string path) =>
        Filled(new PerceptualDecoder(new Initialization(0)), Decoder, PublishedState.Read(path));

    /// <summary>What a state is of, or null where it is of no network that sees or its mirror image.</summary>
    internal static string? NameOf(PublishedState state) =>
        state.Has("0.weight", 3, 3, 1, 1) ? Encoder
        : state.Has("1.weight", 128, 256, 3, 3) && state.Has("15.weight", 3, 64, 3, 3) ? Decoder
        : state.Has("convnet.c1.weight", 6, 1, 5, 5) ? LeNet
        : state.Has("features.0.weight", 64, 3, 3, 3) || state.Has("0.weight", 64, 3, 3, 3) ? Vgg
        : null;

    private static PerceptualEncoder ReadEncoder(PublishedState state) =>
        Filled(new PerceptualEncoder(new Initialization(0)), Encoder, state);

    /// <summary>torchvision's, whole (its classifier is left) or its <c>features</c> alone.</summary>
    private static Vgg19 ReadVgg19(PublishedState state)
    {
        const string Features = "features.";
        bool whole = state.Names.Any(name => name.StartsWith(Features, StringComparison.Ordinal));
        var network = new Vgg19(new Initialization(0));
        state.Fill(
            network, Vgg, variable => whole ? variable.Name : variable.Name[Features.Length..],
            ignored: name => name.StartsWith("classifier.", StringComparison.Ordinal));
        return network;
    }

    private static T Filled<T>(T network, string kind, PublishedState state)
        where T : Module
    {
        state.Fill(network, kind, variable => variable.Name);
        return network;
    }
}
