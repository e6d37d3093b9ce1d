using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Weights.Published;

namespace Mezzotint.Weights;

/// <summary>
/// Reads trained networks that see, from the files they were published in: which network it is shows from the names and shapes within.
/// </summary>
public static class FeatureNetworks
{
    private const long MostNumbers = 1L << 30; // whose networks are these has a fixed size
    private const string Encoder = "the normalised VGG-19 up to relu3_1";
    private const string Decoder = "the decoder of the normalised VGG-19 from relu3_1";
    private const string LeNet = "LeNet-5";
    private const string VggOf19 = "VGG-19";
    private const string VggOf16 = "VGG-16";
    private const string Squeeze = "SqueezeNet 1.1";
    private const string FirstSqueeze = "SqueezeNet 1.0";
    private const string CaffeSqueeze = "SqueezeNet 1.1 (Caffe's names)";
    private const string Alex = "AlexNet";
    private const string Inception = "Inception v3 of the original scores";
    private const string TorchvisionInception = "torchvision's Inception v3";

    // What Caffe calls the parts of SqueezeNet's modules, by torchvision's number of the module.
    private static readonly Dictionary<string, int> CaffeFires = new(StringComparer.Ordinal)
    {
        ["features.3"] = 2,
        ["features.4"] = 3,
        ["features.6"] = 4,
        ["features.7"] = 5,
        ["features.9"] = 6,
        ["features.10"] = 7,
        ["features.11"] = 8,
        ["features.12"] = 9,
    };

    /// <summary>Reads a network whose features compare images.</summary>
    /// <param name="path">
    /// PyTorch's or safetensors: the normalised VGG-19 up to relu3_1 (<c>vgg_normalised_conv3_1</c>), torchvision's VGG-16, VGG-19,
    /// AlexNet, SqueezeNet 1.0 or 1.1, or Inception v3, pytorch-fid's Inception v3, Caffe's SqueezeNet 1.1, or LeNet-5.
    /// </param>
    /// <exception cref="WeightsException">The file is missing, broken, or of none of these networks.</exception>
    public static IFeatureNetwork Read(string path) => Read(path, InceptionResize.LegacyPyTorch);

    /// <summary>
    /// Reads a network whose features compare images, of which an Inception v3 takes them as a protocol has it; see <see
    /// cref="Read(string)"/>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="resize">How an Inception v3 brings images to its size; other networks have but their own way.</param>
    /// <exception cref="WeightsException">The file is missing, broken, or of none of these networks.</exception>
    public static IFeatureNetwork Read(string path, InceptionResize resize)
    {
        PublishedState state = PublishedState.Read(path);
        using IDisposable awaiting = Initialization.ForValuesToCome(MostNumbers);
        switch (NameOf(state))
        {
            case Encoder: return ReadEncoder(state);
            case LeNet: return Filled(new LeNet5(new Initialization(0)), LeNet, state);
            case VggOf19: return Torchvision(new Vgg19(new Initialization(0)), VggOf19, state);
            case VggOf16: return Torchvision(new Vgg16(new Initialization(0)), VggOf16, state);
            case Alex: return Torchvision(new AlexNet(new Initialization(0)), Alex, state);
            case Squeeze: return Filled(new SqueezeNet(new Initialization(0)), Squeeze, state);
            case FirstSqueeze: return Filled(new SqueezeNet(new Initialization(0), original: true), FirstSqueeze, state);
            case CaffeSqueeze: return ReadCaffe(state);
            case Inception: return ReadInception(state, torchvision: false, resize);
            case TorchvisionInception: return ReadInception(state, torchvision: true, resize);
        }

        throw new WeightsException(
            $"'{path}' is of no network whose features are read: they are the normalised VGG-19 up to relu3_1, torchvision's VGG-16, VGG-19, AlexNet and "
            + "SqueezeNet 1.0 or 1.1, Caffe's SqueezeNet 1.1, Inception v3 (torchvision's, or that of the original scores as pytorch-fid has it), and LeNet-5.");
    }

    /// <summary>
    /// The SHA-256 of a network's weights, in hexadecimal: of their names, shapes and values, whatever file they came in.
    /// </summary>
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
        : state.Has("lin0.model.1.weight", 1, 64, 1, 1) && state.ShapeOf("lin1.model.1.weight") is [1, var width, 1, 1]
            ? $"the heads of LPIPS with {(width == 192 ? "AlexNet" : state.ShapeOf("lin5.model.1.weight") is null ? "VGG-16" : "SqueezeNet 1.1")}"
        : state.Has("convnet.c1.weight", 6, 1, 5, 5) ? LeNet
        : state.Has("features.0.weight", 64, 3, 11, 11) ? Alex
        : state.Has("Mixed_5b.branch1x1.conv.weight", 64, 192, 1, 1) ? state.Has("fc.weight", 1000, 2048) ? TorchvisionInception : Inception
        : state.Has("features.3.squeeze.weight", 16, 64, 1, 1) ? Squeeze
        : state.Has("features.3.squeeze.weight", 16, 96, 1, 1) ? FirstSqueeze
        : state.Has("fire2/squeeze1x1.weight", 16, 64, 1, 1) ? CaffeSqueeze
        : state.Has("features.0.weight", 64, 3, 3, 3) ? state.Has("features.17.weight", 512, 256, 3, 3) ? VggOf16 : VggOf19
        : state.Has("0.weight", 64, 3, 3, 3) && state.Has("2.weight", 64, 64, 3, 3) ? state.Has("17.weight", 512, 256, 3, 3) ? VggOf16 : VggOf19
        : null;

    private static PerceptualEncoder ReadEncoder(PublishedState state) =>
        Filled(new PerceptualEncoder(new Initialization(0)), Encoder, state);

    /// <summary>torchvision's, whole (its classifier is left) or its <c>features</c> alone.</summary>
    private static T Torchvision<T>(T network, string kind, PublishedState state)
        where T : Module
    {
        const string Features = "features.";
        bool whole = state.Names.Any(name => name.StartsWith(Features, StringComparison.Ordinal));
        state.Fill(
            network, kind, variable => whole ? variable.Name : variable.Name[Features.Length..],
            ignored: name => name.StartsWith("classifier.", StringComparison.Ordinal));
        return network;
    }

    /// <summary>The branch that only training has (<c>AuxLogits</c>) is left.</summary>
    private static InceptionV3 ReadInception(PublishedState state, bool torchvision, InceptionResize resize)
    {
        var network = new InceptionV3(new Initialization(0), torchvision, resize);
        state.Fill(
            network, torchvision ? TorchvisionInception : Inception, variable => variable.Name, ignored: name => name.StartsWith("AuxLogits.", StringComparison.Ordinal));
        return network;
    }

    private static SqueezeNet ReadCaffe(PublishedState state)
    {
        var network = new SqueezeNet(new Initialization(0), caffe: true);
        state.Fill(network, CaffeSqueeze, variable => CaffeName(variable.Name));
        return network;
    }

    /// <summary>features.3.squeeze.weight as fire2/squeeze1x1.weight, and so on.</summary>
    private static string CaffeName(string name)
    {
        string[] parts = name.Split('.');
        if (CaffeFires.TryGetValue($"{parts[0]}.{parts[1]}", out int fire)) return $"fire{fire}/{(parts[2] == "squeeze" ? "squeeze1x1" : parts[2])}.{parts[3]}";
        return $"{(parts[0] == "classifier" ? "conv10" : "conv1")}.{parts[^1]}";
    }

    private static T Filled<T>(T network, string kind, PublishedState state)
        where T : Module
    {
        state.Fill(network, kind, variable => variable.Name);
        return network;
    }
}
