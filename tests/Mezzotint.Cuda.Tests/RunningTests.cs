using Mezzotint.Cuda.Driver;
using Mezzotint.Cuda.Kernels;
using Mezzotint.Cuda.Tests.Host;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Tests.Reference;

namespace Mezzotint.Cuda.Tests;

/// <summary>What a device asks of its driver, and when.</summary>
public sealed class RunningTests
{
    public RunningTests() => Assert.SkipWhen(HostCompiler.Missing is not null, $"Generated kernels are not run: {HostCompiler.Missing}.");

    [Fact]
    public void Variables_stay_on_the_GPU_and_come_back_when_they_are_read()
    {
        using var driver = new HostDriver();
        using var device = new CudaDevice(driver, poison: false);
        var weights = new Variable("weights", [100], Enumerable.Repeat(1f, 100).ToArray());
        Plan plan = device.Plan(Doubling(weights));
        plan.Run();
        int copies = driver.CopiesIn;
        for (int i = 0; i < 5; i++) plan.Run();
        Assert.Equal(copies, driver.CopiesIn);
        Assert.Equal(6, weights.Version - 1);
        Assert.All(weights.ToArray(), value => Assert.Equal(64, value));

        weights.Set(Enumerable.Repeat(3f, 100).ToArray());
        Assert.Equal(300, plan.Run().Scalar(0));
        Assert.Equal(copies + 1, driver.CopiesIn);
        Assert.All(weights.ToArray(), value => Assert.Equal(6, value));
    }

    [Fact]
    public void A_variable_may_move_from_device_to_device()
    {
        using var first = new CudaDevice(new HostDriver(), poison: false);
        using var second = new CudaDevice(new HostDriver(), poison: false);
        using var cpu = new CpuDevice(1);
        var weights = new Variable("weights", [3], [1, 2, 3]);
        foreach (Device device in new Device[] { first, second, cpu, first, cpu, second }) device.Run(Doubling(weights));
        Assert.Equal([64f, 128, 192], weights.ToArray());
    }

    [Fact]
    public void What_a_device_holds_survives_it()
    {
        var weights = new Variable("weights", [3], [1, 2, 3]);
        using (var device = new CudaDevice(new HostDriver(), poison: false)) device.Run(Doubling(weights));
        Assert.Equal([2f, 4, 6], weights.ToArray());
    }

    [Fact]
    public void From_its_second_run_on_a_plan_is_one_graph()
    {
        using var driver = new HostDriver();
        using var device = new CudaDevice(driver, poison: false);
        var feed = new Feed("x", [4]);
        Plan plan = device.Plan(new Step([feed.Tensor * 2 + 1]));
        for (int run = 0; run < 5; run++)
        {
            Assert.Equal([run * 2f + 1, 1, 1, 1], plan.Run(new Bindings().Set(feed, new float[] { run, 0, 0, 0 }))[0]);
            Assert.Equal(run, driver.Replays);
        }

        // A larger plan moves the arena, and with it every address.
        Tensor large = Tensor.Full([100, 1000], 1).Tanh();
        _ = device.Evaluate(large.MatMul(large.Transpose()).Exp().Sum());
        Assert.Equal([3f, 1, 1, 1], plan.Run(new Bindings().Set(feed, new float[] { 1, 0, 0, 0 }))[0]);
        Assert.Equal([5f, 1, 1, 1], plan.Run(new Bindings().Set(feed, new float[] { 2, 0, 0, 0 }))[0]);
    }

    [Fact]
    public void Results_may_be_read_later_and_in_any_order()
    {
        using var device = new CudaDevice(new HostDriver(), poison: false);
        var feed = new Feed("x", []);
        Plan plan = device.Plan(new Step([feed.Tensor * 2]));
        RunResult[] results = [.. Enumerable.Range(0, 10).Select(i => plan.Run(new Bindings().Set(feed, i)))];
        foreach (int i in new[] { 9, 0, 5, 5, 1 }) Assert.Equal(2 * i, results[i].Scalar(0));
    }

