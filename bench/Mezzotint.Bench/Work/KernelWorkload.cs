using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Bench.Work;

/// <summary>
/// One kernel of the CPU device on operands of its own, all phases of it: what a kernel prepares from its weights is prepared anew in every run,
/// as the peer does it and as training needs it.
/// </summary>
internal abstract unsafe class KernelWorkload : Workload
{
    private readonly List<nint> _blocks = [];
    private Kernel? _kernel;
    private ThreadTeam? _team;
    private KernelArguments _arguments;

    /// <summary>The widest vectors that this machine computes with.</summary>
    protected static VectorWidth Width => Avx512F.IsSupported ? VectorWidth.Bits512 : Fma.IsSupported ? VectorWidth.Bits256 : VectorWidth.Bits128;

    /// <summary>The kernel and the number of elements of each of its operands.</summary>
    protected abstract (Kernel Kernel, long[] Operands) Make();

    /// <inheritdoc />
    public override void Prepare(int threads)
    {
        Release();
        _team = new ThreadTeam(threads);
        (_kernel, long[] operands) = Make();
        _arguments.Operands = (float**)Block(operands.Length * sizeof(float*));
        var random = new Random(1);
        for (int i = 0; i < operands.Length; i++)
        {
            float* elements = _arguments.Operands[i] = (float*)Block(operands[i] * sizeof(float));
            for (long j = 0; j < operands[i]; j++) elements[j] = random.NextSingle() - 0.5f;
        }

        _arguments.Prepared = Block(_kernel.PreparedBytes);
        _arguments.Workspace = Block(_kernel.WorkspaceBytes);
    }

    /// <inheritdoc />
    public override void Run() => _team!.Run(_kernel!, _arguments);

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
