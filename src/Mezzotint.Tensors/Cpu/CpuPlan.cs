using System.Buffers;
using System.Diagnostics;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>A program bound to the leaves of one step.</summary>
internal sealed unsafe class CpuPlan : Plan
{
    private static readonly TimeSpan RehearsalTime = TimeSpan.FromSeconds(0.5);

    private readonly CpuDevice _device;
    private readonly CpuProgram _program;
    private readonly LeafOp?[] _leaves;
    private readonly HostBuffer _constants;

    public CpuPlan(CpuDevice device, CpuProgram program, LeafOp?[] leaves)
    {
        _device = device;
        _program = program;
        _leaves = leaves;
        _constants = new HostBuffer(leaves.Length);
        for (int node = 0; node < leaves.Length; node++)
            if (leaves[node] is Constant constant) _constants.Span[node] = constant.Value;
    }

    public override PlanCost Cost => Schedule.Cost with
    {
        PackedBytes = Packed.Values.Sum(),
        ScratchBytes = _device.Team.Size * _program.ScratchBytes,
        VariableBytes = _leaves.OfType<Read>().Select(read => read.Variable).Distinct().Sum(variable => sizeof(float) * variable.Shape.Count),
        FeedBytes = Enumerable.Range(0, _leaves.Length).Where(node => _leaves[node] is Fed)
            .Sum(node => sizeof(float) * Schedule.Graph.Nodes[node].Shape.Count),
    };

    public override IReadOnlyList<KernelSummary> Kernels =>
        [.. Schedule.Launches.Zip(_program.Kernels, (launch, kernel) => Schedule.Summary(launch, kernel.Algorithm))];

    /// <summary>Told in a run how long each kernel took, with the packing of its weights; null where nobody asks.</summary>
    internal Action<int, TimeSpan>? Timed { get; set; }

    /// <summary>The packed weights of the plan: of which variable, in which form, and how many bytes.</summary>
    internal Dictionary<(Variable Variable, object Form), long> Packed
    {
        get
        {
            var packed = new Dictionary<(Variable, object), long>();
            for (int launch = 0; launch < _program.Kernels.Length; launch++)
            {
                if (_program.Prepared[launch] is { } form) packed[(PreparedVariable(launch), form)] = _program.Kernels[launch].PreparedBytes;
            }

            return packed;
        }
    }

    private Schedule Schedule => _program.Schedule;

    public override RunResult Run(Bindings? bindings = null)
    {
        bindings ??= new Bindings();
        var pinned = new List<MemoryHandle>();
        try
        {
            nint[] leafAddresses = Pin(bindings, pinned);
            return _device.Lease(Schedule.ArenaBytes, arena => Run((byte*)arena, leafAddresses));
        }
        finally
        {
            foreach (MemoryHandle handle in pinned) handle.Dispose();
        }
    }

    /// <inheritdoc/>
    public override double? Rehearse(IReadOnlySet<Variable>? changing = null, CancellationToken cancellation = default)
    {
        var pinned = new List<MemoryHandle>();
        try
        {
            nint[] leafAddresses = Pin(Numbers(), pinned);
            var rehearsal = new Rehearsal(_device.Team, Schedule.Launches.Length, changing ?? new HashSet<Variable>());
            return _device.Lease(Schedule.ArenaBytes, arena => Rehearse((byte*)arena, leafAddresses, rehearsal, cancellation));
        }
        finally
        {
            foreach (MemoryHandle handle in pinned) handle.Dispose();
        }
    }