    [Fact]
    public void A_run_that_goes_on_from_one_that_is_not_finite_changes_nothing()
    {
        using var driver = new HostDriver();
        using var device = new CudaDevice(driver, poison: false);
        var sum = new Variable("sum", []);
        var other = new Variable("other", []);
        var feed = new Feed("x", []);
        Plan adds = device.Plan(Adding(sum)), addsElsewhere = device.Plan(Adding(other));
        Assert.True(adds.Run(Of(1)).Finite);
        RunResult last = adds.Run(Of(1));
        for (int round = 0; round < 3; round++)
        {
            // Of seven runs in a row, of two plans, the third and all after it change nothing.
            RunResult[] results = [last = adds.Run(Of(10)), .. Enumerable.Range(1, 6).Select(i =>
                last = (i % 2 == 0 ? adds : addsElsewhere).RunAfter(last, Of(i == 2 ? float.NaN : 10)))];
            Assert.Equal([true, true, false, false, false, false, false], results.Select(result => result.Finite));
            Assert.Equal(2 + 10 * (round + 1), sum.ToArray()[0]);
            Assert.Equal(10 * (round + 1), other.ToArray()[0]);
        }

        // A run that is not the last is waited for, and one of another device as well.
        using var cpu = new CpuDevice(1);
        RunResult broken = adds.Run(Of(float.NaN));
        Assert.True(broken.IsUnderWay);
        Assert.True(addsElsewhere.Run(Of(1)).Finite);
        Assert.False(addsElsewhere.RunAfter(broken, Of(1)).Finite);
        Assert.False(cpu.Plan(Adding(other)).RunAfter(adds.Run(Of(float.NaN)), Of(1)).Finite);
        Assert.True(cpu.Plan(Adding(other)).RunAfter(adds.Run(Of(0)), Of(1)).Finite);
        Assert.Equal([32f, 32], [sum.ToArray()[0], other.ToArray()[0]]);

        Step Adding(Variable variable)
        {
            var updates = new Updates();
            updates.Assign(variable, variable.Value + feed.Tensor);
            return new Step([variable.Value + feed.Tensor], updates);
        }

        Bindings Of(float value) => new Bindings().Set(feed, value);
    }

