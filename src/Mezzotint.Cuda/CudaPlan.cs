using System.Runtime.InteropServices;
using Mezzotint.Cuda.Driver;
using Mezzotint.Cuda.Kernels;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda;

/// <summary>A program bound to the leaves of one step.</summary>
internal sealed class CudaPlan : Plan
{
    private const int MostSlots = 3;
    private const uint NaN = 0x7fc00000;

    private readonly CudaDevice _device;
    private readonly CudaProgram _program;
    private readonly LeafOp?[] _leaves;
    private readonly long[] _leafPlaces, _outputCounts, _outputPlaces;
    private readonly long _fedFrom, _inputBytes, _resultBytes;
    private readonly List<Slot> _slots = [];

    private DeviceMemory? _inputs, _results, _tables;
    private IReadOnlyDictionary<string, LoadedKernel>? _kernels;
    private Dictionary<Variable, VariableCopy> _copies = [];
    private BoundCall[]? _calls;
    private CapturedGraph? _graph;
    private int _arenaMoves = -1, _next;

    public CudaPlan(CudaDevice device, CudaProgram program, LeafOp?[] leaves)
    {
        _device = device;
        _program = program;
        _leaves = leaves;

        // What never changes comes first, then what is fed at each run.
        _leafPlaces = new long[leaves.Length];
        foreach (bool fed in new[] { false, true })
        {
            if (fed) _fedFrom = _inputBytes;
            for (int node = 0; node < leaves.Length; node++)
            {
                if (leaves[node] is null or Read || leaves[node] is Fed != fed) continue;
                _leafPlaces[node] = _inputBytes;
                _inputBytes += Allocation.Align(Graph.Nodes[node].Shape.Count * sizeof(float));
            }
        }

        _outputCounts = [.. Graph.Outputs.Select(output => Graph.Nodes[output].Shape.Count)];
        _outputPlaces = PendingRun.Places(_outputCounts, out _resultBytes);
    }

    public override PlanCost Cost => Schedule.Cost with
    {
        PeakBytes = _program.ArenaBytes,
        VariableBytes = Variables.Sum(variable => sizeof(float) * variable.Shape.Count),
        FeedBytes = _inputBytes - _fedFrom,
    };

    public override IReadOnlyList<KernelSummary> Kernels => [.. Schedule.Launches.Zip(_program.Algorithms, Schedule.Summary)];

    private Schedule Schedule => _program.Schedule;

    private Graph Graph => _program.Schedule.Graph;

    private IEnumerable<Variable> Variables => _leaves.OfType<Read>().Select(read => read.Variable).Distinct();

    public override RunResult Run(Bindings? bindings = null)
    {
        lock (_device.Turn) return Run(bindings, chained: false);
    }

    public override RunResult RunAfter(RunResult before, Bindings? bindings = null)
    {
        lock (_device.Turn)
        {
            // The status that a run ends with is the next one's to begin with: where it is not the last run that is meant, it is waited
            // for.
            if (before.IsUnderWay && ReferenceEquals(_device.LastResult, before)) return Run(bindings, chained: true);
        }

        return base.RunAfter(before, bindings);
    }

    private RunResult Run(Bindings? bindings, bool chained)
    {
        _device.Begin();
        Prepare();
        Slot slot = FreeSlot();
        Feed(slot, bindings ?? new Bindings());
        if (!chained) _device.Driver.Run(Fill(_device.Status, RunStatus.Words * sizeof(int), 0));
        Execute();
        _device.Driver.CopyOut(slot.Results.Address, _device.Status, RunStatus.Words * sizeof(int));
        _device.Driver.CopyOut(
            slot.Results.Address + PendingRun.StatusBytes, _results!.Address + (ulong)PendingRun.StatusBytes, _resultBytes - PendingRun.StatusBytes);
        (Variable, VariableCopy)[] updated = [.. Graph.Updates.Select(update => ((Read)_leaves[update.Variable]!).Variable).Select(v => (v, _copies[v]))];
        slot.Run = new PendingRun(_device.Driver.Mark(), slot.Results, _outputCounts, updated);
        _device.Add(slot.Run);
        foreach ((Variable variable, _) in updated) variable.KeptBy(_device);
        PendingRun run = slot.Run;
        return _device.LastResult = new RunResult(() => run.Read(_device), () => run.IsDone);
    }

