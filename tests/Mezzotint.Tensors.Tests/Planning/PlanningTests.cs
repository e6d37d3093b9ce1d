using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Tests.Planning;

[Collection(nameof(MeasuringMemory))]
public sealed class PlanningTests
{
    [Fact]
    public void Equal_structures_share_a_plan_whatever_their_constants_and_data()
    {
        using var device = new CpuDevice(1);
        for (int i = 1; i <= 20; i++)
        {
            Tensor x = Tensor.Of([4], new float[] { i, 2, 3, 4 });
            Assert.Equal([i * (i + 0.5f), 2 * (i + 0.5f), 3 * (i + 0.5f), 4 * (i + 0.5f)], device.Evaluate(x * (i + 0.5f)));
        }

        Assert.Equal(1, device.CachedPlans);
    }

    [Fact]
    public void Common_subexpressions_are_computed_once_and_random_sites_never_merge()
    {
        Tensor x = new Feed("x", [64]);
        Graph graph = Graph.Of(new Step([(x.Exp() + 1) * (x.Exp() + 1)])).Graph;
        Assert.Single(graph.Nodes, node => node.Op is Unary);

        var random = new RandomStream(new Feed("key", [3], ElementType.Int32));
        graph = Graph.Of(new Step([random.Uniform([8]) - random.Uniform([8])])).Graph;
        Assert.Equal(2, graph.Nodes.Count(node => node.Op is RandomNumbers));
    }

    [Fact]
    public void Bias_activation_and_residual_are_finished_in_the_convolution()
    {
        Tensor x = new Feed("x", [1, 16, 16, 32]);
        Tensor y = (x.Conv2d(new Feed("w", [3, 3, 32, 32]), ConvolutionWindow.Square(1, 1)) + new Feed("b", [32])).Relu() + x;
        Launch launch = Assert.Single(Planned(y).Launches);
        Assert.NotNull(Assert.IsType<HeavyLaunch>(launch).Epilogue);
    }

    [Fact]
    public void A_pixel_shuffle_is_the_strides_of_the_convolutions_store()
    {
        Tensor x = new Feed("x", [1, 16, 16, 8]);
        Tensor y = (x.Conv2d(new Feed("w", [3, 3, 8, 64]), ConvolutionWindow.Square(1, 1)) + new Feed("b", [64])).PixelShuffle(2).Relu();
        Assert.IsType<HeavyLaunch>(Assert.Single(Planned(y).Launches));
    }

    [Fact]
    public void A_skip_is_stored_where_it_is_concatenated_and_read_there()
    {
        Tensor x = new Feed("x", [1, 16, 16, 32]), w = new Feed("w", [3, 3, 32, 32]), v = new Feed("v", [3, 3, 64, 32]);
        ConvolutionWindow window = ConvolutionWindow.Square(1, 1);
        Tensor skip = x.Conv2d(w, window).Relu(), y = Tensor.Concat(3, skip, skip.Conv2d(w, window)).Conv2d(v, window);
        Schedule schedule = Planned(y);
        Assert.All(schedule.Launches, launch => Assert.IsType<HeavyLaunch>(launch));
        Assert.Equal(3 * 32 * 16 * 16 * sizeof(float), schedule.ArenaBytes);
    }

    [Fact]
    public void A_dense_block_has_one_buffer_and_copies_its_input_alone()
    {
        Tensor x = new Feed("x", [1, 16, 16, 32]), seen = x;
        for (int i = 0; i < 4; i++)
            seen = Tensor.Concat(3, seen, seen.Conv2d(new Feed($"w{i}", [3, 3, seen.Shape[3], 16]), ConvolutionWindow.Square(1, 1)).Relu());
        Schedule schedule = Planned(seen);
        Assert.Equal(5, schedule.Launches.Length);
        Assert.Equal(seen.Shape.Count * sizeof(float), schedule.ArenaBytes);
    }

    [Fact]
    public void A_mirrored_margin_is_all_that_padding_copies()
    {
        Tensor x = new Feed("x", [1, 16, 16, 32]), w = new Feed("w", [3, 3, 32, 32]);
        Tensor y = x.Conv2d(w, ConvolutionWindow.Square(1, 1)).Relu().ReflectPad(2);
        Schedule schedule = Planned(y);
        Assert.Equal(
            [2 * 16 * 32, 2 * 16 * 32, 2 * 20 * 32, 2 * 20 * 32],
            schedule.Launches.OfType<LoopLaunch>().Select(launch => launch.Nest.Extents.Aggregate(1, (count, extent) => count * extent)));
        Assert.Equal(20 * 20 * 32 * sizeof(float), schedule.ArenaBytes);
    }

