using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tensors.Tests.Reference;

/// <summary>Compares derivatives with differences of values, in double precision.</summary>
internal static class FiniteDifferences
{
    private const double Distance = 1e-5;

    /// <summary>
    /// Checks the first and second derivatives of an expression by each of its leaves, in random directions. The expression is made part of
    /// a loss that is curved and uses every leaf twice.
    /// </summary>
    public static void Check(Func<Tensor[], Tensor> expression, double[][] at, Shape[] shapes, int seed)
    {
        var numbers = new Numbers(seed);
        Tensor[] leaves = [.. shapes.Select(shape => new Feed("leaf", shape).Tensor)];
        Tensor[] moved = [.. leaves.Select(leaf => 0.75f * leaf + 0.125f * leaf.Square())];
        Tensor value = expression(leaves);
        Tensor both = value + 0.5f * expression(moved);
        Tensor loss = (numbers.Tensor(value.Shape) * (both + 0.25f * both.Square())).Sum();

        Tensor[] gradients = Gradients.Of(loss, leaves);
        for (int i = 0; i < leaves.Length; i++) Assert.Equal(shapes[i], gradients[i].Shape);
        CheckFirst(loss, leaves, gradients, at, numbers);

        Tensor slope = Tensor.Constant(0);
        foreach (Tensor gradient in gradients) slope += (gradient * numbers.Tensor(gradient.Shape)).Sum();
        CheckFirst(slope, leaves, Gradients.Of(slope, leaves), at, numbers);
    }

    /// <summary>Checks that gradients are those of a scalar at a point.</summary>
    public static void CheckFirst(Tensor scalar, Tensor[] leaves, Tensor[] gradients, double[][] at, Numbers numbers)
    {
        double[][] exact = ReferenceDevice.EvaluateExact(gradients, Point(leaves, at));
        for (int leaf = 0; leaf < leaves.Length; leaf++)
        {
            double[] direction = numbers.Doubles(leaves[leaf].Shape);
            double predicted = 0, scale = 0;
            for (int i = 0; i < direction.Length; i++)
            {
                predicted += exact[leaf][i] * direction[i];
                scale += Math.Abs(exact[leaf][i] * direction[i]);
            }

            double ahead = At(+Distance), behind = At(-Distance);
            double measured = (ahead - behind) / (2 * Distance);
            double tolerance = 2e-6 * (1 + scale) + 1e-9 * Math.Abs(ahead);
            Assert.True(Math.Abs(measured - predicted) <= tolerance, $"by leaf {leaf}: {predicted}, but differences give {measured}");

            double At(double distance)
            {
                double[][] point = [.. at];
                point[leaf] = [.. at[leaf].Select((x, i) => x + distance * direction[i])];
                return ReferenceDevice.EvaluateExact(scalar, Point(leaves, point))[0];
            }
        }
    }

    private static Dictionary<Tensor, double[]> Point(Tensor[] leaves, double[][] at) =>
        leaves.Zip(at).ToDictionary(pair => pair.First, pair => pair.Second);
}