    private double Rehearse(byte* arena, nint[] leafAddresses, Rehearsal rehearsal, CancellationToken cancellation)
    {
        // The first passes compile, take memory and find out how many tasks a moment is.
        const int warmUp = 2, fewest = 5;
        var passes = new List<double>();
        for (long start = Stopwatch.GetTimestamp(); passes.Count < fewest || Stopwatch.GetElapsedTime(start) < RehearsalTime;)
        {
            rehearsal.Begin();
            for (int launch = 0; launch < Schedule.Launches.Length; launch++)
            {
                cancellation.ThrowIfCancellationRequested();
                RunLaunch(launch, arena, leafAddresses, rehearsal);
            }

            long copying = Stopwatch.GetTimestamp();
            CommitCopies(arena, leafAddresses);
            passes.Add(rehearsal.Seconds + Stopwatch.GetElapsedTime(copying).TotalSeconds);
        }

        foreach ((int variable, _) in Schedule.Graph.Updates) ((Read)_leaves[variable]!).Variable.Changed();
        double[] timed = [.. passes.Skip(warmUp).Order()];
        return timed[timed.Length / 2];
    }

    /// <summary>Numbers for the feeds, of the size that numbers have: zeros might be quicker, and the smallest are slower.</summary>
    private Bindings Numbers()
    {
        const float step = 0.618f;
        var bindings = new Bindings();
        for (int node = 0; node < _leaves.Length; node++)
        {
            if (_leaves[node] is not Fed { Feed: var feed }) continue;
            int count = checked((int)feed.Tensor.Shape.Count);
            if (feed.Tensor.Type == ElementType.Int32) bindings.Set(feed, new int[count]);
            else bindings.Set(feed, Enumerable.Range(0, count).Select(i => step * i % 1).ToArray());
        }

        return bindings;
    }

    private RunResult Run(byte* arena, nint[] leafAddresses)
    {
        if (_device.Poison) FillWithNaN(arena, Schedule.ArenaBytes);
        for (int launch = 0; launch < Schedule.Commit; launch++) RunLaunch(launch, arena, leafAddresses);

        Graph graph = Schedule.Graph;
        var outputs = new float[graph.Outputs.Length][];
        bool finite = true;
        for (int i = 0; i < outputs.Length; i++)
        {
            View view = Schedule.Layout[graph.Outputs[i]];
            outputs[i] = new ReadOnlySpan<float>((float*)Address(view.Source, arena, leafAddresses) + view.Offset, checked((int)view.Shape.Count)).ToArray();
            finite &= IsFinite(outputs[i]);
        }

        if (finite && graph.Updates.Length > 0)
        {
            for (int launch = Schedule.Commit; launch < Schedule.Launches.Length; launch++) RunLaunch(launch, arena, leafAddresses);
            CommitCopies(arena, leafAddresses);
            foreach ((int variable, _) in graph.Updates) ((Read)_leaves[variable]!).Variable.Changed();
        }

        return new RunResult(outputs, finite);
    }

    private void RunLaunch(int launch, byte* arena, nint[] leafAddresses, Rehearsal? rehearsal = null)
    {
        Kernel kernel = _program.Kernels[launch];
        Operand[] operands = Schedule.Launches[launch].Operands;
        float** addresses = stackalloc float*[operands.Length];
        for (int i = 0; i < operands.Length; i++)
            addresses[i] = operands[i].Node < 0 ? null : (float*)Address(operands[i].Node, arena, leafAddresses) + operands[i].Offset;

        if (rehearsal is not null && Schedule.Launches[launch] is HeavyLaunch { Op: Gather or SegmentSum } table)
            addresses[1] = rehearsal.Indices(table.Op is SegmentSum sum ? sum.Rows : table.Inputs[0].Shape[0], table.Inputs[1].Shape.Count);

        Allocation workspace = Schedule.Workspaces[launch];
        var arguments = new KernelArguments { Operands = addresses, Workspace = arena + workspace.Offset };
        if (_device.Poison) FillWithNaN(arena + workspace.Offset, workspace.Bytes);
        long start = Timed is null ? 0 : Stopwatch.GetTimestamp();
        if (_program.Prepared[launch] is { } form)
        {
            Variable variable = PreparedVariable(launch);
            PreparedWeights.Entry entry = (form is Kernel ? _program.Own : _device.Packed).Of(variable, form, kernel.PreparedBytes, _device);
            arguments.Prepared = (byte*)entry.Buffer.Address;
            bool made = rehearsal is null ? entry.Version == variable.Version : !rehearsal.Changes(variable);
            Run(arguments, firstPhase: made ? 1 : 0);
            if (!made) entry.Version = rehearsal is null ? variable.Version : -1; // some tasks of a rehearsal make nothing whole
        }
        else
        {
            arguments.Prepared = arguments.Workspace + Allocation.Align(kernel.WorkspaceBytes);
            Run(arguments, firstPhase: 0);
        }

        Timed?.Invoke(launch, Stopwatch.GetElapsedTime(start));
        if (_device.Poison) PoisonDead(launch, arena);

        void Run(in KernelArguments arguments, int firstPhase)
        {
            if (rehearsal is null) _device.Team.Run(kernel, arguments, firstPhase);
            else rehearsal.Run(launch, kernel, arguments, firstPhase);
        }
    }

