using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Networks;

public sealed class FeatureNetworkTests
{
    private static string EncoderFile => SharedData.Path("weights/vgg_normalised_conv3_1.pth");

    [Fact]
    public void The_encoder_AdaIN_and_the_decoder_give_the_stored_outputs()
    {
        var golden = new Golden("vgg19norm_relu3_1_adain_64");
        PerceptualEncoder encoder = FeatureNetworks.ReadEncoder(EncoderFile);
        PerceptualDecoder decoder = FeatureNetworks.ReadDecoder(SharedData.Path("weights/feature_invertor_conv3_1.pth"));
        Tensor content = encoder.Features(Image(golden["input"]), "relu3_1")[0], style = encoder.Features(Image(golden["style"]), "relu3_1")[0];
        Tensor styled = AdaIN.Of(content, style);
        RunResult result = CpuDevice.Shared.Run(new Step([content, style, styled, decoder.Apply(styled, Pass.Inference)]));
        golden.Equal("content_relu3_1", result[0]);
        golden.Equal("style_relu3_1", result[1]);
        golden.Equal("adain", result[2]);
        golden.Equal("decoded", result[3]);
    }

    [Fact]
    public void LeNet5_gives_the_stored_features_and_logits()
    {
        var golden = new Golden("mnist_lenet5_first16_pad32");
        IFeatureNetwork network = FeatureNetworks.Read(SharedData.Path("weights/mnist-lenet5.pth"));
        IReadOnlyList<Tensor> features = network.Features(Image(golden["input"]), "f6", "logits");
        RunResult result = CpuDevice.Shared.Run(new Step(features));
        golden.Equal("f6", result[0]);
        golden.Equal("logits", result[1]);
    }

    [Fact]
    public void A_perceptual_loss_is_the_weighed_mean_difference_of_features_and_pulls_images_to_the_target()
    {
        IFeatureNetwork network = FeatureNetworks.Read(EncoderFile);
        var target = Tensor.Of([1, 8, 8, 3], Enumerable.Range(0, 192).Select(i => i % 7 / 7f).ToArray());
        var image = new Variable("image", [1, 8, 8, 3], [.. Enumerable.Range(0, 192).Select(i => i % 5 / 5f)]);
        foreach (bool squared in new[] { false, true })
        {
            var weights = new Dictionary<string, float> { ["relu1_1"] = 2, ["relu3_1"] = 0.5f };
            Tensor loss = new PerceptualLoss(network, weights, squared).Of(image.Value, target);
            Tensor gradient = Gradients.Of(loss, image.Value)[0];
            Tensor[] seen = [.. network.Features(image.Value, "relu1_1", "relu3_1"), .. network.Features(target, "relu1_1", "relu3_1")];
            RunResult result = CpuDevice.Shared.Run(new Step([loss, gradient, .. seen]));
            double Difference(int a, int b) =>
                result[a].Zip(result[b], (x, y) => squared ? Math.Pow((double)x - y, 2) : Math.Abs((double)x - y)).Average();
            double expected = 2 * Difference(2, 4) + 0.5 * Difference(3, 5);
            Assert.Equal(expected, result.Scalar(0), 1e-5 * expected);

            float[] direction = result[1], values = image.ToArray();
            double length = direction.Sum(x => (double)x * x);
            double step = 0.01 * expected / length;
            var moved = Tensor.Of([1, 8, 8, 3], values.Select((x, i) => (float)(x - step * direction[i])).ToArray());
            Assert.True(CpuDevice.Shared.Evaluate(new PerceptualLoss(network, weights, squared).Of(moved, target))[0] < expected);
        }
    }

    [Fact]
    public void An_unknown_layer_and_a_file_of_another_network_are_refused_by_name()
    {
        IFeatureNetwork network = FeatureNetworks.Read(EncoderFile);
        Assert.Contains("relu9_9", Assert.Throws<ArgumentException>(() => network.Features(Tensor.Of([1, 8, 8, 3], new float[192]), "relu9_9")).Message);
        string other = SharedData.Path("weights/mnist-vae.pth");
        Assert.Contains(other, Assert.Throws<WeightsException>(() => FeatureNetworks.Read(other)).Message);
        string message = Assert.Throws<WeightsException>(() => FeatureNetworks.ReadDecoder(EncoderFile)).Message;
        Assert.Contains("missing are 1.weight [128, 256, 3, 3]", message);
        Assert.Contains("left over are 0.weight", message);
    }

    private static Tensor Image((int[] Shape, float[] Data) image) => Tensor.Of(Shape.Create(image.Shape), image.Data);
}
