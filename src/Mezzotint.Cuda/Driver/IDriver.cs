using Mezzotint.Cuda.Kernels;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Cuda.Driver;

/// <summary>A GPU, for people to read and to compile for.</summary>
/// <param name="Name">As its maker calls it.</param>
/// <param name="Major">Compute capability, before the point.</param>
/// <param name="Minor">Compute capability, after the point.</param>
/// <param name="Libraries">What else was found and is used: <c>cuBLAS 12.4</c>.</param>
internal sealed record GpuFacts(string Name, int Major, int Minor, IReadOnlyList<string> Libraries);

/// <summary>An argument with its address.</summary>
/// <param name="Address">What the kernel is given.</param>
/// <param name="First">The first byte that it touches, from the address on.</param>
/// <param name="End">The byte after the last.</param>
/// <param name="Use">What it does there.</param>
internal readonly record struct BoundArgument(ulong Address, long First, long End, Use Use);

/// <summary>A call with its addresses.</summary>
/// <param name="Call">What is done.</param>
/// <param name="Function">The loaded kernel, where the call is one.</param>
/// <param name="Arguments">In the call's order.</param>
internal sealed record BoundCall(Call Call, nint Function, BoundArgument[] Arguments);

/// <summary>
/// What is asked of a GPU: memory, kernels, and work that is done in the order in which it was asked for, while the caller goes on. Behind
/// it stand the driver of NVIDIA and, in tests, a recorder. Not for more than one thread at a time, but for <see cref="WaitFor"/>.
/// </summary>
internal interface IDriver : IDisposable
{
    /// <summary>Which GPU it is.</summary>
    GpuFacts Facts { get; }

    /// <summary>In what the libraries compute.</summary>
    CudaPrecision Precision { get; }

    /// <summary>Whether there is a library for products of matrices.</summary>
    bool HasMatrixProducts { get; }

    /// <summary>Says that the calling thread is the one that asks from now on.</summary>
    void MakeCurrent();

    /// <summary>Bytes of the GPU's memory, free and in all.</summary>
    (long Free, long Total) Memory();

    /// <summary>Memory of the GPU, aligned to 256 bytes; 0 where there is not so much.</summary>
    ulong Allocate(long bytes);

    /// <summary>Gives memory of the GPU back, after all that was asked for before is done.</summary>
    void Free(ulong address);

    /// <summary>Memory of this process that the GPU copies from and to while the caller goes on.</summary>
    nint AllocateStaging(long bytes);

    /// <summary>Gives such memory back.</summary>
    void FreeStaging(nint address);

    /// <summary>Compiles kernels; the functions are in their order.</summary>
    /// <returns>What holds them, for <see cref="Unload"/>, and their functions.</returns>
    (nint Module, nint[] Functions) Load(IReadOnlyList<KernelSource> kernels);

    /// <summary>Gives kernels back.</summary>
    void Unload(nint module);

    /// <summary>The bytes of workspace that the library's convolution takes, or null where there is none for it.</summary>
    long? ConvolutionWorkspace(ConvolutionSide side, in ConvolutionGeometry geometry);

    /// <summary>Does a call.</summary>
    void Run(BoundCall call);

    /// <summary>Copies to the GPU. The bytes must stay as they are until it is done.</summary>
    void CopyIn(ulong to, nint from, long bytes);

    /// <summary>Copies from the GPU.</summary>
    void CopyOut(nint to, ulong from, long bytes);

    /// <summary>Begins to gather the calls to come instead of doing them.</summary>
    void BeginCapture();

    /// <summary>What was gathered, for <see cref="Replay"/>.</summary>
    nint EndCapture();

    /// <summary>Does what was gathered.</summary>
    void Replay(nint graph);

    /// <summary>Gives back what was gathered.</summary>
    void FreeGraph(nint graph);

    /// <summary>Marks what has been asked for so far.</summary>
    nint Mark();

    /// <summary>Waits until all is done that was asked for before a mark, and forgets the mark.</summary>
    /// <exception cref="CudaException">Something that was asked for has failed.</exception>
    void WaitFor(nint mark);
}
