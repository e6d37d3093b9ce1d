using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A nest with sums or maxima of many terms. The reduced points are cut into chunks by their extents alone; each chunk has sums of its own,
/// which
/// a second phase adds up in order, in double precision. Kept points share nothing, so that a sum does not depend on what is summed beside
/// it.
/// </summary>
internal sealed unsafe class ReductionKernel : LoopKernel
{
    // The size of a chunk: elements where a vector's lanes share a sum, rows where every column has its own.
    private const long ChunkElements = 16 * 1024;
    private const long ChunkRows = 512;
    private const long CombinedPoints = 4096;

    private readonly bool _acrossColumns;
    private readonly LoopAxis[] _kept, _terms;
    private readonly LoopAxis _rows, _columns;
    private readonly LoopTile _tile;
    private readonly long _lines, _linesPerChunk, _lineChunks, _columnChunk, _columnChunks, _chunks;
    private readonly long _segment, _segments, _keptPoints, _units, _unitsPerTask;

    // Where chunks keep their sums: a plane for each chunk, in it a strip for each kept outer point.
    private readonly bool _direct;
    private readonly long _strip, _inner;

    public ReductionKernel(
        LoopBody body, LoopOperand[] operands, LoopReduction reduction, LoopAxis[] kept, LoopAxis[] terms, LoopAxis rows, LoopAxis columns,
        VectorWidth width, KernelCache cache)
        : base(operands)
    {
        (_kept, _terms, _rows, _columns) = (kept, terms, rows, columns);
        _acrossColumns = reduction == LoopReduction.Columns;
        TileOperand[] inner =
        [
            .. operands.Select((o, i) => new TileOperand(
                o.Access, rows.Strides[i], !_acrossColumns && o.Access is Access.Sum or Access.Maximum ? 1 : columns.Strides[i])),
        ];
        _tile = new LoopTile(body, inner, rows.Extent, columns.Extent, reduction, true, _acrossColumns ? 1 : 8, width, cache);
        int joined = _tile.Joined;
        _lines = LoopAxis.Points(terms) * rows.Extent;
        _keptPoints = LoopAxis.Points(kept);
        _segment = _columnChunk = columns.Extent;
        if (_acrossColumns)
        {
            _columnChunk = Math.Min(columns.Extent, ChunkElements);
            _linesPerChunk = Cut.Parts(Math.Max(1, ChunkElements / Math.Max(1, columns.Extent)), joined) * joined;
            (_inner, _strip) = (1, 1);
        }
        else
        {
            if (_segment > 2048) _segment = 1024;
            _linesPerChunk = ChunkRows * joined;
            (_inner, _strip) = (columns.Extent, columns.Extent * joined);
        }

        _columnChunks = columns.Extent == 0 ? 0 : Cut.Parts(columns.Extent, _columnChunk);
        _lineChunks = Cut.Parts(_lines, _linesPerChunk);
        _chunks = _lineChunks * _columnChunks;
        _segments = columns.Extent == 0 ? 0 : Cut.Parts(columns.Extent, _segment);
        _units = _keptPoints * _segments * _chunks;
        long unit = Math.Max(1, Math.Min(_linesPerChunk, _lines) * (_acrossColumns ? _columnChunk : _segment));
        _unitsPerTask = _units * unit <= SmallNest ? Math.Max(1, _units) : Math.Max(1, TaskPoints / unit);
        _direct = _chunks == 1 && _strip == _inner && (_acrossColumns || Reduced.All(i => columns.Strides[i] == 1));
    }

    /// <inheritdoc/>
    public override int Phases => _direct ? 1 : 2;

    /// <inheritdoc/>
    public override long WorkspaceBytes => _direct ? 0 : Reduced.Length * _chunks * _keptPoints * _strip * sizeof(float);

    /// <inheritdoc/>
    public override long ScratchBytes => _tile.ScratchBytes;

    /// <inheritdoc/>
    public override int TaskCount(int phase) => checked((int)(phase == 0
        ? Cut.Parts(_units, _unitsPerTask)
        : Cut.Parts(_keptPoints * _inner, CombinedPoints) * Reduced.Length));

    /// <inheritdoc/>
    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        if (phase == 1)
        {
            Combine(task, arguments);
            return;
        }

        _tile.Begin(scratch);
        long end = Math.Min(_units, (task + 1) * _unitsPerTask);
        for (long unit = task * _unitsPerTask; unit < end; unit++) SumChunk(unit, arguments, scratch);
    }

    private void SumChunk(long unit, in KernelArguments arguments, byte* scratch)
    {
        long chunk = unit % _chunks, segment = unit / _chunks % _segments * _segment, kept = unit / _chunks / _segments;
        long line = chunk / _columnChunks * _linesPerChunk, end = Math.Min(_lines, line + _linesPerChunk);
        long first = _acrossColumns ? chunk % _columnChunks * _columnChunk : segment;
        long columns = Math.Min(_acrossColumns ? _columnChunk : _segment, _columns.Extent - first);

        float** at = stackalloc float*[Operands.Length], term = stackalloc float*[Operands.Length];
        for (int i = 0; i < Operands.Length; i++) at[i] = arguments.Operands[i];
        Move(_kept, kept, at);
        Step(_columns, first, at);
        for (int s = 0; s < Reduced.Length; s++)
        {
            float* sums = at[Reduced[s]];
            if (!_direct) at[Reduced[s]] = sums = Sums(arguments, s, chunk, kept) + (_acrossColumns ? 0 : segment);
            long count = _acrossColumns ? 1 : _tile.Joined > 1 ? _strip : columns;
            new Span<float>(sums, (int)count).Fill(Start(Reduced[s]));
        }

        while (line < end)
        {
            long outer = line / _rows.Extent, row = line - outer * _rows.Extent, rows = Math.Min(_rows.Extent - row, end - line);
            for (int i = 0; i < Operands.Length; i++) term[i] = at[i];
            Move(_terms, outer, term);
            Step(_rows, row, term);
            _tile.Run(term, rows, columns, scratch);
            line += rows;
        }
    }

    private float* Sums(in KernelArguments arguments, int sum, long chunk, long kept) =>
        (float*)arguments.Workspace + ((sum * _chunks + chunk) * _keptPoints + kept) * _strip;

    private void Combine(int task, in KernelArguments arguments)
    {
        int sum = task % Reduced.Length, operand = Reduced[sum];
        long points = _keptPoints * _inner;
        long begin = task / Reduced.Length * CombinedPoints, end = Math.Min(points, begin + CombinedPoints);
        bool maximum = Operands[operand].Access == Access.Maximum;
        float** at = stackalloc float*[Operands.Length];
        long stripsOfSum = _strip / Math.Max(1, _inner);
        for (long point = begin; point < end; point++)
        {
            long kept = point / _inner, column = point - kept * _inner;
            for (int i = 0; i < Operands.Length; i++) at[i] = arguments.Operands[i];
            Move(_kept, kept, at);
            float* target = at[operand] + (_acrossColumns ? 0 : column * _columns.Strides[operand]);
            double total = 0;
            float largest = float.NegativeInfinity;
            for (long chunk = 0; chunk < _chunks; chunk++)
            {
                float* sums = Sums(arguments, sum, chunk, kept) + column;
                for (long s = 0; s < stripsOfSum; s++)
                {
                    total += sums[s * _inner];
                    largest = MathF.Max(largest, sums[s * _inner]);
                }
            }

            *target = maximum ? largest : (float)total;
        }
    }
}
