using System.Globalization;
using System.Runtime.CompilerServices;
using Mezzotint.Cuda.Driver;
using Mezzotint.Cuda.Kernels;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda;

/// <summary>
/// Runs steps on an NVIDIA GPU with kernels generated for them, and with NVIDIA's libraries for products and convolutions where they are
/// found. Variables stay on the GPU from their first run on; <see cref="Plan.Run"/> returns while the GPU still computes, and what it gives
/// waits when it is read. From its second run on a plan is one CUDA graph.
/// </summary>
public sealed unsafe class CudaDevice : Device, IVariableHolder
{
    private const int MostPrograms = 64, MostKernels = 4096;

    private readonly IDriver _driver;
    private readonly Dictionary<Graph, LinkedListNode<CudaProgram>> _programs = [];
    private readonly LinkedList<CudaProgram> _byUse = new();
    private readonly ConditionalWeakTable<CudaProgram, DeviceMemory> _tables = [];
    private readonly ConditionalWeakTable<Variable, VariableCopy> _variables = [];
    private readonly Dictionary<string, LoadedKernel> _kernels = [];
    private readonly Queue<PendingRun> _pending = new();
    private CudaException? _lost;
    private DeviceMemory? _status;
    private ulong _arena;
    private bool _disposed;

    /// <summary>Opens a GPU.</summary>
    /// <param name="ordinal">Its number, from 0 on, as the driver counts.</param>
    /// <param name="precision">In what products and convolutions are computed.</param>
    /// <param name="libraries">Whether cuBLAS and cuDNN are used where they are found.</param>
    /// <exception cref="CudaException">There is no driver, no such GPU, or no compiler for kernels; the message says what to
    /// do.</exception>
    public CudaDevice(int ordinal = 0, CudaPrecision precision = CudaPrecision.Float32, bool libraries = true)
        : this(new NvidiaDriver(ordinal, precision, libraries), poison: false)
    {
    }

    internal CudaDevice(IDriver driver, bool poison)
    {
        _driver = driver;
        Poison = poison;
    }

    /// <summary>The GPU and the libraries that are used, for people to read.</summary>
    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{_driver.Facts.Name} (compute capability {_driver.Facts.Major}.{_driver.Facts.Minor})")
        + string.Concat(_driver.Facts.Libraries.Select(library => ", " + library));

    /// <summary>Bytes of the GPU's memory that are free now.</summary>
    public long FreeBytes
    {
        get
        {
            lock (Turn)
            {
                Begin();
                return _driver.Memory().Free;
            }
        }
    }

    /// <summary>The bytes of the arena now: the largest of the plans that have run.</summary>
    public long ArenaBytes { get; private set; }

    /// <summary>The number of plans held.</summary>
    public int CachedPlans => _programs.Count;

    internal bool Poison { get; }

    internal Lock Turn { get; } = new();

    internal Leavings Leavings { get; } = new();

    internal IDriver Driver => _driver;

    /// <summary>Rises when the arena moves.</summary>
    internal int ArenaMoves { get; private set; }

    internal ulong Arena => _arena;

    /// <summary>Where the run that is under way says how it goes; what it says holds for those after it that go on from it.</summary>
    internal ulong Status => (_status ??= Allocate(PendingRun.StatusBytes, new PlanCost(0, 0, PendingRun.StatusBytes, 0))).Address;

    /// <summary>What the run that was asked for last gives.</summary>
    internal RunResult? LastResult { get; set; }

    /// <inheritdoc/>
    /// <exception cref="CudaException">The GPU has failed.</exception>
    public override Plan Plan(Step step)
    {
        (Graph graph, LeafOp?[] leaves) = Graph.Of(step, keepsMoments: false);
        lock (Turn)
        {
            Begin();
            if (_programs.TryGetValue(graph, out LinkedListNode<CudaProgram>? held))
            {
                _byUse.Remove(held);
                _byUse.AddFirst(held);
                return new CudaPlan(this, held.Value, leaves);
            }

            var program = new CudaProgram(graph, _driver);
            _programs.Add(graph, _byUse.AddFirst(program));
            if (_programs.Count > MostPrograms)
            {
                _programs.Remove(_byUse.Last!.Value.Schedule.Graph);
                _byUse.RemoveLast();
            }

            return new CudaPlan(this, program, leaves);
        }
    }

    void IVariableHolder.Settle()
    {
        lock (Turn)
        {
            if (_pending.Count > 0) Complete(_pending.Last());
        }
    }

    void IVariableHolder.Fetch(Variable variable, Span<float> value)
    {
        lock (Turn)
        {
            if (!_variables.TryGetValue(variable, out VariableCopy? copy)) throw new InvalidOperationException($"The GPU does not hold '{variable.Name}'.");
            Begin();
            Fetch(copy, value);
        }
    }