    [Fact]
    public void A_part_is_copied_where_its_place_would_cost_more()
    {
        Tensor x = new Feed("x", [1, 16, 16, 32]), y = x.Tanh(), z = x.Sigmoid();

        // Of 4 channels among others every pixel would be a store of its own.
        Assert.Equal(1, Copies(Planned(Tensor.Concat(3, y, x.Slice(3, 0, 4).Exp()).Square().Sum())));

        // One value has one place, and what is read after the whole would keep all of it.
        Assert.Equal(1, Copies(Planned(Tensor.Concat(3, y, y).Square().Sum())));
        Tensor sum = Tensor.Concat(3, y, z, x.Cos()).Square().Sum(); // a bare sum would look like a copy
        Assert.Equal(1, Copies(Planned((y + sum).Conv2d(new Feed("w", [1, 1, 32, 1]), ConvolutionWindow.Square()))));

        static int Copies(Schedule schedule) => schedule.Launches.OfType<LoopLaunch>().Count(launch => launch.Nest.Body.Code.Length == 2);
    }

    [Fact]
    public void Channels_of_an_image_are_convolved_where_they_lie()
    {
        Tensor x = new Feed("x", [1, 16, 16, 64]), w = new Feed("w", [3, 3, 48, 32]);
        Tensor y = x.Slice(3, 16, 48).Conv2d(w, ConvolutionWindow.Square(1, 1));
        Assert.Single(Planned(y).Launches);
        Assert.Equal(2, Schedule.Of(Graph.Of(new Step([y])).Graph, pitchedImages: false).Launches.Length);
    }

    [Fact]
    public void A_convolution_gathers_the_moments_that_a_norm_takes_of_it()
    {
        Tensor x = new Feed("x", [2, 16, 16, 32]), w = new Feed("w", [3, 3, 32, 32]), b = new Feed("b", [32]);
        foreach (int[] axes in new int[][] { [1, 2], [0, 1, 2] })
        {
            Tensor y = x.Conv2d(w, ConvolutionWindow.Square(1, 1)) + b;
            (Tensor mean, Tensor variance) = y.Moments(axes);
            Tensor normal = (y - mean) / (variance + 1e-5f).Sqrt();
            Schedule schedule = Planned(normal, mean);
            Assert.NotNull(Assert.IsType<HeavyLaunch>(schedule.Launches[0]).Moments);
            Assert.Equal(1, Loops(schedule));

            // Where they are sums, a loop more reads the image.
            Graph sums = Graph.Of(new Step([normal, mean]), keepsMoments: false).Graph;
            Assert.DoesNotContain(sums.Nodes, node => node.Op is Moment);
            Assert.Equal(2, Loops(Schedule.Of(sums)));
        }

        // Sums are their layer's, though they are written later.
        using (Scope.Enter("norm"))
        {
            Graph sums = Graph.Of(new Step([x.Moments(1, 2).Variance]), keepsMoments: false).Graph;
            Assert.All(sums.Nodes.Where(node => node.Op is Reduction), node => Assert.Equal("norm", node.Scope));
        }

        // Of anything else, both together are one launch of their own.
        Schedule alone = Planned(x.Moments(1, 2).Variance, x.Moments(1, 2).Mean, x.Moments(0, 1, 2).Mean);
        Assert.Equal(2, alone.Launches.Length);

        int Loops(Schedule schedule) => schedule.Launches.OfType<LoopLaunch>().Count(loop => loop.Nest.Extents.Length == 4 && loop.Nest.Extents[1] > 1);
    }

    [Fact]
    public void A_place_is_seen_through_steps_that_stay_within_its_axes()
    {
        // Rows of 6 elements of a matrix whose rows have 10.
        var place = new View(0, [4, 6], 3, [10, 1]);
        Assert.Equal([10, 1], Strides(new View(1, [4, 6], 0, [6, 1])));
        Assert.Equal([10, 3, 1], Strides(new View(1, [4, 2, 3], 0, [6, 3, 1])));
        Assert.Equal([1, -20], Strides(new View(1, [6, 2], 18, [1, -12])));
        Assert.Null(place.Seen(new View(1, [24], 0, [1])));
        Assert.Null(place.Seen(new View(1, [3, 4], 0, [8, 1])));
        Assert.Null(place.Seen(new View(1, [4, 2], 5, [3, 6])));
        Assert.Equal(3 + 20 + 5, place.Seen(new View(1, [2], 17, [6]))!.Offset);

        long[] Strides(View view) => place.Seen(view)!.Strides;
    }

    [Fact]
    public void A_cheap_value_that_loops_alone_read_is_computed_again_instead_of_stored()
    {
        // The deviation from the mean is read by two reductions; only x is in memory.
        Tensor x = new Feed("x", [8, 8, 8, 16]);
        Tensor deviation = x - x.Mean(0, 1, 2);
        Schedule schedule = Planned(deviation.Square().Mean(), deviation.Abs().Mean());
        Assert.True(schedule.ArenaBytes < x.Shape.Count * sizeof(float) / 2, $"{schedule.ArenaBytes} bytes");
    }

