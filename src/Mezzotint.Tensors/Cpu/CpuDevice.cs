using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Runs steps on the CPU with kernels emitted for them. Plans and kernels are cached by structure; one arena, sized to the largest plan, is
/// leased to one run at a time. Results are the same bits for any number of threads.
/// </summary>
public sealed unsafe class CpuDevice : Device
{
    private const int MostPrograms = 64;

    private readonly Lock _lease = new();
    private readonly Dictionary<Graph, LinkedListNode<CpuProgram>> _programs = [];
    private readonly LinkedList<CpuProgram> _byUse = new();
    private void* _arena;
    private long _packedBytes;

    /// <summary>A device with its own threads.</summary>
    /// <param name="threads">How many threads compute, the caller's among them; 0 for one a processor.</param>
    /// <param name="width">The vector registers to use; null for the widest of this processor.</param>
    /// <param name="poison">Whether memory that holds nothing is filled with NaN, to find reads of it; slow.</param>
    public CpuDevice(int threads = 0, VectorWidth? width = null, bool poison = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Width = width ?? WidestVectors;
        Poison = poison;
        Team = new ThreadTeam(threads == 0 ? Environment.ProcessorCount : threads) { Poison = poison };
    }

    /// <summary>A device for the whole process, made at first use with one thread a processor.</summary>
    public static CpuDevice Shared => SharedDevice.Value;

    /// <summary>The widest vectors that this processor computes with.</summary>
    public static VectorWidth WidestVectors => Avx512F.IsSupported ? VectorWidth.Bits512 : Fma.IsSupported ? VectorWidth.Bits256 : VectorWidth.Bits128;

    /// <summary>The vector registers that kernels are emitted for.</summary>
    public VectorWidth Width { get; }

    /// <summary>The bytes of the arena now: the largest of the plans that have run.</summary>
    public long ArenaBytes { get; private set; }

    /// <summary>
    /// The bytes that this device has allocated, at the most, for all that it has run: the arena, packed weights (never subtracted, though
    /// they are freed with their variables), the threads' scratch.
    /// </summary>
    public long HighWaterBytes => ArenaBytes + Interlocked.Read(ref _packedBytes) + Team.ScratchBytes;

    /// <summary>The number of plans held.</summary>
    public int CachedPlans => _programs.Count;

    /// <summary>The number of emitted loops held.</summary>
    public int CachedKernels => Loops.Count;

    internal bool Poison { get; }

    internal ThreadTeam Team { get; }

    internal KernelCache Loops { get; } = new();

    /// <summary>Packed weights that plans of all shapes share.</summary>
    internal PreparedWeights Packed { get; } = new();

    private static Lazy<CpuDevice> SharedDevice { get; } = new(() => new CpuDevice());

    /// <inheritdoc/>
    public override Plan Plan(Step step)
    {
        (Graph graph, LeafOp?[] leaves) = Graph.Of(step);
        lock (_lease)
        {
            if (_programs.TryGetValue(graph, out LinkedListNode<CpuProgram>? held))
            {
                _byUse.Remove(held);
                _byUse.AddFirst(held);
                return new CpuPlan(this, held.Value, leaves);
            }

            var program = new CpuProgram(graph, Width, Loops);
            _programs.Add(graph, _byUse.AddFirst(program));
            if (_programs.Count > MostPrograms)
            {
                _programs.Remove(_byUse.Last!.Value.Schedule.Graph);
                _byUse.RemoveLast();
            }

            return new CpuPlan(this, program, leaves);
        }
    }

    /// <inheritdoc/>
    public override long PackedBytes(IEnumerable<Plan> plans) =>
        plans.OfType<CpuPlan>().SelectMany(plan => plan.Packed).DistinctBy(packed => packed.Key).Sum(packed => packed.Value);

    /// <summary>Runs something while it has the arena, of at least so many bytes, for itself.</summary>
    internal T Lease<T>(long bytes, Func<nint, T> run)
    {
        lock (_lease)
        {
            if (bytes > ArenaBytes)
            {
                NativeMemory.AlignedFree(_arena);
                _arena = null;
                ArenaBytes = 0;
                _arena = NativeMemory.AlignedAlloc((nuint)bytes, 64);
                ArenaBytes = bytes;
            }

            return run((nint)_arena);
        }
    }

    /// <summary>Counts memory for packed weights.</summary>
    internal void CountPacked(long bytes) => Interlocked.Add(ref _packedBytes, bytes);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_lease)
            {
                Team.Dispose();
                NativeMemory.AlignedFree(_arena);
                _arena = null;
                ArenaBytes = 0;
            }
        }

        base.Dispose(disposing);
    }
}
