using Mezzotint.Families;
using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Reference;
using Mezzotint.Training;

namespace Mezzotint.Tests.Families;

/// <summary>What a linear discriminator costs, whose slopes are known.</summary>
public sealed class OpponentTests
{
    private const double Tolerance = 1e-5;
    private const float Change = 3;

    private static readonly float[] Weights = new Initialization(1).Normal("weights", [2, 2, 3], 0.4);
    private static readonly float[] Real = new Initialization(2).Normal("real", [4, 2, 2, 3], 1);
    private static readonly float[] Fake = new Initialization(3).Normal("fake", [4, 2, 2, 3], 1);

    [Fact]
    public void R1_is_of_slopes_by_the_images_as_they_are_with_the_factor_of_the_steps_between()
    {
        const double Factor = 0.5;
        const int Every = 8;
        var recipe = new AdversarialRecipe { Kind = AdversarialKind.Hinge, R1 = Factor, R1Every = Every };
        double squares = Weights.Sum(w => (double)w * w);
        Assert.Equal(Hinge() + Factor / 2 * Every * Change * Change * squares, Cost(recipe), Tolerance);
    }

    [Fact]
    public void The_gradient_penalty_is_of_what_judges_the_images_its_changes_included()
    {
        const double Factor = 10;
        var recipe = new AdversarialRecipe { Kind = AdversarialKind.Hinge, GradientPenalty = Factor };
        double slope = Change * Math.Sqrt(Weights.Sum(w => (double)w * w));
        Assert.Equal(Hinge() + Factor * (slope - 1) * (slope - 1), Cost(recipe), Factor * Tolerance);
    }

    private static double Hinge() =>
        Real.Chunk(Weights.Length).Average(image => Math.Max(0, 1 - Judged(image)))
        + Fake.Chunk(Weights.Length).Average(image => Math.Max(0, 1 + Judged(image)));

    private static double Judged(float[] image) => Change * image.Zip(Weights, (x, w) => (double)x * w).Sum();

    private static double Cost(AdversarialRecipe recipe)
    {
        var weights = new Variable("weights", [2, 2, 3], Weights);
        var optimizer = new OptimizerRecipe();
        var opponent = new Opponent
        {
            Judge = (images, _, pass) => (pass.Read(weights) * images).Sum(1, 2, 3),
            Augment = (images, _) => Change * images,
            Objective = recipe,
            Optimizer = optimizer.Create("optimizer", [weights]),
            Parameters = [weights],
        };
        var updates = new Updates();
        var pass = new Pass(updates, new RandomStream(Tensor.Of([3], RandomStream.Key(1, 1))));
        (Tensor cost, _) = opponent.Move(Tensor.Of([4, 2, 2, 3], Real), Tensor.Of([4, 2, 2, 3], Fake), null, pass, recipe.R1 > 0, 0);
        var bindings = new Bindings();
        opponent.Optimizer.Feed(bindings, 1, optimizer.LearningRate);
        using var device = new ReferenceDevice();
        return device.Run(new Step([cost], updates), bindings).Scalar(0);
    }
}
