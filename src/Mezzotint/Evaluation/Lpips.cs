using Mezzotint.Data;
using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint.Evaluation;

/// <summary>
/// LPIPS (Zhang et al. 2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric"), version 0.1: the difference of
/// features of several layers, each pixel's brought to length 1, squared, weighed by what people said of pairs of images, averaged over
/// pixels and added up.
/// </summary>
public sealed class Lpips
{
    private const float Epsilon = 1e-10f;

    private readonly IFeatureNetwork _network;
    private readonly string[] _layers;
    private readonly float[][] _heads;

    private Lpips(IFeatureNetwork network, string[] layers, float[][] heads, string headsHash)
    {
        (_network, _layers, _heads) = (network, layers, heads);
        string backbone = network is SqueezeNet { Caffe: true } ? "SqueezeNet, Caffe's weights and not torchvision's" : network.GetType().Name;
        Protocol = new Protocol("LPIPS 0.1",
        [
            new ProtocolTerm("backbone", $"{backbone}, sha256:{FeatureNetworks.HashOf(network)[..12]}"),
            new ProtocolTerm("heads", $"sha256:{headsHash[..12]}"),
            new ProtocolTerm("images", "RGB in [0,1], not resized"),
        ]);
    }

    /// <summary>How scores are taken.</summary>
    public Protocol Protocol { get; }

    /// <summary>Reads a metric.</summary>
    /// <param name="heads">The learned weights of layers: <c>alex.pth</c>, <c>vgg.pth</c> or <c>squeeze.pth</c> of version 0.1.</param>
    /// <param name="backbone">The network's weights: torchvision's AlexNet, VGG-16 or SqueezeNet 1.1, or Caffe's SqueezeNet 1.1.</param>
    /// <exception cref="WeightsException">A file is missing, broken, or of something else, or the two are not of one network.</exception>
    public static Lpips Read(string heads, string backbone) => Of(heads, WeightsFile.Read(heads).Arrays, FeatureNetworks.Read(backbone), backbone);

    /// <summary>A metric of heads and a network, where they go together.</summary>
    internal static Lpips Of(string headsPath, IReadOnlyList<NamedArray> heads, IFeatureNetwork network, string backbone)
    {
        (string[] layers, int[] channels) = network switch
        {
            AlexNet => (new[] { "relu1", "relu2", "relu3", "relu4", "relu5" }, new[] { 64, 192, 384, 256, 256 }),
            Vgg16 => (["relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3"], [64, 128, 256, 512, 512]),
            SqueezeNet { Original: false } => (["relu1", "fire3", "fire5", "fire6", "fire7", "fire8", "fire9"], [64, 128, 256, 384, 384, 512, 512]),
            _ => throw new WeightsException($"'{backbone}' is of no network that LPIPS is made with: AlexNet, VGG-16 or SqueezeNet 1.1."),
        };
        var found = new float[layers.Length][];
        for (int i = 0; i < layers.Length; i++)
        {
            string ending = $"lin{i}.model.1.weight";
            NamedArray? head = heads.FirstOrDefault(array => array.Name == ending || array.Name == $"lins.{i}.model.1.weight");
            if (head is null || !head.Shape.AsSpan().SequenceEqual([1, channels[i], 1, 1]))
            {
                throw new WeightsException(
                    $"'{headsPath}' holds no LPIPS weights for {network.GetType().Name}: {ending} is {(head is null ? "missing" : $"[{string.Join(", ", head.Shape)}]")}, "
                    + $"and [1, {channels[i]}, 1, 1] is taken; heads and backbone must be of one network.");
            }

            found[i] = Array.TrueForAll(head.Data, float.IsFinite) ? head.Data : throw new WeightsException($"'{headsPath}' holds numbers that are not finite.");
        }

        return new Lpips(network, layers, found, ContentHash.Of(heads));
    }

    /// <summary>The distance of pairs of images.</summary>
    /// <param name="first">N,H,W,3 in [0, 1].</param>
    /// <param name="second">As many, of the same size.</param>
    /// <returns>[N]: 0 where they are equal.</returns>
    public Tensor Of(Tensor first, Tensor second)
    {
        IReadOnlyList<Tensor> a = _network.Features(first, _layers), b = _network.Features(second, _layers);
        Tensor? sum = null;
        for (int i = 0; i < _layers.Length; i++)
        {
            Tensor apart = (OfLengthOne(a[i]) - OfLengthOne(b[i])).Square() * Tensor.Of([_heads[i].Length], _heads[i]);
            Tensor one = apart.Sum(3).Mean(1, 2).Reshape([first.Shape[0]]);
            sum = sum is null ? one : sum + one;
        }

        return sum!;
    }

    /// <summary>The distance of two pictures.</summary>
    /// <param name="first">A picture; grey is taken as three equal colours.</param>
    /// <param name="second">Another one of its size.</param>
    /// <param name="device">Where the network runs.</param>
    /// <exception cref="EvaluationException">They differ in size.</exception>
    public double Between(Picture first, Picture second, Device device)
    {
        if ((first.Width, first.Height) != (second.Width, second.Height))
            throw new EvaluationException($"{first.Width}x{first.Height} pixels cannot be compared with {second.Width}x{second.Height}.");
        return device.Evaluate(Of(Colours(first), Colours(second)))[0];
    }

    private static Tensor Colours(Picture picture) => Tensor.Of([1, picture.Height, picture.Width, 3], TrainingChannels.Of(picture, 3).ToFloats());

    private static Tensor OfLengthOne(Tensor features) => features / (features.Square().Sum(3).Sqrt() + Epsilon);
}
