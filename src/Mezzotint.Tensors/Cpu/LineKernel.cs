using System.Runtime.CompilerServices;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A nest without sums, or with short ones: every row of kept points is independent. A sum along the columns belongs to its row; a sum of
/// few
/// terms over outer axes is made by adding one row of terms after the other.
/// </summary>
internal sealed unsafe class LineKernel : LoopKernel
{
    private const long LongestSegment = 32 * 1024;

    private readonly LoopReduction _reduction;
    private readonly LoopAxis[] _kept, _terms;
    private readonly LoopAxis _rows, _columns;
    private readonly LoopTile _tile;
    private readonly long _lines, _linesPerTask, _segment, _segments, _termCount;

    public LineKernel(
        LoopBody body, LoopOperand[] operands, LoopReduction reduction, LoopAxis[] kept, LoopAxis[] terms, LoopAxis rows, LoopAxis columns,
        VectorWidth width, KernelCache cache)
        : base(operands)
    {
        (_reduction, _kept, _terms, _rows, _columns) = (reduction, kept, terms, rows, columns);
        TileOperand[] inner = [.. operands.Select((o, i) => new TileOperand(o.Access, rows.Strides[i], columns.Strides[i]))];
        _tile = new LoopTile(body, inner, rows.Extent, columns.Extent, reduction, reduction != LoopReduction.Columns, 1, width, cache);
        _termCount = LoopAxis.Points(terms);
        _lines = LoopAxis.Points(kept) * rows.Extent;

        // A task takes whole lines, or pieces of very long ones; where an operand lies along the rows, many rows of fewer columns.
        bool transposes = _tile.Transposes && _tile.Joined == 1 && reduction != LoopReduction.Columns;
        _segment = Math.Max(1, transposes ? Math.Min(columns.Extent, 1024) : columns.Extent);
        if (_segment > 2 * LongestSegment) _segment = LongestSegment;
        _segments = Cut.Parts(columns.Extent, _segment);
        long points = _lines * columns.Extent * _termCount;
        _linesPerTask = points <= SmallNest ? Math.Max(1, _lines) : Math.Max(1, TaskPoints / (_segment * _termCount));
        if (transposes) _linesPerTask = Cut.Covering(_linesPerTask, 32);
    }

    /// <inheritdoc/>
    public override long ScratchBytes => _tile.ScratchBytes;

    /// <inheritdoc/>
    public override int TaskCount(int phase) => checked((int)(Cut.Parts(_lines, _linesPerTask) * _segments));

    /// <inheritdoc/>
    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        long segment = task % _segments * _segment, columns = Math.Min(_segment, _columns.Extent - segment);
        long line = task / _segments * _linesPerTask, end = Math.Min(_lines, line + _linesPerTask);
        float** at = stackalloc float*[Operands.Length], term = stackalloc float*[Operands.Length];
        _tile.Begin(scratch);
        while (line < end)
        {
            long outer = line / _rows.Extent, row = line - outer * _rows.Extent, rows = Math.Min(_rows.Extent - row, end - line);
            for (int i = 0; i < Operands.Length; i++) at[i] = arguments.Operands[i];
            Move(_kept, outer, at);
            Step(_rows, row, at);
            Step(_columns, segment, at);
            line += rows;
            if (_reduction == LoopReduction.None)
            {
                _tile.Run(at, rows, columns, scratch);
                continue;
            }

            foreach (int sum in Reduced) Fill(at[sum], sum, rows, _reduction == LoopReduction.Columns ? 1 : columns);
            for (long t = 0; t < _termCount; t++)
            {
                for (int i = 0; i < Operands.Length; i++) term[i] = at[i];
                Move(_terms, t, term);
                _tile.Run(term, rows, columns, scratch);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(float* at, int sum, long rows, long columns)
    {
        float start = Start(sum);
        long rowStride = _rows.Strides[sum], columnStride = _columns.Strides[sum];
        for (long r = 0; r < rows; r++, at += rowStride)
        {
            if (columnStride == 1 && columns > 1)
            {
                new Span<float>(at, (int)columns).Fill(start);
                continue;
            }

            for (long c = 0; c < columns; c++) at[c * columnStride] = start;
        }
    }
}