    /// <summary>Says, while it is the caller's turn, that the GPU is about to be asked for something.</summary>
    internal void Begin()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_lost is not null) throw new CudaException(_lost.Message, _lost);
        _driver.MakeCurrent();
        if (Leavings.IsEmpty) return;

        // A run under way may still use what nobody refers to.
        if (_pending.Count > 0) Complete(_pending.Last());
        Leavings.GiveBack(_driver);
    }

    /// <summary>The kernels of a program, compiled if need be.</summary>
    internal IReadOnlyDictionary<string, LoadedKernel> KernelsOf(CudaProgram program)
    {
        var kernels = new Dictionary<string, LoadedKernel>();
        KernelSource[] missing = [.. program.Kernels.Where(kernel => !_kernels.ContainsKey(kernel.Name))];
        if (missing.Length > 0)
        {
            if (_kernels.Count + missing.Length > MostKernels)
            {
                // Plans that are alive keep theirs.
                _kernels.Clear();
                missing = program.Kernels;
            }

            (nint handle, nint[] functions) = _driver.Load(missing);
            var module = new KernelModule(handle, Leavings);
            for (int i = 0; i < missing.Length; i++) _kernels[missing[i].Name] = new LoadedKernel(functions[i], module);
        }

        foreach (KernelSource kernel in program.Kernels) kernels[kernel.Name] = _kernels[kernel.Name];
        return kernels;
    }

    /// <summary>The words that the kernels of a program read, on the GPU.</summary>
    internal DeviceMemory? TablesOf(CudaProgram program, PlanCost cost)
    {
        if (program.Tables is not { Length: > 0 } words) return null;
        if (_tables.TryGetValue(program, out DeviceMemory? tables)) return tables;
        tables = Allocate(words.Length * sizeof(int), cost);
        fixed (int* from = words) CopyInAndWait(tables.Address, (nint)from, tables.Bytes);
        _tables.Add(program, tables);
        return tables;
    }

    /// <summary>A variable's newest value on the GPU.</summary>
    internal VariableCopy CopyOf(Variable variable, PlanCost cost)
    {
        if (!_variables.TryGetValue(variable, out VariableCopy? copy))
        {
            copy = new VariableCopy(Allocate(variable.Shape.Count * sizeof(float), cost));
            _variables.Add(variable, copy);
        }

        if (copy.Version != variable.KnownVersion)
        {
            CopyInAndWait(copy.Memory.Address, (nint)variable.Storage.Address, copy.Memory.Bytes);
            copy.Version = variable.KnownVersion;
            GC.KeepAlive(variable);
        }

        return copy;
    }

    /// <summary>Makes the arena at least so large.</summary>
    internal void Reserve(long bytes, PlanCost cost)
    {
        if (bytes <= ArenaBytes) return;
        if (_arena != 0)
        {
            if (_pending.Count > 0) Complete(_pending.Last());
            _driver.Free(_arena);
        }

        (_arena, ArenaBytes) = (0, 0);
        ArenaMoves++;
        _arena = AllocateRaw(bytes, cost);
        ArenaBytes = bytes;
    }

    /// <summary>Memory of the GPU.</summary>
    /// <exception cref="CudaException">There is not so much.</exception>
    internal DeviceMemory Allocate(long bytes, PlanCost cost) => new(AllocateRaw(bytes, cost), bytes, Leavings);

    /// <summary>Copies to the GPU and waits until that is done.</summary>
    internal void CopyInAndWait(ulong to, nint from, long bytes)
    {
        _driver.CopyIn(to, from, bytes);
        Wait(_driver.Mark());
    }

    /// <summary>Counts a run as under way.</summary>
    internal void Add(PendingRun run) => _pending.Enqueue(run);

    /// <summary>Waits for a run and all before it.</summary>
    internal void Complete(PendingRun run)
    {
        while (!run.IsDone)
        {
            PendingRun next = _pending.Dequeue();
            _driver.MakeCurrent();
            try
            {
                Wait(next.Mark);
                next.Finish(this);
            }
            catch (CudaException fault)
            {
                next.Fail(fault);
                while (_pending.TryDequeue(out PendingRun? other)) other.Fail(fault);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            lock (Turn)
            {
                if (_lost is null)
                {
                    _driver.MakeCurrent();
                    if (_pending.Count > 0) Complete(_pending.Last());
                    foreach ((Variable variable, _) in _variables) _ = variable.Storage;
                    Leavings.GiveBack(_driver);
                    if (_arena != 0) _driver.Free(_arena);
                }

                _disposed = true;
                _driver.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private void Fetch(VariableCopy copy, Span<float> value)
    {
        fixed (float* to = value) _driver.CopyOut((nint)to, copy.Memory.Address, copy.Memory.Bytes);
        Wait(_driver.Mark());
    }

    private void Wait(nint mark)
    {
        try
        {
            _driver.WaitFor(mark);
        }
        catch (CudaException fault)
        {
            _lost = fault;
            throw;
        }
    }

    private ulong AllocateRaw(long bytes, PlanCost cost)
    {
        if (_driver.Allocate(bytes) is not 0 and ulong address) return address;

        // What nothing refers to any more may suffice, once no run uses it.
        if (_pending.Count > 0) Complete(_pending.Last());
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Leavings.GiveBack(_driver);
        if (_driver.Allocate(bytes) is not 0 and ulong second) return second;
        (long free, long total) = _driver.Memory();
        throw new CudaException(string.Create(
            CultureInfo.InvariantCulture,
            $"{_driver.Facts.Name} has not enough memory: this takes {(cost.DeviceBytes + cost.VariableBytes + cost.FeedBytes) / 1e6:N0} MB ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"(a step's values {cost.DeviceBytes / 1e6:N0}, variables {cost.VariableBytes / 1e6:N0}, batches {cost.FeedBytes / 1e6:N0}), of which ")
            + string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} were just asked for, and {free / 1e6:N0} MB of {total / 1e6:N0} are free; ")
            + "make the batch or the picture smaller, or end other programs on the GPU.");
    }
}
