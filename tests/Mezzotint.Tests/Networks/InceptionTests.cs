using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Networks;

/// <summary>Inception v3, of which no published weights are at hand: with weights that are drawn, beside the same in PyTorch.</summary>
public sealed class InceptionTests
{
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData(false, 1008, InceptionResize.LegacyPyTorch)]
    [InlineData(true, 1000, InceptionResize.LegacyPyTorch)]
    [InlineData(false, 1008, InceptionResize.LegacyTensorFlow)]
    [InlineData(false, 1008, InceptionResize.Clean)]
    public void Features_of_both_sets_of_weights_are_PyTorchs_and_files_of_them_are_recognised(bool torchvision, int classes, InceptionResize resize)
    {
        using var folder = new TemporaryFolder();
        var drawn = new InceptionV3(new Initialization(3), torchvision);
        foreach (Variable statistic in drawn.Variables.Where(variable => variable.Shape.Rank == 1))
        {
            // Norms that do something: scales and variances around 1, shifts and means around 0.
            float[] noise = new Initialization(4).Normal(statistic.Name, statistic.Shape, 0.1);
            bool positive = statistic.Name.EndsWith("bn.weight", StringComparison.Ordinal) || statistic.Name.EndsWith("running_var", StringComparison.Ordinal);
            statistic.Set([.. noise.Select(x => positive ? 1 + Math.Abs(x) : x)]);
        }

        // As others save it: axes turned, with what only training needs.
        string file = folder["inception.safetensors"];
        Safetensors.Write(file, [.. drawn.Variables.Select(Foreign), new NamedArray("AuxLogits.fc.bias", [classes], new float[classes])]);
        IFeatureNetwork network = FeatureNetworks.Read(file, resize);
        var inception = Assert.IsType<InceptionV3>(network);
        Assert.Equal(torchvision, inception.Torchvision);
        Assert.Equal(FeatureNetworks.HashOf(drawn), FeatureNetworks.HashOf(network));

        Shape shape = resize == InceptionResize.Clean ? [1, 61, 383, 3] : [1, 61, 83, 3];
        float[] image = [.. new Initialization(1).Normal("image", shape, 0.3).Select(x => Math.Clamp(x + 0.5f, 0, 1))];
        var input = new Variable("input", shape, image);
        IReadOnlyList<Tensor> features = network.Features(input, network.Layers);
        Assert.Equal(((int[])[64, 192, 768, 2048, classes]).AsEnumerable(), features.Select(tensor => tensor.Shape[^1]));
        float[] direction = new float[features.Sum(tensor => (int)tensor.Shape.Count)];
        NamedArray[] given = [.. drawn.Variables.Append(input).Select(variable => new NamedArray(variable.Name, variable.Shape.ToArray(), variable.ToArray())), new("direction", [direction.Length], direction)];
        float[] expected = PyTorch.Evaluate("inception", new { torchvision, resize = resize.ToString() }, given)["output"].Data;

        using var device = new CpuDevice();
        RunResult result = device.Run(new Step([.. features]));
        int at = 0;
        for (int i = 0; i < features.Count; i++)
        {
            float[] ours = result[i], theirs = expected[at..(at += ours.Length)];
            double largest = theirs.Max(Math.Abs), worst = ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
            Assert.True(largest > 0 && worst <= Tolerance * largest, $"{network.Layers[i]} is {worst} from PyTorch's, whose largest magnitude is {largest}");
        }

        Assert.Equal(expected.Length, at);
    }

    [Fact]
    public void What_is_missing_of_it_is_said()
    {
        using var folder = new TemporaryFolder();
        string file = folder["half.safetensors"];
        Safetensors.Write(file, [new NamedArray("Mixed_5b.branch1x1.conv.weight", [64, 192, 1, 1], new float[64 * 192])]);
        var fault = Assert.Throws<WeightsException>(() => FeatureNetworks.Read(file));
        Assert.Contains("missing are Conv2d_1a_3x3.conv.weight [32, 3, 3, 3]", fault.Message, StringComparison.Ordinal);
    }

    private static NamedArray Foreign(Variable variable)
    {
        int[] shape = variable.Shape.ToArray();
        float[] values = variable.ToArray();
        if (shape is not ([_, _, _, _] or [_, _])) return new NamedArray(variable.Name, shape, values);
        (int height, int width) = shape.Length == 4 ? (shape[0], shape[1]) : (1, 1);
        int from = shape[^2], to = shape[^1];
        float[] turned = new float[values.Length];
        for (int o = 0; o < to; o++)
            for (int i = 0; i < from; i++)
                for (int y = 0; y < height; y++)
                    for (int x = 0; x < width; x++)
                        turned[((o * from + i) * height + y) * width + x] = values[((y * width + x) * from + i) * to + o];
        return new NamedArray(variable.Name, shape.Length == 4 ? [to, from, height, width] : [to, from], turned);
    }
}
