using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Tests.Cpu;

/// <summary>A plan that has been rehearsed, of whose kernels only some tasks have run, runs as one that has not.</summary>
public sealed class RehearsalTests
{
    private readonly Variable _weights = new("weights", [3, 3, 16, 16], [.. Enumerable.Range(0, 9 * 16 * 16).Select(i => i % 7 - 3f)]);
    private readonly Feed _image = new("image", [2, 40, 40, 16]);

    private Step Step => new([_image.Tensor.Conv2d(_weights.Value, ConvolutionWindow.Square(padding: 1))]);

    private Bindings Bindings => new Bindings().Set(_image, Enumerable.Range(0, 2 * 40 * 40 * 16).Select(i => i % 11 / 11f).ToArray());

    [Fact]
    public void Leaves_results_as_they_are_and_variables_that_the_step_only_reads()
    {
        using CpuDevice device = new(2), fresh = new(2);
        float[] before = _weights.ToArray();
        // Without and with weights packed before, and as in a training, where they are packed each time and here in part.
        foreach (HashSet<Variable> changing in (HashSet<Variable>[])[[], [_weights], []])
        {
            Plan plan = device.Plan(Step);
            Assert.True(plan.Rehearse(changing, TestContext.Current.CancellationToken) > 0);
            Assert.Equal(fresh.Run(Step, Bindings)[0], plan.Run(Bindings)[0]);
        }

        Assert.Equal(before, _weights.ToArray());
    }

    [Fact]
    public void Takes_the_memory_that_a_run_takes()
    {
        using CpuDevice rehearsed = new(2), run = new(2);
        rehearsed.Plan(Step).Rehearse(cancellation: TestContext.Current.CancellationToken);
        run.Run(Step, Bindings);
        Assert.Equal(run.HighWaterBytes, rehearsed.HighWaterBytes);
    }

    [Fact]
    public void Looks_up_rows_whose_numbers_are_computed()
    {
        using var device = new CpuDevice(2);
        Tensor drawn = _image.Tensor.Reshape([2 * 40 * 40 * 16]) * 1e9f;
        var plan = device.Plan(new Step([Tensor.Of([3, 2], new float[] { 1, 2, 3, 4, 5, 6 }).Gather(drawn.Cast(ElementType.Int32))]));
        Assert.True(plan.Rehearse(cancellation: TestContext.Current.CancellationToken) > 0); // of numbers that mean nothing
    }

    [Fact]
    public void Can_be_ended()
    {
        using var device = new CpuDevice(1);
        using var ended = new CancellationTokenSource();
        ended.Cancel();
        Assert.Throws<OperationCanceledException>(() => device.Plan(Step).Rehearse(cancellation: ended.Token));
    }
}
