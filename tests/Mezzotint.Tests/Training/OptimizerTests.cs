using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;

namespace Mezzotint.Tests.Training;

public sealed class OptimizerTests
{
    private static readonly float[] Start = [1, -2, 0.5f];

    [Fact]
    public void Rmsprop_divides_by_the_root_of_the_running_mean_square()
    {
        var recipe = new OptimizerRecipe { Kind = OptimizerKind.Rmsprop, Decay = 0.9, LearningRate = 0.01, Epsilon = 1e-6 };
        double[] x = [.. Start.Select(v => (double)v)], square = new double[3];
        for (int move = 0; move < 6; move++)
        {
            for (int i = 0; i < 3; i++)
            {
                double gradient = 4 * Math.Pow(x[i], 3);
                square[i] = 0.9 * square[i] + 0.1 * gradient * gradient;
                x[i] -= 0.01 * gradient / (Math.Sqrt(square[i]) + 1e-6);
            }
        }

        AssertReached(x, Run(recipe, steps: 6, moves: 1));
        AssertReached(x, Run(recipe, steps: 2, moves: 3));
    }

    [Fact]
    public void Several_moves_of_adam_in_a_step_are_as_many_steps_of_one()
    {
        var recipe = new OptimizerRecipe { LearningRate = 0.01, Beta1 = 0.5, Beta2 = 0.9 };
        double[] x = [.. Start.Select(v => (double)v)], mean = new double[3], square = new double[3];
        for (int move = 1; move <= 6; move++)
        {
            for (int i = 0; i < 3; i++)
            {
                double gradient = 4 * Math.Pow(x[i], 3);
                mean[i] = 0.5 * mean[i] + 0.5 * gradient;
                square[i] = 0.9 * square[i] + 0.1 * gradient * gradient;
                x[i] -= 0.01 * mean[i] / (1 - Math.Pow(0.5, move)) / (Math.Sqrt(square[i] / (1 - Math.Pow(0.9, move))) + 1e-8);
            }
        }

        AssertReached(x, Run(recipe, steps: 6, moves: 1));
        AssertReached(x, Run(recipe, steps: 2, moves: 3));
    }

    private static void AssertReached(double[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));

    private static float[] Run(OptimizerRecipe recipe, int steps, int moves)
    {
        var x = new Variable("x", [3], Start);
        IOptimizer optimizer = recipe.Create("optimizer", [x]);
        var updates = new Updates();
        Tensor norm = 0;
        for (int move = 0; move < moves; move++) norm = optimizer.Minimize(updates[x].Square().Square().Sum(), updates, move);
        Plan plan = CpuDevice.Shared.Plan(new Step([norm], updates));
        for (int step = 1; step <= steps; step++)
        {
            var bindings = new Bindings();
            optimizer.Feed(bindings, step, recipe.LearningRate);
            plan.Run(bindings);
        }

        return x.ToArray();
    }
}
