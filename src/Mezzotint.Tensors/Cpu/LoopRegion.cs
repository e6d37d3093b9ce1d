using System.Diagnostics;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Runs a loop nest without sums on boxes of its points, as the epilogue of a kernel that computes one box of raw results after another.
/// The axes are the nest's own; a box may have any extents.
/// </summary>
/// <remarks>
/// The columns are the last axes of which boxes have the whole, as far as they run through the operands as one. A few channels are joined
/// with the axis before them also where only what is read is not one run then (a pattern repeated for each pixel of a shuffle's block). The
/// rows are the axis with the shortest steps of those that are left.
/// </remarks>
internal sealed unsafe class LoopRegion
{
    // Columns in runs are shorter than this, and no fewer are worth joining.
    private const int MostColumnsInRuns = 256;
    private const int EnoughColumns = 64;

    private readonly LoopOperand[] _operands;
    private readonly int _axes, _firstColumns, _rows;
    private readonly int[] _outer;
    private readonly LoopTile _tile;

    // For boxes that do not have the whole of narrow columns, so that their rows cannot be joined.
    private readonly LoopTile _cut;
    private readonly long _columns;

    /// <param name="nest">The body and its operands. The strides of the raw result, too, are the nest's: those it has in scratch.</param>
    /// <param name="width">The vector registers to use.</param>
    /// <param name="cache">Where emitted methods are kept.</param>
    /// <param name="whole">Of how many of the last axes every box has the whole.</param>
    public LoopRegion(LoopNest nest, VectorWidth width, KernelCache cache, int whole = 0)
    {
        Debug.Assert(nest.Operands.All(o => o.Access is Access.Read or Access.Write), "An epilogue has no sums.");
        _operands = nest.Operands;
        _axes = nest.Extents.Length;
        int first = Math.Max(0, _axes - 1), run = 0;
        long columns = _axes < 1 ? 1 : nest.Extents[^1];
        for (int axis = _axes - 2; axis >= _axes - whole && axis >= 0; axis--)
        {
            bool asOne = run == 0 && nest.Operands.All(o => RunsOn(o, axis, columns));
            bool inRuns = run == 0 && columns < EnoughColumns && columns * nest.Extents[axis] < MostColumnsInRuns
                && RunsOn(nest.Operands[0], axis, columns) && nest.Operands.All(o => o.Access == Access.Read || RunsOn(o, axis, columns));
            if (!asOne && !inRuns) break;
            if (!asOne) run = (int)columns;
            columns *= nest.Extents[axis];
            first = axis;
        }

        int[] left = [.. Enumerable.Range(0, first)];
        _firstColumns = first;
        _rows = left.Length == 0 ? -1 : left.MinBy(axis => (nest.Extents[axis] == 1, Steps(axis), -axis));
        _outer = [.. left.Where(axis => axis != _rows)];
        long rows = _rows < 0 ? 1 : nest.Extents[_rows];
        TileOperand[] inner = [.. nest.Operands.Select(InTile)];
        _columns = columns;
        _tile = new LoopTile(nest.Body, inner, rows, columns, LoopReduction.None, columns % (int)width != 0, 1, width, cache);
        _cut = _tile.Joined == 1 ? _tile : new LoopTile(nest.Body, inner, rows, columns, LoopReduction.None, false, 1, width, cache);

        bool RunsOn(LoopOperand operand, int axis, long columns) => operand.Strides[axis] == operand.Strides[^1] * columns;

        double Steps(int axis) => nest.Operands.Sum(o => Math.Abs((double)o.Strides[axis]) * (o.Access == Access.Read ? 1 : 2));

        TileOperand InTile(LoopOperand operand)
        {
            long row = _rows < 0 ? 0 : operand.Strides[_rows], column = _axes < 1 ? 0 : operand.Strides[^1];
            return run == 0 || RunsOn(operand, first, run)
                ? new TileOperand(operand.Access, row, column)
                : new TileOperand(operand.Access, row, operand.Strides[first], run, column);
        }
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
        long rows = _rows < 0 ? 1 : counts[_rows], columns = 1, boxes = 1;
        for (int a = _firstColumns; a < _axes; a++) columns *= counts[a];
        foreach (int axis in _outer) boxes *= counts[axis];
        if (boxes == 0 || rows == 0 || columns == 0) return;

        float** at = stackalloc float*[_operands.Length];
        LoopTile tile = columns == _columns ? _tile : _cut;
        tile.Begin(scratch);
        for (long box = 0; box < boxes; box++)
        {
            for (int i = 0; i < _operands.Length; i++) at[i] = operands[i];
            long rest = box;
            for (int a = _outer.Length - 1; a >= 0 && rest > 0; a--)
            {
                (rest, long index) = Math.DivRem(rest, counts[_outer[a]]);
                for (int i = 0; i < _operands.Length; i++) at[i] += index * _operands[i].Strides[_outer[a]];
            }

            tile.Run(at, rows, columns, scratch);
        }
    }
}
