using Mezzotint.Layers;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tests.Objectives;

public sealed class PenaltyTests
{
    private const double Tolerance = 1e-5;
    private static readonly float[] Real = new Initialization(1).Normal("real", [3, 2, 2, 2], 1);
    private static readonly float[] Fake = new Initialization(2).Normal("fake", [3, 2, 2, 2], 1);
    private static readonly float[] Weights = new Initialization(3).Normal("weights", [2, 2, 2], 0.7);

    [Fact]
    public void A_linear_critic_has_the_norm_of_its_weights_at_every_point()
    {
        var weights = new Variable("weights", [2, 2, 2], Weights);
        Tensor penalty = GradientPenalty.Wasserstein(x => (weights * x).Sum(1, 2, 3), Images(Real), Images(Fake), Random());
        RunResult result = Evaluate(penalty, Gradients.Of(penalty, weights)[0]);

        // (|w| - 1)^2, whose gradient is 2 (|w| - 1) w/|w|: the norm is that of all eight elements, not of rows.
        double norm = Math.Sqrt(Weights.Sum(w => (double)w * w));
        Assert.Equal((norm - 1) * (norm - 1), result.Scalar(0), Tolerance);
        AssertClose(Weights.Select(w => 2 * (norm - 1) * w / norm), result[1]);
    }

    [Fact]
    public void A_quadratic_critic_shows_that_points_lie_between_real_and_generated_images_one_share_an_image()
    {
        // D(x) = |x|^2/2 has the gradient x; with generated images of 0 and real ones of 1, the norm is the share times the root of eight.
        Shape shape = [2000, 2, 2, 2];
        Tensor real = Tensor.Full(shape, 1), fake = Tensor.Full(shape, 0);
        Tensor penalty = GradientPenalty.Wasserstein(x => 0.5f * x.Square().Sum(1, 2, 3), real, fake, Random());
        double root = Math.Sqrt(8), mean = root * root / 3 - root + 1; // the mean of (root u - 1)^2 for u uniform in [0, 1)
        Assert.Equal(mean, Evaluate(penalty).Scalar(0), 0.08);
    }

    [Fact]
    public void R1_is_half_the_mean_squared_slope_and_can_be_differentiated()
    {
        var factor = new Variable("factor", [], [1.5f]);
        Tensor images = Images(Real);
        Tensor penalty = GradientPenalty.R1(factor.Value * 0.5f * images.Square().Sum(1, 2, 3), images);
        RunResult result = Evaluate(penalty, Gradients.Of(penalty, factor)[0]);
        double meanSquare = Real.Sum(x => (double)x * x) / 3;
        Assert.Equal(0.5 * 1.5 * 1.5 * meanSquare, result.Scalar(0), Tolerance);
        Assert.Equal(1.5 * meanSquare, result.Scalar(1), Tolerance);
    }

    [Fact]
    public void A_flat_critic_has_a_finite_gradient()
    {
        var weights = new Variable("weights", [2, 2, 2]);
        Tensor penalty = GradientPenalty.Wasserstein(x => (weights * x).Sum(1, 2, 3), Images(Real), Images(Fake), Random());
        Assert.All(Evaluate(Gradients.Of(penalty, weights)[0])[0], gradient => Assert.Equal(0, gradient));
    }

    [Fact]
    public void Feature_matching_leaves_out_the_outputs_and_gives_real_features_no_gradient()
    {
        var real = new Variable("real", [4], [1, 2, 3, 4]);
        var fake = new Variable("fake", [4], [2, 2, 1, 0]);
        Tensor unlike = 100;

        // One scale of one feature, one of two equal ones: (4/1 x 7/4 + 4/2 x (7/4 + 7/4)) / 2 scales.
        Tensor cost = FeatureMatching.Of([[real, unlike], [real, real, unlike]], [[fake, 0], [fake, fake, 0]]);
        Tensor[] gradients = Gradients.Of(cost, real, fake);
        RunResult result = Evaluate(cost, gradients[0], gradients[1]);
        Assert.Equal(7, result.Scalar(0), Tolerance);
        Assert.Equal([0, 0, 0, 0], result[1]);
        AssertClose([1, 0, -1, -1], result[2]);
    }

    [Fact]
    public void Divergence_from_the_standard_normal_is_zero_there_alone()
    {
        float[] means = [0, 1, -2, 0.5f], logVariances = [0, 0.5f, -1, 0];
        var mean = new Variable("mean", [2, 2], means);
        var logVariance = new Variable("log-variance", [2, 2], logVariances);
        Tensor cost = KullbackLeibler.FromStandardNormal(mean, logVariance);
        Tensor[] gradients = Gradients.Of(cost, mean, logVariance);
        Tensor zeros = Tensor.Full([2, 2], 0);
        RunResult result = Evaluate(cost, gradients[0], gradients[1], KullbackLeibler.FromStandardNormal(zeros, zeros));

        // For each element log(1/sigma) + (sigma^2 + mu^2)/2 - 1/2, summed, over two samples.
        double expected = means.Zip(logVariances, (m, v) => -0.5 * v + (Math.Exp(v) + (double)m * m) / 2 - 0.5).Sum() / 2;
        Assert.Equal(expected, result.Scalar(0), Tolerance);
        AssertClose(means.Select(m => m / 2.0), result[1]);
        AssertClose(logVariances.Select(v => (Math.Exp(v) - 1) / 4), result[2]);
        Assert.Equal(0, result.Scalar(3));
    }

    private static Tensor Images(float[] values) => Tensor.Of([3, 2, 2, 2], values);

    private static RandomStream Random() => new(Tensor.Of([3], RandomStream.Key(1, 1)));

    private static RunResult Evaluate(params Tensor[] tensors)
    {
        using var device = new ReferenceDevice();
        return device.Run(new Step(tensors));
    }

    private static void AssertClose(IEnumerable<double> expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
}
