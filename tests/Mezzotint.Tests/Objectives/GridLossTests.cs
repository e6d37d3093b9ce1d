using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tests.Objectives;

public sealed class GridLossTests
{
    private const int Side = 12, Period = 4;

    [Fact]
    public void A_pattern_that_repeats_with_the_squares_costs_its_mean_size_and_other_errors_cost_nothing()
    {
        // 3 at one place of sixteen in each square; errors that change their sign from square to square.
        Assert.Equal(3.0 / (Period * Period), Cost((y, x) => y % Period == 1 && x % Period == 2 ? 3 : 0), 1e-6);
        Assert.Equal(0, Cost((y, x) => y < Side / 3 ? 1 : y < 2 * Side / 3 ? -1 : 0), 1e-6);
    }

    private static double Cost(Func<int, int, float> error)
    {
        float[] truth = [.. Enumerable.Range(0, Side * Side).Select(i => (float)Math.Sin(i))];
        float[] made = [.. truth.Select((value, i) => value + error(i / Side, i % Side))];
        return new ReferenceDevice().Evaluate(GridLoss.Of(Tensor.Of([1, Side, Side, 1], made), Tensor.Of([1, Side, Side, 1], truth), Period), new Bindings())[0];
    }
}
