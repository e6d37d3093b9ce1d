using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Layers;

public sealed class SpectralNormTests
{
    [Fact]
    public void After_some_passes_the_largest_singular_value_is_one()
    {
        var layer = new SpectralNorm("spectral", 3, new Initialization(1));

        // Columns that are orthogonal: the singular values are their lengths, 5, 2 and 1.
        float[] matrix = [3, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 1];
        Tensor weight = Tensor.Of([1, 2, 2, 3], matrix);
        for (int i = 0; i < 30; i++)
        {
            var updates = new Updates();
            Tensor normed = layer.Apply(weight, new Pass(updates));
            CpuDevice.Shared.Run(new Step([normed], updates));
        }

        float[] result = CpuDevice.Shared.Evaluate(layer.Apply(weight, Pass.Inference));
        Assert.All(result.Zip(matrix), pair => Assert.Equal(pair.Second / 5, pair.First, 1e-6));
    }

    [Fact]
    public void Its_gradient_is_that_of_the_quotient_with_the_vectors_as_given()
    {
        var layer = new SpectralNorm("spectral", 2, new Initialization(2));
        float[] values = [0.5f, -1, 2, 0.25f, 1, 1];
        var weight = new Variable("weight", [3, 2], values);
        Tensor loss = (layer.Apply(weight, Pass.Inference) * Tensor.Of([3, 2], new float[] { 1, 2, 3, 4, 5, 6 })).Sum();
        float[] gradient = CpuDevice.Shared.Evaluate(Gradients.Of(loss, weight.Value)[0]);

        double[] u = [.. layer.Variables.Single().ToArray().Select(x => (double)x)], v = new double[3];
        for (int i = 0; i < 3; i++) v[i] = values[2 * i] * u[0] + values[2 * i + 1] * u[1];
        double length = Math.Sqrt(v.Sum(x => x * x));
        for (int at = 0; at < 6; at++)
        {
            const double Step = 1e-6;
            Assert.Equal((Loss(at, Step) - Loss(at, -Step)) / (2 * Step), gradient[at], 1e-4);
        }

        double Loss(int moved, double by)
        {
            double[] w = [.. values.Select((x, i) => i == moved ? x + by : x)];
            double sigma = 0, sum = 0;
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 2; j++) sigma += v[i] / length * w[2 * i + j] * u[j];
            for (int i = 0; i < 6; i++) sum += w[i] * (i + 1);
            return sum / sigma;
        }
    }
}
