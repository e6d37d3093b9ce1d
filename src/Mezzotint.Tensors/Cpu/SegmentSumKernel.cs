using System.Numerics;
using System.Runtime.CompilerServices;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Sums values into rows by their numbers, in the order of the values. Operands: the values [count, inner], the integers [count], the
/// result
/// [rows, inner].
/// </summary>
/// <param name="rows">Rows of the result.</param>
/// <param name="inner">Elements of a row.</param>
/// <param name="count">Rows of the values.</param>
internal sealed unsafe class SegmentSumKernel(int rows, long inner, long count) : Kernel
{
    // Every task reads all indices and adds what falls into the rows it owns, so there are not many.
    private readonly long _rowsPerTask = Math.Max(1, (rows + Pieces(rows, inner, count) - 1) / Pieces(rows, inner, count));

    /// <inheritdoc/>
    public override int TaskCount(int phase) => checked((int)Cut.Parts(rows, _rowsPerTask));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An index names no row of the result.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        float* values = arguments.Operands[0], result = arguments.Operands[2];
        int* indices = (int*)arguments.Operands[1];
        long first = task * _rowsPerTask, end = Math.Min(rows, first + _rowsPerTask);
        for (long row = first; row < end; row++) new Span<float>(result + row * inner, checked((int)inner)).Clear();
        for (long i = 0; i < count; i++)
        {
            long row = GatherKernel.RowOf(indices[i], rows);
            if (row < first || row >= end) continue;
            float* from = values + i * inner, to = result + row * inner;
            long c = 0;
            for (; c + Vector<float>.Count <= inner; c += Vector<float>.Count) (Vector.Load(to + c) + Vector.Load(from + c)).Store(to + c);
            for (; c < inner; c++) to[c] += from[c];
        }
    }

    private static long Pieces(int rows, long inner, long count) => Math.Clamp((rows + count) * inner / (32 * 1024), 1, 16);
}
