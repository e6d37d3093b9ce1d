using Mezzotint.Data;
using Mezzotint.Families.Vae;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tests.Families.Vae;

public sealed class EvidenceBoundTests : IDisposable
{
    private readonly Device _device = new ReferenceDevice();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_divergence_is_the_one_that_integration_finds()
    {
        // Kullback-Leibler by a sum over a fine grid, against the closed form: a definition that shares nothing with it.
        (float Mean, float LogVariance)[] normals = [(0, 0), (0.7f, -1.2f), (-2, 0.9f)];
        Tensor mean = Tensor.Of([3, 1], normals.Select(normal => normal.Mean).ToArray());
        Tensor logVariance = Tensor.Of([3, 1], normals.Select(normal => normal.LogVariance).ToArray());
        float[] closed = _device.Evaluate(KullbackLeibler.OfEachFromStandardNormal(mean, logVariance));
        for (int i = 0; i < normals.Length; i++)
        {
            const double step = 1e-3;
            double sum = 0, deviation = Math.Exp(0.5 * normals[i].LogVariance);
            for (double z = -20; z <= 20; z += step)
            {
                double q = Math.Exp(LogNormal(z, normals[i].Mean, deviation));
                if (q > 0) sum += step * q * (LogNormal(z, normals[i].Mean, deviation) - LogNormal(z, 0, 1));
            }

            Assert.Equal(sum, closed[i], 1e-5);
        }

        Assert.Equal(closed.Average(), _device.Evaluate(KullbackLeibler.FromStandardNormal(mean, logVariance))[0], 1e-5);
    }

    [Fact]
    public void Log_densities_are_those_of_their_definitions()
    {
        float[] x = [0, 1, 0.25f, 1, 0], logits = [-3, 2, 0.5f, -90, 90];
        float[] bernoulli = _device.Evaluate(LogDensity.Bernoulli(Tensor.Of([5], x), Tensor.Of([5], logits)));
        for (int i = 0; i < 3; i++)
        {
            double p = 1 / (1 + Math.Exp(-logits[i]));
            Assert.Equal(x[i] * Math.Log(p) + (1 - x[i]) * Math.Log(1 - p), bernoulli[i], 1e-6);
        }

        Assert.Equal([-90, -90], bernoulli[3..]); // where the probability itself would underflow
        float normal = _device.Evaluate(LogDensity.Normal(1.5f, 0.5f, (float)Math.Log(4)))[0];
        Assert.Equal(LogNormal(1.5, 0.5, 2), normal, 1e-6);
    }

    [Fact]
    public void With_the_true_posterior_the_bound_of_a_linear_gaussian_model_is_its_likelihood()
    {
        (VariationalAutoencoder network, double[] exact, Tensor images) = LinearGaussian(posteriorError: 0);
        (double[] bound, double[] weighted) = Bounds(network, images, repeats: 2_000, samples: 5);
        for (int i = 0; i < exact.Length; i++)
        {
            // The reconstruction is drawn; its mean over many draws is within a few deviations.
            Assert.Equal(exact[i], bound[i], 0.06);

            // Each importance weight is p(x) itself: no draw matters.
            Assert.Equal(exact[i], weighted[i], 1e-3);
        }
    }

    [Fact]
    public void With_another_posterior_the_bound_lies_below_and_more_samples_bring_it_nearer()
    {
        (VariationalAutoencoder network, double[] exact, Tensor images) = LinearGaussian(posteriorError: 0.4f);
        (double[] bound, double[] few) = Bounds(network, images, repeats: 2_000, samples: 5);
        (_, double[] many) = Bounds(network, images, repeats: 400, samples: 100);
        for (int i = 0; i < exact.Length; i++)
        {
            Assert.InRange(bound[i], exact[i] - 5, few[i] - 0.05);
            Assert.InRange(few[i], bound[i], many[i]);
            Assert.InRange(many[i], few[i], exact[i] + 0.02);
        }
    }