    private Variable PreparedVariable(int launch) =>
        ((Read)_leaves[Schedule.Launches[launch].Operands[_program.Kernels[launch].PreparedOperand].Node]!).Variable;

    private byte* Address(int node, byte* arena, nint[] leafAddresses)
    {
        if (Schedule.InArena(node) is { } allocation) return arena + allocation.Offset;
        int update = Schedule.InVariable(node);
        return (byte*)(update < 0 ? leafAddresses[node] : leafAddresses[Schedule.Graph.Updates[update].Variable]);
    }

    private void CommitCopies(byte* arena, nint[] leafAddresses)
    {
        // A value that is itself a variable may be overwritten by another copy: all such are read before any is written.
        var staged = new Dictionary<int, float[]>();
        foreach (int update in Schedule.Copies)
            if (_leaves[Schedule.Layout[Schedule.Graph.Updates[update].Value].Source] is not null) staged[update] = ValueOf(update).ToArray();
        foreach (int update in Schedule.Copies)
        {
            ReadOnlySpan<float> value = staged.TryGetValue(update, out float[]? aside) ? aside : ValueOf(update);
            value.CopyTo(((Read)_leaves[Schedule.Graph.Updates[update].Variable]!).Variable.Storage.Span);
        }

        ReadOnlySpan<float> ValueOf(int update)
        {
            View view = Schedule.Layout[Schedule.Graph.Updates[update].Value];
            return new((float*)Address(view.Source, arena, leafAddresses) + view.Offset, checked((int)view.Shape.Count));
        }
    }

    private nint[] Pin(Bindings bindings, List<MemoryHandle> pinned)
    {
        var addresses = new nint[_leaves.Length];
        for (int node = 0; node < _leaves.Length; node++)
        {
            addresses[node] = _leaves[node] switch
            {
                null => 0,
                Constant => (nint)(_constants.Address + node),
                Read read => (nint)read.Variable.Storage.Address,
                Data data => Pin(data.Floats, data.Integers),
                Fed fed => Pin(bindings[fed.Feed].Floats, bindings[fed.Feed].Integers),
                var other => throw new NotSupportedException($"The CPU knows no leaf '{other.Name}'."),
            };
        }

        return addresses;

        nint Pin(ReadOnlyMemory<float> floats, ReadOnlyMemory<int> integers)
        {
            MemoryHandle handle = floats.IsEmpty ? integers.Pin() : floats.Pin();
            pinned.Add(handle);
            return (nint)handle.Pointer;
        }
    }

    private void PoisonDead(int launch, byte* arena)
    {
        foreach (Operand operand in Schedule.Launches[launch].Operands)
            if (Schedule.InArena(operand.Node) is { } allocation && allocation.Last == launch) FillWithNaN(arena + allocation.Offset, allocation.Bytes);
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
            if (!float.IsFinite(value)) return false;
        return true;
    }

    private static void FillWithNaN(byte* start, long bytes)
    {
        for (long done = 0; done < bytes; done += 1 << 30)
            new Span<float>(start + done, (int)Math.Min(1 << 30, bytes - done) / sizeof(float)).Fill(float.NaN);
    }
}