    /// <summary>Everything that a run takes, in order; null until a run has been prepared.</summary>
    internal IReadOnlyList<BoundCall>? BoundCalls => _calls;

    private void Prepare()
    {
        PlanCost cost = Cost;
        _kernels ??= _device.KernelsOf(_program);
        _tables ??= _device.TablesOf(_program, cost);
        foreach (Variable variable in Variables) _copies[variable] = _device.CopyOf(variable, cost);
        _device.Reserve(_program.ArenaBytes, cost);
        _results ??= _device.Allocate(_resultBytes, cost);
        if (_inputs is null && _inputBytes > 0)
        {
            _inputs = _device.Allocate(_inputBytes, cost);
            UploadConstants();
        }

        if (_calls is not null && _arenaMoves == _device.ArenaMoves) return;
        _arenaMoves = _device.ArenaMoves;
        _graph = null;
        _calls = [.. Bind()];
        _runs = 0;
    }

    private int _runs;

    private void Execute()
    {
        IDriver driver = _device.Driver;
        if (!_device.Poison && _runs++ > 0)
        {
            if (_graph is null)
            {
                driver.BeginCapture();
                try
                {
                    foreach (BoundCall call in _calls!) driver.Run(call);
                }
                finally
                {
                    _graph = new CapturedGraph(driver.EndCapture(), _device.Leavings);
                }
            }

            driver.Replay(_graph.Handle);
            return;
        }

        foreach (BoundCall call in _calls!) driver.Run(call);
    }

    private unsafe void UploadConstants()
    {
        if (_fedFrom == 0) return;
        byte[] bytes = new byte[_fedFrom];
        for (int node = 0; node < _leaves.Length; node++)
        {
            Span<byte> to = bytes.AsSpan((int)Math.Min(_leafPlaces[node], bytes.Length));
            if (_leaves[node] is Constant constant) MemoryMarshal.Write(to, constant.Value);
            else if (_leaves[node] is Data { Floats.IsEmpty: false } floats) MemoryMarshal.AsBytes(floats.Floats.Span).CopyTo(to);
            else if (_leaves[node] is Data integers) MemoryMarshal.AsBytes(integers.Integers.Span).CopyTo(to);
        }

        fixed (byte* from = bytes) _device.CopyInAndWait(_inputs!.Address, (nint)from, bytes.Length);
    }

    private void Feed(Slot slot, Bindings bindings)
    {
        if (_inputBytes == _fedFrom) return;
        for (int node = 0; node < _leaves.Length; node++)
        {
            if (_leaves[node] is not Fed fed) continue;
            (ReadOnlyMemory<float> floats, ReadOnlyMemory<int> integers) = bindings[fed.Feed];
            Span<int> to = slot.Feeds!.Span<int>(_leafPlaces[node] - _fedFrom, Graph.Nodes[node].Shape.Count);
            if (floats.IsEmpty) integers.Span.CopyTo(to);
            else MemoryMarshal.Cast<float, int>(floats.Span).CopyTo(to);
        }

        _device.Driver.CopyIn(_inputs!.Address + (ulong)_fedFrom, slot.Feeds!.Address, _inputBytes - _fedFrom);
    }

    /// <summary>A slot of which no run is under way: another one while there are few, else the one used longest ago.</summary>
    private Slot FreeSlot()
    {
        foreach (Slot slot in _slots)
            if (slot.Run?.IsDone != false) return slot;
        if (_slots.Count < MostSlots)
        {
            long feeds = _inputBytes - _fedFrom;
            var slot = new Slot(feeds == 0 ? null : Staging(feeds), Staging(_resultBytes));
            _slots.Add(slot);
            return slot;
        }

        Slot oldest = _slots[_next];
        _next = (_next + 1) % _slots.Count;
        _device.Complete(oldest.Run!);
        return oldest;

        StagingMemory Staging(long bytes) => new(_device.Driver.AllocateStaging(bytes), bytes, _device.Leavings);
    }