    [Theory]
    [InlineData(VaeKind.Dense, Likelihood.Bernoulli)]
    [InlineData(VaeKind.Dense, Likelihood.Gaussian)]
    [InlineData(VaeKind.Convolutional, Likelihood.Gaussian)]
    public void Gradients_agree_with_finite_differences(VaeKind kind, Likelihood likelihood)
    {
        var network = new VaeDescription(5, 1, 2, [], kind, [4, 3], Normalization.None, likelihood).Build(seed: 3);
        float[] samples = [.. Enumerable.Range(0, 50).Select(i => (i * 37 % 50) / 50f)];
        Tensor key = Tensor.Of([3], RandomStream.Key(1, 1)), images = Tensor.Of([2, 5, 5, 1], samples);
        EvidenceBound bound = EvidenceBound.Of(network, images, new Pass(random: new RandomStream(key)));
        Tensor loss = (bound.Divergence - bound.Reconstruction).Mean();
        Variable[] parameters = [.. network.Parameters];

        // With biases of zero, a unit none of whose inputs is on would sit in the very kink of its rectifier, where there is no derivative.
        foreach (Variable bias in parameters.Where(parameter => parameter.Name.EndsWith(".bias", StringComparison.Ordinal)))
            bias.Set([.. Enumerable.Range(1, (int)bias.Shape.Count).Select(i => 0.1f * i)]);
        Tensor[] gradients = Gradients.Of(loss, [.. parameters.Select(parameter => parameter.Value)]);
        RunResult result = _device.Run(new Step(gradients));
        Plan plan = _device.Plan(new Step([loss]));
        for (int i = 0; i < parameters.Length; i++)
        {
            float[] value = parameters[i].ToArray();
            int at = value.Length / 2;
            double Loss(float move)
            {
                float[] moved = [.. value];
                moved[at] += move;
                parameters[i].Set(moved);
                return plan.Run().Scalar(0);
            }

            const float step = 1e-3f;
            double difference = (Loss(step) - Loss(-step)) / (2 * step);
            parameters[i].Set(value);
            Assert.Equal(difference, result[i][at], 0.02 * Math.Max(1, Math.Abs(difference)));
        }
    }

    [Fact]
    public void Coders_mirror_any_size()
    {
        foreach ((VaeKind kind, int size, int channels, int[] widths) in new (VaeKind, int, int, int[])[]
        {
            (VaeKind.Dense, 28, 1, [400]), (VaeKind.Convolutional, 28, 1, [4, 8, 8, 8, 8]), (VaeKind.Convolutional, 37, 3, [3, 5]),
            (VaeKind.Convolutional, 64, 3, [2]),
        })
        {
            var network = new VaeDescription(size, channels, 7, [], kind, widths, Normalization.Batch, Likelihood.Bernoulli).Build();
            Tensor image = Tensor.Full([2, size, size, channels], 0.5f);
            (Tensor mean, Tensor logVariance) = network.Encode(image, Pass.Inference);
            Assert.Equal([2, 7], mean.Shape.ToArray());
            Assert.Equal([2, 7], logVariance.Shape.ToArray());
            Assert.Equal(image.Shape, network.Decode(mean, Pass.Inference).Shape);
        }
    }

    [Fact]
    public void Binarised_samples_are_1_as_often_as_they_are_bright_and_the_same_each_time()
    {
        float[] grey = [.. Enumerable.Repeat(0.3f, 20_000)], again = [.. grey], other = [.. grey], extreme = [0, 1];
        Binarisation.Draw(grey, 0, 5);
        Binarisation.Draw(again, 0, 5);
        Binarisation.Draw(other, 0, 6);
        Binarisation.Draw(extreme, 0, 5);
        Assert.Equal(0.3, grey.Average(), 0.015);
        Assert.All(grey, sample => Assert.True(sample is 0 or 1));
        Assert.Equal(grey, again);
        Assert.NotEqual(grey, other);
        Assert.Equal([0, 1], extreme);
    }

    private static double LogNormal(double x, double mean, double deviation) =>
        -0.5 * Math.Log(2 * Math.PI) - Math.Log(deviation) - (x - mean) * (x - mean) / (2 * deviation * deviation);

