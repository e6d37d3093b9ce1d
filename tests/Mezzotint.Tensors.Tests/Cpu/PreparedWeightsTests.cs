using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tensors.Tests.Cpu;

/// <summary>Weights are packed once for images of all sizes: tiles of many shapes would else each take the memory of the network.</summary>
public sealed class PreparedWeightsTests
{
    private static readonly ConvolutionWindow Window = ConvolutionWindow.Square(padding: 1);

    [Theory]
    [InlineData(5, 3)]     // direct
    [InlineData(64, 48)]   // Winograd
    public void Are_shared_by_plans_of_all_sizes(int source, int destination)
    {
        using var device = new CpuDevice(2);
        Variable weights = Random(source, destination);
        int[] sides = [24, 40, 57];
        Plan[] plans = [.. sides.Select(side => device.Plan(new Step([Image(side, source).Conv2d(weights.Value, Window)])))];
        foreach (Plan plan in plans) plan.Run();
        long taken = device.HighWaterBytes - plans.Max(plan => plan.Cost.PeakBytes) - plans.Max(plan => plan.Cost.ScratchBytes);
        Assert.InRange(taken, plans[0].Cost.PackedBytes, 2 * plans[0].Cost.PackedBytes); // two sizes may take tiles of two widths
        Assert.InRange(taken, device.PackedBytes(plans) - 64, device.PackedBytes(plans) + 64);
    }

    [Fact]
    public void Are_made_anew_when_the_variable_changes_and_apart_for_a_layer_and_its_transpose()
    {
        using var device = new CpuDevice(2);
        Variable weights = Random(16, 16);
        for (int time = 0; time < 2; time++)
        {
            foreach (int side in (int[])[24, 31])
            {
                Tensor image = Image(side, 16);
                Tensor[] wanted = [image.Conv2d(weights.Value, Window), image.ConvTranspose2d(weights.Value, Window, side, side)];
                foreach (Tensor output in wanted)
                {
                    float[] expected = new ReferenceDevice().Evaluate(output), found = device.Evaluate(output);
                    for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], 1e-3f);
                }
            }

            weights.Set([.. weights.ToArray().Select(value => 2 - value)]);
        }
    }

    private static Variable Random(int source, int destination)
    {
        var random = new Random(1);
        return new Variable("weights", [3, 3, source, destination], [.. Enumerable.Range(0, 9 * source * destination).Select(_ => random.NextSingle() - 0.5f)]);
    }

    private static Tensor Image(int side, int channels)
    {
        var random = new Random(side);
        return Tensor.Of([1, side, side, channels], Enumerable.Range(0, side * side * channels).Select(_ => random.NextSingle() - 0.5f).ToArray());
    }
}
