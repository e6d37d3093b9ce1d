using System.Runtime.InteropServices;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The arguments of one run of a micro-kernel, which computes some tiles one after the other, and for all rows r and columns of one <c>C[r]
/// (+)= sum over outer, inner and steps of A[r + ...] * B[...]</c>, always in that order, one fused multiply-add after the other, so that
/// neither blocking nor tiling changes a bit of the result. Strides are in bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TileCall
{
    /// <summary>The first row's first element.</summary>
    public float* A;

    /// <summary>The first step's vectors.</summary>
    public float* B;

    /// <summary>The first row's results; whole vectors are written.</summary>
    public float* C;

    /// <summary>Tiles after the first, with the same B; a kernel that fetches (<see cref="TileSpec.Fetches"/>) computes none of them.</summary>
    public long More;

    /// <summary>From one tile's A to the next's.</summary>
    public long ATile;

    /// <summary>From one tile's C to the next's.</summary>
    public long CTile;

    /// <summary>Trips of the outer loop; 0 gives zeros.</summary>
    public long Outer;

    /// <summary>Trips of the inner loop, at least 1.</summary>
    public long Inner;

    /// <summary>Steps of one inner trip, at least 1.</summary>
    public long Steps;

    /// <summary>From one outer trip's first A to the next's.</summary>
    public long AOuter;

    /// <summary>From one inner trip's first A to the next's.</summary>
    public long AInner;

    /// <summary>Added to B after an outer trip, beside what its steps moved it.</summary>
    public long BOuter;

    /// <summary>Added to B after an inner trip.</summary>
    public long BInner;

    /// <summary>From one row of C to the next.</summary>
    public long CRow;

    /// <summary>From one group of rows of C to the next.</summary>
    public long CGroup;

    /// <summary>Not 0: add to C instead of overwriting it.</summary>
    public long Accumulate;

    /// <summary>What is read soon, where the kernel fetches: <see cref="TileEmitter.FetchedBytes"/> from here on.</summary>
    public float* Fetch;

    /// <summary>Has so many tiles of so many rows computed, each below the one before.</summary>
    /// <param name="tiles">The tiles, the first included.</param>
    /// <param name="rows">Of each.</param>
    /// <param name="aRow">From one row of A to the next.</param>
    public void Repeat(int tiles, int rows, long aRow)
    {
        More = tiles - 1;
        ATile = rows * aRow;
        CTile = rows * CRow;
    }
}

/// <summary>An emitted micro-kernel.</summary>
internal unsafe delegate void TileFunction(TileCall* call);