    /// <summary>
    /// x = W z + b + noise of deviation s, with the columns of W orthogonal: the posterior of z is then normal with independent elements,
    /// of variance 1 / (1 + |w|²/s²) and mean that times w·(x - b)/s²; and x is normal with covariance W Wᵀ + s² I.
    /// </summary>
    private static (VariationalAutoencoder Network, double[] Exact, Tensor Images) LinearGaussian(float posteriorError)
    {
        const int samples = 4;
        const double deviation = 0.5;
        double[][] columns = [[0.6, 0.6, 0, 0], [0.3, -0.3, 0.8, 0]];
        double[] bias = [0.1, 0.2, 0.3, 0.4];
        float[][] images = [[0, 0.5f, 1, 0.2f], [0.9f, 0.1f, 0.4f, 0.8f]];
        var network = new VaeDescription(2, 1, 2, [], VaeKind.Dense, [], Normalization.None, Likelihood.Gaussian).Build();
        Dictionary<string, Variable> variables = network.Variables.ToDictionary(variable => variable.Name);
        var encoder = new float[samples * 2];
        var means = new float[2];
        var logVariances = new float[2];
        for (int k = 0; k < 2; k++)
        {
            double variance = 1 / (1 + columns[k].Sum(w => w * w) / (deviation * deviation));
            for (int i = 0; i < samples; i++)
            {
                double weight = variance * columns[k][i] / (deviation * deviation);
                encoder[i * 2 + k] = (float)weight;
                means[k] -= (float)(weight * bias[i]);
            }

            means[k] += posteriorError;
            logVariances[k] = (float)Math.Log(variance) + posteriorError;
        }

        variables["encoder.mean.weight"].Set(encoder);
        variables["encoder.mean.bias"].Set(means);
        variables["encoder.log_variance.weight"].Set(new float[samples * 2]);
        variables["encoder.log_variance.bias"].Set(logVariances);
        variables["decoder.0.weight"].Set([.. columns.SelectMany(column => column.Select(w => (float)w))]);
        variables["decoder.0.bias"].Set([.. bias.Select(b => (float)b)]);
        variables["decoder.log_deviation"].Set([(float)Math.Log(deviation)]);

        // Along each column the variance is |w|² + s², across both it is s².
        double[] exact = [.. images.Select(image =>
        {
            double[] centred = [.. image.Select((x, i) => x - bias[i])];
            double quadratic = centred.Sum(x => x * x) / (deviation * deviation), logDeterminant = samples * 2 * Math.Log(deviation);
            foreach (double[] column in columns)
            {
                double square = column.Sum(w => w * w), along = column.Zip(centred, (w, x) => w * x).Sum(), total = square + deviation * deviation;
                quadratic += along * along / square * (1 / total - 1 / (deviation * deviation));
                logDeterminant += Math.Log(total) - 2 * Math.Log(deviation);
            }

            return -0.5 * (quadratic + logDeterminant + samples * Math.Log(2 * Math.PI));
        })];
        return (network, exact, Tensor.Of([images.Length, 2, 2, 1], images.SelectMany(image => image).ToArray()));
    }

    private static (double[] Bound, double[] Weighted) Bounds(VariationalAutoencoder network, Tensor images, int repeats, int samples)
    {
        using var device = new CpuDevice(1);
        var key = new Feed("key", [3], ElementType.Int32);
        EvidenceBound bound = EvidenceBound.Of(network, images, new Pass(random: new RandomStream(key)));
        Tensor weighted = EvidenceBound.ImportanceWeighted(network, images, samples, new Pass(random: new RandomStream(key)));
        Plan plan = device.Plan(new Step([bound.Reconstruction - bound.Divergence, weighted]));
        var sums = (Bound: new double[images.Shape[0]], Weighted: new double[images.Shape[0]]);
        for (int i = 0; i < repeats; i++)
        {
            RunResult result = plan.Run(new Bindings().Set(key, RandomStream.Key(9, i)));
            for (int j = 0; j < sums.Bound.Length; j++)
            {
                sums.Bound[j] += result[0][j] / (double)repeats;
                sums.Weighted[j] += result[1][j] / (double)repeats;
            }
        }

        return sums;
    }
}
