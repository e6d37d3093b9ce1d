using Mezzotint.Families;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tests.Objectives;

/// <summary>Values and gradients of the objectives against their formulas, written down for one output at a time.</summary>
public sealed class AdversarialObjectiveTests
{
    private const double Tolerance = 1e-6;
    private static readonly float[] RealOutputs = [1.5f, -0.25f, 3f, 0.125f, -2f];
    private static readonly float[] FakeOutputs = [-1.75f, 0.5f, 2.25f, -4f, -0.5f];

    [Fact]
    public void Non_saturating() => Check(
        new NonSaturatingObjective(),
        new(r => -Math.Log(Sigmoid(r)), r => Sigmoid(r) - 1), new(f => -Math.Log(1 - Sigmoid(f)), Sigmoid),
        new(f => -Math.Log(Sigmoid(f)), f => Sigmoid(f) - 1));

    [Fact]
    public void Non_saturating_with_one_sided_label_smoothing() => Check(
        new NonSaturatingObjective(0.9),
        new(r => -0.9 * Math.Log(Sigmoid(r)) - 0.1 * Math.Log(1 - Sigmoid(r)), r => Sigmoid(r) - 0.9),
        new(f => -Math.Log(1 - Sigmoid(f)), Sigmoid), new(f => -Math.Log(Sigmoid(f)), f => Sigmoid(f) - 1));

    [Fact]
    public void Minimax() => Check(
        new MinimaxObjective(),
        new(r => -Math.Log(Sigmoid(r)), r => Sigmoid(r) - 1), new(f => -Math.Log(1 - Sigmoid(f)), Sigmoid),
        new(f => Math.Log(1 - Sigmoid(f)), f => -Sigmoid(f)));

    [Fact]
    public void Least_squares() => Check(
        new LeastSquaresObjective(),
        new(r => (r - 1) * (r - 1), r => 2 * (r - 1)), new(f => f * f, f => 2 * f), new(f => (f - 1) * (f - 1), f => 2 * (f - 1)));

    [Fact]
    public void Wasserstein() => Check(new WassersteinObjective(), new(r => -r, _ => -1), new(f => f, _ => 1), new(f => -f, _ => -1));

    [Fact]
    public void Hinge() => Check(
        new HingeObjective(),
        new(r => Math.Max(0, 1 - r), r => r < 1 ? -1 : 0), new(f => Math.Max(0, 1 + f), f => f > -1 ? 1 : 0), new(f => -f, _ => -1));

    [Fact]
    public void Relativistic_average_of_the_non_saturating_is_ESRGANs()
    {
        double meanOfReal = RealOutputs.Average(x => (double)x), meanOfFake = FakeOutputs.Average(x => (double)x);
        double[] real = [.. RealOutputs.Select(r => Sigmoid(r - meanOfFake))], fake = [.. FakeOutputs.Select(f => Sigmoid(f - meanOfReal))];
        double discriminator = real.Average(p => -Math.Log(p)) + fake.Average(p => -Math.Log(1 - p));
        double generator = real.Average(p => -Math.Log(1 - p)) + fake.Average(p => -Math.Log(p));
        Variable r = Outputs(RealOutputs), f = Outputs(FakeOutputs);
        var objective = new RelativisticAverageObjective(new NonSaturatingObjective());
        Tensor cost = objective.OfGenerator(r, f);
        RunResult result = Evaluate(objective.OfDiscriminator(r, f), cost, Gradients.Of(cost, f)[0]);
        Assert.Equal(discriminator, result.Scalar(0), Tolerance);
        Assert.Equal(generator, result.Scalar(1), Tolerance);

        // Through its own output, and through the mean in each real output.
        double throughMean = -real.Average();
        AssertClose(fake.Select(p => (p - 1 + throughMean) / fake.Length), result[2]);
    }

    [Fact]
    public void Relativistic_average_of_least_squares_aims_at_1_and_minus_1()
    {
        double meanOfReal = RealOutputs.Average(x => (double)x), meanOfFake = FakeOutputs.Average(x => (double)x);
        double discriminator = RealOutputs.Average(r => Math.Pow(r - meanOfFake - 1, 2)) + FakeOutputs.Average(f => Math.Pow(f - meanOfReal + 1, 2));
        double generator = RealOutputs.Average(r => Math.Pow(r - meanOfFake + 1, 2)) + FakeOutputs.Average(f => Math.Pow(f - meanOfReal - 1, 2));
        AdversarialObjective objective = new AdversarialRecipe { Kind = AdversarialKind.LeastSquares, Relativistic = true }.Objective();
        Variable r = Outputs(RealOutputs), f = Outputs(FakeOutputs);
        RunResult result = Evaluate(objective.OfDiscriminator(r, f), objective.OfGenerator(r, f));
        Assert.Equal(discriminator, result.Scalar(0), 1e-5);
        Assert.Equal(generator, result.Scalar(1), 1e-5);
    }

    private static void Check(AdversarialObjective objective, Term real, Term fake, Term generator)
    {
        Variable r = Outputs(RealOutputs), f = Outputs(FakeOutputs);
        Tensor ofDiscriminator = objective.OfDiscriminator(r, f), ofGenerator = objective.OfGenerator(r, f);
        Tensor[] gradients = Gradients.Of(ofDiscriminator, r, f);
        RunResult result = Evaluate(ofDiscriminator, ofGenerator, gradients[0], gradients[1], Gradients.Of(ofGenerator, f)[0]);
        Assert.Equal(RealOutputs.Average(x => real.Value(x)) + FakeOutputs.Average(x => fake.Value(x)), result.Scalar(0), Tolerance);
        Assert.Equal(FakeOutputs.Average(x => generator.Value(x)), result.Scalar(1), Tolerance);
        AssertClose(RealOutputs.Select(x => real.Slope(x) / RealOutputs.Length), result[2]);
        AssertClose(FakeOutputs.Select(x => fake.Slope(x) / FakeOutputs.Length), result[3]);
        AssertClose(FakeOutputs.Select(x => generator.Slope(x) / FakeOutputs.Length), result[4]);
    }

    private static Variable Outputs(float[] values) => new("outputs", [values.Length, 1], values);

    private static RunResult Evaluate(params Tensor[] tensors)
    {
        using var device = new ReferenceDevice();
        return device.Run(new Step(tensors));
    }

    private static void AssertClose(IEnumerable<double> expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>What one output costs, and the derivative of that.</summary>
    private sealed record Term(Func<double, double> Value, Func<double, double> Slope);
}
