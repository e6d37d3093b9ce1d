using System.Diagnostics;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Runs a loop nest without sums on boxes of its points, as the epilogue of a kernel that computes one box of raw results after another.
/// The
/// axes are the nest's own, the last one innermost; a box may have any extents.
/// </summary>
internal sealed unsafe class LoopRegion
{
    private readonly LoopOperand[] _operands;
    private readonly LoopTile _tile;
    private readonly int _axes;

    // For boxes that do not have the whole of a narrow last axis, so that their rows cannot be joined.
    private readonly LoopTile _cut;
    private readonly long _columns;

    /// <param name="nest">The body and its operands. The strides of the raw result, too, are the nest's: those it has in scratch.</param>
    /// <param name="width">The vector registers to use.</param>
    /// <param name="cache">Where emitted methods are kept.</param>
    /// <param name="wholeColumns">Whether every box has the whole of the last axis, which lets narrow rows be joined.</param>
    public LoopRegion(LoopNest nest, VectorWidth width, KernelCache cache, bool wholeColumns = true)
    {
        Debug.Assert(nest.Operands.All(o => o.Access is Access.Read or Access.Write), "An epilogue has no sums.");
        _operands = nest.Operands;
        _axes = nest.Extents.Length;
        TileOperand[] inner = [.. nest.Operands.Select(o => new TileOperand(o.Access, Stride(o, 2), Stride(o, 1)))];
        long rows = _axes < 2 ? 1 : nest.Extents[^2], columns = _axes < 1 ? 1 : nest.Extents[^1];

        _columns = columns;
        _tile = new LoopTile(nest.Body, inner, rows, columns, LoopReduction.None, columns % (int)width != 0, 1, width, cache);
        _cut = _tile.Joined == 1 ? _tile : new LoopTile(nest.Body, inner, rows, columns, LoopReduction.None, false, 1, width, cache);
    }

    /// <summary>Bytes of scratch that a run needs, 64-byte aligned.</summary>
    public int ScratchBytes => Math.Max(_tile.ScratchBytes, _cut.ScratchBytes);

    /// <summary>The elements that a step along an axis moves in an operand.</summary>
    public long Stride(int operand, int axis) => _operands[operand].Strides[axis];

    /// <summary>Runs the body on a box.</summary>
    /// <param name="operands">The box's first element in each operand.</param>
    /// <param name="counts">The box's extents, one an axis of the nest.</param>
    /// <param name="scratch"><see cref="ScratchBytes"/> bytes of the running thread.</param>
    public void Run(float** operands, ReadOnlySpan<long> counts, byte* scratch)
    {
        Debug.Assert(counts.Length == _axes, "One count for each axis.");
        int outer = Math.Max(0, _axes - 2);
        long rows = _axes < 2 ? 1 : counts[^2], columns = _axes < 1 ? 1 : counts[^1], boxes = 1;
        for (int a = 0; a < outer; a++) boxes *= counts[a];
        if (boxes == 0 || rows == 0 || columns == 0) return;

        float** at = stackalloc float*[_operands.Length];
        LoopTile tile = columns == _columns ? _tile : _cut;
        tile.Begin(scratch);
        for (long box = 0; box < boxes; box++)
        {
            for (int i = 0; i < _operands.Length; i++) at[i] = operands[i];
            long rest = box;
            for (int a = outer - 1; a >= 0 && rest > 0; a--)
            {
                long index = rest % counts[a];
                rest /= counts[a];
                for (int i = 0; i < _operands.Length; i++) at[i] += index * _operands[i].Strides[a];
            }

            tile.Run(at, rows, columns, scratch);
        }
    }

    private static long Stride(LoopOperand operand, int fromEnd) => operand.Strides.Length < fromEnd ? 0 : operand.Strides[^fromEnd];
}
