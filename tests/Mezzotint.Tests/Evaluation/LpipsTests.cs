using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Evaluation;

public sealed class LpipsTests
{
    private static readonly string[] Layers = ["relu1", "fire3", "fire5", "fire6", "fire7", "fire8", "fire9"];

    private static string Heads => SharedData.Path("weights/lpips-v0.1-squeeze.pth");

    private static string Backbone => SharedData.Path("weights/squeezenet_v1.1_caffe_imagenet.safetensors");

    [Fact]
    public void SqueezeNet_gives_the_stored_probabilities()
    {
        var golden = new Golden("squeezenet_zebra");
        (int[] shape, float[] caffe) = golden["input"];
        float[] mean = [104, 117, 123], rgb = new float[caffe.Length];
        for (int i = 0; i < rgb.Length; i++) rgb[i] = (caffe[i / 3 * 3 + 2 - i % 3] + mean[2 - i % 3]) / 255;
        IFeatureNetwork network = FeatureNetworks.Read(Backbone);
        float[] logits = CpuDevice.Shared.Evaluate(network.Features(Tensor.Of(Shape.Create(shape), rgb), SqueezeNet.Logits)[0]);
        double largest = logits.Max(), sum = logits.Sum(x => Math.Exp(x - largest));
        golden.Equal("prob", [.. logits.Select(x => (float)(Math.Exp(x - largest) / sum))]);
    }

    [Fact]
    public void A_distance_is_that_of_the_definition_in_double_precision()
    {
        Lpips lpips = Lpips.Read(Heads, Backbone);
        Tensor a = Noise(1), b = Noise(2);
        float[] distances = CpuDevice.Shared.Evaluate(lpips.Of(a, b));
        float[] swapped = CpuDevice.Shared.Evaluate(lpips.Of(b, a));
        IFeatureNetwork network = FeatureNetworks.Read(Backbone);
        IReadOnlyList<Tensor> ofA = network.Features(a, Layers), ofB = network.Features(b, Layers);
        RunResult features = CpuDevice.Shared.Run(new Step([.. ofA, .. ofB]));
        Dictionary<string, float[]> heads = PyTorchFile.Read(Heads).Arrays.ToDictionary(array => array.Name, array => array.Data);
        for (int image = 0; image < 2; image++)
        {
            double expected = 0;
            for (int layer = 0; layer < Layers.Length; layer++)
            {
                int channels = ofA[layer].Shape[3], pixels = ofA[layer].Shape[1] * ofA[layer].Shape[2];
                for (int p = 0; p < pixels; p++)
                {
                    float[] x = features[layer][((image * pixels + p) * channels)..((image * pixels + p + 1) * channels)];
                    float[] y = features[Layers.Length + layer][((image * pixels + p) * channels)..((image * pixels + p + 1) * channels)];
                    double lx = Math.Sqrt(x.Sum(v => (double)v * v)) + 1e-10, ly = Math.Sqrt(y.Sum(v => (double)v * v)) + 1e-10;
                    for (int c = 0; c < channels; c++)
                        expected += heads[$"lin{layer}.model.1.weight"][c] * Math.Pow(x[c] / lx - y[c] / ly, 2) / pixels;
                }
            }

            Assert.Equal(expected, distances[image], 1e-5 * expected);
            Assert.Equal(expected, swapped[image], 1e-5 * expected);
        }

        Assert.All(CpuDevice.Shared.Evaluate(lpips.Of(a, a)), distance => Assert.Equal(0, distance));
        Assert.Contains("not torchvision's", lpips.Protocol.Description);
    }

    [Fact]
    public void What_people_see_as_worse_is_farther()
    {
        Lpips lpips = Lpips.Read(Heads, Backbone);
        Picture picture = Picture.Load(Path.Combine(SharedData.Path("super-resolution/set5/hr"), "butterfly.png"));
        Tensor Of(Picture image) => Tensor.Of([1, image.Height, image.Width, 3], image.ToFloats());
        double Blurred(int factor) => CpuDevice.Shared.Evaluate(lpips.Of(
            Of(picture.Resize(picture.Width / factor, picture.Height / factor).Resize(picture.Width, picture.Height)), Of(picture)))[0];
        Assert.True(Blurred(2) < Blurred(3) && Blurred(3) < Blurred(4));
    }

    [Fact]
    public void Heads_of_another_backbone_are_refused()
    {
        string alex = SharedData.Path("weights/lpips-v0.1-alex.pth");
        Assert.Contains("must be of one network", Assert.Throws<WeightsException>(() => Lpips.Read(alex, Backbone)).Message);
        Assert.Contains("no network that LPIPS is made with", Assert.Throws<WeightsException>(
            () => Lpips.Read(alex, SharedData.Path("weights/mnist-lenet5.pth"))).Message);
    }

    private static Tensor Noise(int seed)
    {
        var random = new Random(seed);
        return Tensor.Of([2, 40, 48, 3], Enumerable.Range(0, 2 * 40 * 48 * 3).Select(_ => random.NextSingle()).ToArray());
    }
}
