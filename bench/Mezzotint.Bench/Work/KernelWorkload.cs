using System.Runtime.InteropServices;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Bench.Work;

/// <summary>
/// The one kernel that a plan computes an expression with, on operands of its own.
/// </summary>
internal abstract unsafe class KernelWorkload : Workload
{
    private readonly List<nint> _blocks = [];
    private Kernel? _kernel;
    private ThreadTeam? _team;
    private KernelArguments _arguments;
    private int _firstPhase;

    /// <summary>
    /// Whether what the kernel makes of its weights alone is made once, as inference does; else it is made in every run, as training needs.
    /// </summary>
    protected virtual bool PreparesOnce => false;

    /// <summary>The expression, of feeds, and of a variable where something is prepared once.</summary>
    protected abstract Tensor Write();

    /// <inheritdoc />
    public override void Prepare(int threads)
    {
        Release();
        _team = new ThreadTeam(threads);
        var program = new CpuProgram(Graph.Of(new Step([Write()])).Graph, CpuDevice.WidestVectors, new KernelCache());
        if (program.Kernels is not [var kernel]) throw new InvalidOperationException($"'{Name}' takes {program.Kernels.Length} kernels.");
        _kernel = kernel;

        Operand[] operands = program.Schedule.Launches[0].Operands;
        _arguments.Operands = (float**)Block(operands.Length * sizeof(float*));
        var memory = new Dictionary<int, nint>();
        var random = new Random(1);
        for (int i = 0; i < operands.Length; i++)
        {
            (int node, long offset) = operands[i];
            if (node < 0) continue;
            if (!memory.TryGetValue(node, out nint block))
            {
                long count = program.Schedule.Graph.Nodes[node].Shape.Count;
                memory[node] = block = (nint)Block(count * sizeof(float));
                for (long j = 0; j < count; j++) ((float*)block)[j] = random.NextSingle() - 0.5f;
            }

            _arguments.Operands[i] = (float*)block + offset;
        }

        _arguments.Prepared = Block(_kernel.PreparedBytes);
        _arguments.Workspace = Block(_kernel.WorkspaceBytes);
        _firstPhase = 0;
        if (!PreparesOnce || _kernel.PreparedOperand < 0) return;
        Run();
        _firstPhase = 1;
    }

    /// <inheritdoc />
    public override void Run() => _team!.Run(_kernel!, _arguments, _firstPhase);

    /// <inheritdoc />
    public override void Dispose()
    {
        Release();
        base.Dispose();
    }

    private void Release()
    {
        _team?.Dispose();
        foreach (nint block in _blocks) NativeMemory.AlignedFree((void*)block);
        _blocks.Clear();
    }

    private byte* Block(long bytes)
    {
        void* block = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 64), 64);
        _blocks.Add((nint)block);
        return (byte*)block;
    }
}