    [Fact]
    public void Every_kernel_of_a_commit_is_gated_and_no_other()
    {
        using var driver = new HostDriver { Record = [] };
        using var device = new CudaDevice(driver, poison: false);
        Variable a = new("a", [64, 3], new Numbers(1).Floats([64, 3])), b = new("b", [1, 3]);
        var updates = new Updates();
        updates.Assign(a, a.Value * 0.5f);
        updates.Assign(b, (a.Value * a.Value).Sum(0));
        RunResult result = device.Run(new Step([a.Value.Sum()], updates));
        Assert.True(result.Finite);
        string[] names = [.. driver.Record.Select(call => call.Call).OfType<KernelCall>().Select(call => call.Source.Name)];
        int handedOver = Array.FindIndex(names, name => name.StartsWith("output", StringComparison.Ordinal));
        KernelCall[] kernels = [.. driver.Record.Select(call => call.Call).OfType<KernelCall>()];
        Assert.NotEmpty(kernels[(handedOver + 1)..]);
        Assert.All(kernels[..handedOver], kernel => Assert.DoesNotContain(RunStatus.Gate, kernel.Source.Code, StringComparison.Ordinal));
        Assert.All(kernels[(handedOver + 1)..], kernel => Assert.Contains(RunStatus.Gate, kernel.Source.Code, StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_that_does_not_fit_says_what_it_takes_and_what_is_free()
    {
        using var driver = new HostDriver { Capacity = 50_000_000 };
        using var device = new CudaDevice(driver, poison: false);
        var weights = new Variable("weights", [1000, 1000]);
        Tensor x = Tensor.Full([16000, 1000], 1).Tanh();
        CudaException refused = Assert.Throws<CudaException>(() => device.Run(new Step([x.MatMul(weights).Exp().Sum()])));
        Assert.Contains("has not enough memory: this takes 132 MB (a step's values 128, variables 4, batches 0)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MB of 50 are free", refused.Message, StringComparison.Ordinal);
        Assert.Equal([3f], device.Evaluate(Tensor.Constant(1) + 2));
    }

    [Fact]
    public void Memory_is_given_back_when_nothing_refers_to_it()
    {
        using var driver = new HostDriver();
        using var device = new CudaDevice(driver, poison: false);
        for (int i = 0; i < 20; i++) RunOnce(device);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        RunOnce(device);
        Assert.InRange(driver.Allocated, 0, 20_000_000);
    }

    [Fact]
    public void A_GPU_that_fails_says_so_once_and_for_all()
    {
        var driver = new FailingDriver();
        using var device = new CudaDevice(driver, poison: false);
        RunResult result = device.Run(new Step([Tensor.Constant(1) + 2]));
        Assert.Contains("the chip is on fire", Assert.Throws<CudaException>(() => result.Scalar(0)).Message, StringComparison.Ordinal);
        Assert.Contains("the chip is on fire", Assert.Throws<CudaException>(() => device.Evaluate(Tensor.Constant(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_GPU_there_is_a_sentence_and_not_a_stack_of_names()
    {
        CudaException? missing = null;
        try
        {
            using var device = new CudaDevice(ordinal: 9999);
        }
        catch (CudaException fault)
        {
            missing = fault;
        }

        Assert.NotNull(missing);
        Assert.Matches("^(There is no NVIDIA driver|The NVIDIA driver|NVRTC|There is no GPU 9999).*[.:]", missing.Message);
    }

    private static void RunOnce(CudaDevice device)
    {
        var weights = new Variable("weights", [1_000_000], new float[1_000_000]);
        device.Run(Doubling(weights));
        Assert.Equal(2, weights.Version);
    }

    private static Step Doubling(Variable variable)
    {
        var updates = new Updates();
        updates.Assign(variable, variable.Value * 2);
        return new Step([variable.Value.Sum()], updates);
    }

    /// <summary>A driver whose work fails while the caller has gone on.</summary>
    private sealed class FailingDriver : IDriver
    {
        private readonly HostDriver _inner = new();
        private int _marks;

        public GpuFacts Facts => _inner.Facts;

        public CudaPrecision Precision => CudaPrecision.Float32;

        public bool HasMatrixProducts => false;

        public void MakeCurrent() => _inner.MakeCurrent();

        public (long Free, long Total) Memory() => _inner.Memory();

        public ulong Allocate(long bytes) => _inner.Allocate(bytes);

        public void Free(ulong address) => _inner.Free(address);

        public nint AllocateStaging(long bytes) => _inner.AllocateStaging(bytes);

        public void FreeStaging(nint address) => _inner.FreeStaging(address);

        public (nint Module, nint[] Functions) Load(IReadOnlyList<KernelSource> kernels) => _inner.Load(kernels);

        public void Unload(nint module) => _inner.Unload(module);

        public long? ConvolutionWorkspace(ConvolutionSide side, in ConvolutionGeometry geometry) => null;

        public void Run(BoundCall call) => _inner.Run(call);

        public void CopyIn(ulong to, nint from, long bytes) => _inner.CopyIn(to, from, bytes);

        public void CopyOut(nint to, ulong from, long bytes) => _inner.CopyOut(to, from, bytes);

        public void BeginCapture() => _inner.BeginCapture();

        public nint EndCapture() => _inner.EndCapture();

        public void Replay(nint graph) => _inner.Replay(graph);

        public void FreeGraph(nint graph) => _inner.FreeGraph(graph);

        public nint Mark() => ++_marks;

        // The first mark is of the constants' copy.
        public void WaitFor(nint mark)
        {
            if (mark > 1) throw new CudaException("the chip is on fire.");
        }

        public void Dispose() => _inner.Dispose();
    }
}