    [Fact]
    public void Memory_is_shared_by_values_that_do_not_live_at_the_same_time()
    {
        Tensor x = new Feed("x", [1, 32, 32, 16]);
        Tensor weights = new Feed("w", [3, 3, 16, 16]);
        for (int i = 0; i < 20; i++) x = x.Conv2d(weights, ConvolutionWindow.Square(1, 1));
        using var device = new CpuDevice(1);
        long image = x.Shape.Count * sizeof(float);
        Assert.InRange(device.Plan(new Step([x])).Cost.PeakBytes, 2 * image, 3 * image);
    }

    [Fact]
    public void An_update_writes_over_its_variable_unless_another_still_reads_the_old_value()
    {
        var w = new Variable("w", [1000]);
        var v = new Variable("v", [1000]);
        var updates = new Updates();
        updates.Assign(w, w.Value * 0.5f + 1);
        Assert.Empty(Planned(updates).Copies);

        // v takes the old w through a flip: w's new value must wait beside it.
        updates.Assign(v, w.Value.Flip(0) + v);
        Schedule schedule = Planned(updates);
        Assert.True(schedule.Copies.Count <= 1);
        using var device = new CpuDevice(2, poison: true);
        w.Set([.. Enumerable.Range(0, 1000).Select(i => (float)i)]);
        device.Run(new Step([], updates));
        Assert.Equal(999, v.ToArray()[0]);
        Assert.Equal(1.5f, w.ToArray()[1]);
    }

    [Fact]
    public void Variables_exchange_their_values()
    {
        var a = new Variable("a", [3], [1, 2, 3]);
        var b = new Variable("b", [3], [4, 5, 6]);
        var updates = new Updates();
        updates.Assign(a, b.Value);
        updates.Assign(b, a.Value);
        using var device = new CpuDevice(1);
        device.Run(new Step([], updates));
        Assert.Equal([4, 5, 6], a.ToArray());
        Assert.Equal([1, 2, 3], b.ToArray());
    }

    [Fact]
    public void Nothing_is_updated_when_an_output_is_not_finite()
    {
        var w = new Variable("w", [2], [1, -1]);
        var updates = new Updates();
        updates.Assign(w, w.Value + 1);
        using var device = new CpuDevice(1);
        Assert.False(device.Run(new Step([w.Value.Log().Sum()], updates)).Finite);
        Assert.Equal([1, -1], w.ToArray());
        Assert.Equal(0, w.Version - 1);
    }

    [Fact]
    public void After_its_second_step_a_training_grows_no_more()
    {
        var weights = new Variable("w", [3, 3, 3, 3], new float[81]);
        var input = new Feed("x", [2, 8, 8, 3]);
        using var device = new CpuDevice(2);
        var bindings = new Bindings().Set(input, new float[input.Tensor.Shape.Count]);
        RunResult Step()
        {
            // Written anew each time, as a user may: the structure is the same.
            var updates = new Updates();
            Tensor loss = (input.Tensor.Conv2d(weights, ConvolutionWindow.Square(1, 1)) - 1).Square().Mean();
            updates.Assign(weights, weights - 0.1f * Gradients.Of(loss, weights.Value)[0]);
            return device.Run(new Step([loss], updates), bindings);
        }

        Step();
        Step();
        (int plans, int kernels, long arena) = (device.CachedPlans, device.CachedKernels, device.ArenaBytes);
        long memory = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 1000; i++) Step();
        Assert.Equal((plans, kernels, arena), (device.CachedPlans, device.CachedKernels, device.ArenaBytes));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 256 * 1024);
    }

    [Fact]
    public void A_plan_knows_its_operations()
    {
        Tensor x = new Feed("x", [2, 16, 16, 8]);
        using var device = new CpuDevice(1);
        PlanCost cost = device.Plan(new Step([x.Conv2d(new Feed("w", [3, 3, 8, 24]), ConvolutionWindow.Square(1, 1))])).Cost;
        Assert.Equal(2L * 2 * 16 * 16 * 9 * 8 * 24, cost.Operations);
        Assert.Equal(sizeof(float) * (2 * 16 * 16 * 8 + 9 * 8 * 24 + 2 * 16 * 16 * 24), cost.Bytes);
    }

    private static Schedule Planned(params Tensor[] outputs)
    {
        Schedule schedule = Schedule.Of(Graph.Of(new Step(outputs)).Graph);
        schedule.Place(_ => 0);
        return schedule;
    }

    private static Schedule Planned(Updates updates)
    {
        Schedule schedule = Schedule.Of(Graph.Of(new Step([], updates)).Graph);
        schedule.Place(_ => 0);
        return schedule;
    }
}
