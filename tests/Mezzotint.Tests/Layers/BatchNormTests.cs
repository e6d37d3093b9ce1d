using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Layers;

/// <summary>Batch norm against loops in double precision.</summary>
public sealed class BatchNormTests
{
    private const int Pixels = 2 * 9 * 7, Channels = 19;
    private const double Epsilon = 1e-5;
    private static readonly Shape Size = [2, 9, 7, Channels];

    /// <summary>The last: values whose variance is a ten-thousandth of their mean's square.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3, 0.1)]
    [InlineData(100, 1)]
    public void Values_and_gradients_are_those_of_the_batchs_mean_and_variance(double offset, double spread)
    {
        float[] x = Numbers(1, offset, spread), weights = Numbers(2, 0, 1);
        using var device = new CpuDevice(1);
        var input = new Variable("x", Size, x);
        var norm = new BatchNorm("norm", Channels);
        Tensor read = input.Value;
        Tensor y = norm.Apply(read, new Pass(new Updates()));
        Tensor gradient = Gradients.Of((y * Tensor.Of(Size, weights)).Sum(), read)[0];
        RunResult result = device.Plan(new Step([y, gradient])).Run();

        double tolerance = 1e-5 * (1 + Math.Abs(offset) / spread);
        for (int c = 0; c < Channels; c++)
        {
            double mean = Over(c, i => x[i]), variance = Over(c, i => Math.Pow(x[i] - mean, 2)), deviation = Math.Sqrt(variance + Epsilon);
            double Value(int i) => (x[i] - mean) / deviation;
            double adjoints = Over(c, i => weights[i]), along = Over(c, i => weights[i] * Value(i));
            for (int i = c; i < x.Length; i += Channels)
            {
                Assert.Equal(Value(i), result[0][i], tolerance);
                Assert.Equal((weights[i] - adjoints - Value(i) * along) / deviation, result[1][i], tolerance / deviation);
            }
        }
    }

    [Fact]
    public void A_channel_of_one_value_becomes_zero()
    {
        float[] x = [.. Enumerable.Range(0, Pixels * Channels).Select(i => 1000.1f * (i % Channels))];
        using var device = new CpuDevice(1);
        float[] y = device.Evaluate(new BatchNorm("norm", Channels).Apply(Tensor.Of(Size, x), new Pass(new Updates())));
        Assert.All(y, value => Assert.Equal(0, value));
    }

    private static double Over(int channel, Func<int, double> term) =>
        Enumerable.Range(0, Pixels).Sum(pixel => term(pixel * Channels + channel)) / Pixels;

    private static float[] Numbers(int seed, double offset, double spread)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Pixels * Channels).Select(_ => (float)(offset + spread * (random.NextDouble() + random.NextDouble() - 1)))];
    }
}
