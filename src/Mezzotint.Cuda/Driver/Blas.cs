using System.Runtime.InteropServices;
using Mezzotint.Cuda.Kernels;

namespace Mezzotint.Cuda.Driver;

/// <summary>cuBLAS: products of matrices.</summary>
internal sealed unsafe class Blas : IDisposable
{
    private const int NotTransposed = 0, Transposed = 1, Float32 = 0, DefaultAlgorithm = -1;
    private const int ComputeFloat32 = 68, ComputeBfloat16 = 75, ComputeTensorFloat32 = 77;

    private readonly delegate* unmanaged<nint, int> _destroy;
    private readonly delegate* unmanaged<
        nint, int, int, int, int, int, float*, ulong, int, int, long, ulong, int, int, long, float*, ulong, int, int, long, int, int, int, int> _multiply;
    private readonly nint _handle;
    private readonly int _compute;

    private Blas(nint library, nint stream, ulong workspace, long workspaceBytes, CudaPrecision precision)
    {
        _destroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cublasDestroy_v2");
        _multiply = (delegate* unmanaged<
            nint, int, int, int, int, int, float*, ulong, int, int, long, ulong, int, int, long, float*, ulong, int, int, long, int, int, int, int>)
            NativeLibrary.GetExport(library, "cublasGemmStridedBatchedEx");
        var create = (delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(library, "cublasCreate_v2");
        var setStream = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(library, "cublasSetStream_v2");
        var setWorkspace = (delegate* unmanaged<nint, ulong, nuint, int>)NativeLibrary.GetExport(library, "cublasSetWorkspace_v2");
        var version = (delegate* unmanaged<nint, int*, int>)NativeLibrary.GetExport(library, "cublasGetVersion_v2");
        nint handle;
        Check(create(&handle), "start");
        _handle = handle;
        Check(setStream(handle, stream), "take a stream");

        // Memory of its own would be allocated while a graph is captured.
        Check(setWorkspace(handle, workspace, (nuint)workspaceBytes), "take a workspace");
        int number;
        Check(version(handle, &number), "tell its version");
        Version = number >= 100000 ? $"{number / 10000}.{number / 100 % 100}" : $"{number / 1000}.{number / 100 % 10}";
        _compute = precision switch
        {
            CudaPrecision.TensorFloat32 => ComputeTensorFloat32,
            CudaPrecision.Bfloat16 => ComputeBfloat16,
            _ => ComputeFloat32,
        };
    }

    /// <summary>Its version.</summary>
    public string Version { get; }

    /// <summary>Finds the library.</summary>
    /// <returns>The library, or null where there is none that is new enough.</returns>
    public static Blas? Find(int major, nint stream, ulong workspace, long workspaceBytes, CudaPrecision precision)
    {
        if (Libraries.Blas(major) is not (not 0 and var library)) return null;
        try
        {
            return new Blas(library, stream, workspace, workspaceBytes, precision);
        }
        catch (Exception fault) when (fault is EntryPointNotFoundException or CudaException)
        {
            return null;
        }
    }

    /// <summary>Asks for a product. The library thinks in columns: a row-major C = A·B is its C' = B'·A'.</summary>
    public void Multiply(MatMulCall call, BoundArgument[] at)
    {
        float one = 1, zero = 0;
        Check(
            _multiply(
                _handle, call.Right.Transposed ? Transposed : NotTransposed, call.Left.Transposed ? Transposed : NotTransposed,
                call.Columns, call.Rows, call.Depth, &one,
                at[1].Address, Float32, checked((int)call.Right.Leading), call.Right.Batch,
                at[0].Address, Float32, checked((int)call.Left.Leading), call.Left.Batch, &zero,
                at[2].Address, Float32, call.Columns, (long)call.Rows * call.Columns, call.Batch, _compute, DefaultAlgorithm),
            $"multiply {call.Rows}x{call.Depth} by {call.Depth}x{call.Columns}");
    }

    /// <inheritdoc/>
    public void Dispose() => _ = _destroy(_handle);

    private static void Check(int status, string what)
    {
        if (status != 0) throw new CudaException($"cuBLAS could not {what} (error {status}); computing without NVIDIA's libraries may still work.");
    }
}
