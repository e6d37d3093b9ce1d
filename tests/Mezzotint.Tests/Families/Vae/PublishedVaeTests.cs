using Mezzotint.Data;
using Mezzotint.Families.Vae;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Families.Vae;

/// <summary>A public dense autoencoder of digits, 784-400-20, and what PyTorch makes of it.</summary>
public sealed class PublishedVaeTests : IDisposable
{
    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void It_encodes_and_decodes_as_in_PyTorch()
    {
        VariationalAutoencoder network = Read();
        Dictionary<string, NamedArray> golden = Safetensors.Read(SharedData.Path("golden/mnist_vae_first16.safetensors")).Arrays
            .ToDictionary(array => array.Name);
        (Tensor mean, Tensor logVariance) = network.Encode(Tensor.Of([16, 28, 28, 1], golden["input"].Data), Pass.Inference);
        RunResult result = _device.Run(new Step([mean, logVariance, network.Generate(mean, null, Pass.Inference)]));
        string[] names = ["mu", "logvar", "recon_at_mu"];
        for (int i = 0; i < names.Length; i++)
        {
            float[] expected = golden[names[i]].Data;
            float tolerance = 1e-4f * expected.Max(MathF.Abs);
            for (int j = 0; j < expected.Length; j++) Assert.Equal(expected[j], result[i][j], tolerance);
        }
    }

    [Fact]
    public void It_scores_on_the_test_digits_what_is_said_of_it()
    {
        VariationalAutoencoder network = Read();
        IImageSet digits = ImageSets.OpenTest(SharedData.Path("mnist"), new ImageSetRecipe());
        VaeScores scores = VaeScores.Of(
            network, digits, _device, new VaeProtocol(Likelihood.Bernoulli), cancellation: TestContext.Current.CancellationToken);

        // 103.2 nats by cross-entropy on grey values; another draw of latent vectors moves the mean over 10,000 digits by some hundredths.
        Assert.Equal(10_000, scores.Images);
        Assert.Equal(103.2, scores.NegativeElbo, 0.15);
    }

    private static VariationalAutoencoder Read()
    {
        Dictionary<string, NamedArray> arrays = PyTorchFile.Read(SharedData.Path("weights/mnist-vae.pth")).Arrays.ToDictionary(array => array.Name);
        VariationalAutoencoder network = new VaeRecipe().Describe().Build();
        Dictionary<string, Variable> variables = network.Variables.ToDictionary(variable => variable.Name);
        foreach ((string module, string layer) in new[]
        {
            ("encoder.0", "fc1"), ("encoder.mean", "fc21"), ("encoder.log_variance", "fc22"), ("decoder.0", "fc3"), ("decoder.1", "fc4"),
        })
        {
            NamedArray weight = arrays[$"{layer}.weight"]; // [out, in], and ours are [in, out]
            int rows = weight.Shape[0], columns = weight.Shape[1];
            variables[$"{module}.weight"].Set([.. Enumerable.Range(0, weight.Data.Length).Select(i => weight.Data[i % rows * columns + i / rows])]);
            variables[$"{module}.bias"].Set(arrays[$"{layer}.bias"].Data);
        }

        return network;
    }
}