    private IEnumerable<BoundCall> Bind()
    {
        if (_device.Poison && _program.ArenaBytes > 0) yield return Fill(_device.Arena, _program.ArenaBytes, NaN);
        for (int launch = 0; launch < Schedule.Commit; launch++)
            foreach (BoundCall call in BindLaunch(launch)) yield return call;
        for (int i = 0; i < _outputCounts.Length; i++)
        {
            View view = Schedule.Layout[Graph.Outputs[i]];
            yield return BindMove(_program.OutputCalls[i], Address(view.Source) + (ulong)(view.Offset * sizeof(float)), _results!.Address + (ulong)_outputPlaces[i]);
        }

        if (Graph.Updates.Length == 0) yield break;
        var aside = new Dictionary<int, ulong>();
        ulong staging = _device.Arena + (ulong)Schedule.ArenaBytes;
        foreach (int update in _program.Staged)
        {
            aside[update] = staging;
            yield return BindMove(_program.StageCalls[update], ValueOf(update), staging);
            staging += (ulong)Allocation.Align(Graph.Nodes[Graph.Updates[update].Variable].Shape.Count * sizeof(float));
        }

        for (int launch = Schedule.Commit; launch < Schedule.Launches.Length; launch++)
            foreach (BoundCall call in BindLaunch(launch)) yield return call;
        foreach (int update in Schedule.Copies)
        {
            ulong from = aside.TryGetValue(update, out ulong at) ? at : ValueOf(update);
            yield return BindMove(_program.CopyCalls[update], from, Address(Graph.Updates[update].Variable));
        }
    }

    private ulong ValueOf(int update)
    {
        View view = Schedule.Layout[Graph.Updates[update].Value];
        return Address(view.Source) + (ulong)(view.Offset * sizeof(float));
    }

    private IEnumerable<BoundCall> BindLaunch(int launch)
    {
        Operand[] operands = Schedule.Launches[launch].Operands;
        Allocation workspace = Schedule.Workspaces[launch];
        ulong work = _device.Arena + (ulong)workspace.Offset;
        if (_device.Poison && workspace.Bytes > 0) yield return Fill(work, workspace.Bytes, NaN);
        foreach (Call call in _program.Calls[launch])
        {
            yield return new BoundCall(call, FunctionOf(call), [.. call.Arguments.Select(argument => new BoundArgument(
                argument.Place switch
                {
                    Place.Operand => Address(operands[argument.Index].Node) + (ulong)(operands[argument.Index].Offset * sizeof(float)),
                    Place.Workspace => work + (ulong)argument.Index,
                    Place.Table => _tables!.Address + (ulong)argument.Index,
                    _ => _device.Status,
                },
                argument.First, argument.End, argument.Use))]);
        }

        if (!_device.Poison) yield break;
        foreach (Allocation dead in operands.Select(operand => operand.Node < 0 ? null : Schedule.InArena(operand.Node)).OfType<Allocation>().Distinct())
            if (dead.Last == launch) yield return Fill(_device.Arena + (ulong)dead.Offset, dead.Bytes, NaN);
    }

    private BoundCall BindMove(KernelCall call, ulong from, ulong to) => new(call, FunctionOf(call), [.. call.Arguments.Select(argument => new BoundArgument(
        argument.Place == Place.Status ? _device.Status : argument.Index == 0 ? from : to, argument.First, argument.End, argument.Use))]);

    private nint FunctionOf(Call call) => call is KernelCall kernel ? _kernels![kernel.Source.Name].Function : 0;

    private static BoundCall Fill(ulong address, long bytes, uint word) =>
        new(new FillCall(word, []), 0, [new BoundArgument(address, 0, bytes, Use.Write)]);

    private ulong Address(int node)
    {
        if (Schedule.InArena(node) is { } allocation) return _device.Arena + (ulong)allocation.Offset;
        int update = Schedule.InVariable(node);
        if (update >= 0) node = Graph.Updates[update].Variable;
        return _leaves[node] is Read read ? _copies[read.Variable].Memory.Address : _inputs!.Address + (ulong)_leafPlaces[node];
    }

    private sealed class Slot(StagingMemory? feeds, StagingMemory results)
    {
        public StagingMemory? Feeds => feeds;

        public StagingMemory Results => results;

        public PendingRun? Run { get; set; }
    }

    /// <summary>The calls of a run as the GPU keeps them, given back when nothing refers to them any more.</summary>
    private sealed class CapturedGraph(nint handle, Leavings leavings)
    {
        public nint Handle => handle;

        ~CapturedGraph() => leavings.Add(driver => driver.FreeGraph(handle));
    }
}
