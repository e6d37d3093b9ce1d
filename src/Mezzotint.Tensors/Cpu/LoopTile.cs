using System.Diagnostics;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>An operand along the two innermost axes of a nest; strides are in elements.</summary>
/// <param name="Access">What is done with it.</param>
/// <param name="Row">From one row to the next.</param>
/// <param name="Column">From one column to the next; where they come in runs, from one run to the next.</param>
/// <param name="Run">Of an operand that is read: how many columns have a stride of their own, 0 where all have the same.</param>
/// <param name="InRun">From one column of a run to the next.</param>
internal readonly record struct TileOperand(Access Access, long Row, long Column, int Run = 0, long InRun = 0);

/// <summary>
/// Runs a loop body over rows and columns, the two innermost axes of a nest, by emitted methods. Those know consecutive and broadcast
/// operands
/// only: an operand that lies otherwise is copied, a tile at a time, to or from scratch. Where rows are narrow, several are taken as one
/// long row
/// (an operand repeated in every row is repeated in scratch), so that three channels run at the speed of many.
/// </summary>
internal sealed unsafe class LoopTile
{
    // Rows at least this long are left alone; short ones are joined until they are.
    private const int LongRow = 64;
    private const int LongUnevenRow = 256;
    private const int StagedElements = 2048;

    private readonly LoopBody _body;
    private readonly TileOperand[] _operands;
    private readonly Access[] _accesses;
    private readonly ColumnAccess[] _columns;
    private readonly Route[] _routes;
    private readonly LoopReduction _reduction;
    private readonly KernelCache _cache;
    private readonly int _lanes;
    private readonly int _tileRows, _tileColumns;
    private readonly bool _staged;
    private readonly (int Source, int Target)? _copy;
    private LoopMethod? _vector, _scalar;

    /// <param name="body">What happens at each point.</param>
    /// <param name="operands">The operands of the body.</param>
    /// <param name="rows">The extent of the rows' axis.</param>
    /// <param name="columns">The extent of the columns' axis.</param>
    /// <param name="reduction">The axis over which sums and maxima are taken.</param>
    /// <param name="joinable">Whether rows may be joined: they are not if each has a sum of its own.</param>
    /// <param name="joinedRows">How many joined rows there must be for joining to pay.</param>
    /// <param name="width">The vector registers to use.</param>
    /// <param name="cache">Where emitted methods are kept.</param>
    public LoopTile(
        LoopBody body, TileOperand[] operands, long rows, long columns, LoopReduction reduction, bool joinable, int joinedRows,
        VectorWidth width, KernelCache cache)
    {
        _body = body;
        _operands = operands;
        _accesses = [.. operands.Select(o => o.Access)];
        _reduction = reduction;
        _cache = cache;
        _lanes = (int)width;
        Joined = joinable ? RowsToJoin(rows, columns, joinedRows) : 1;
        _routes = [.. operands.Select(o => RouteOf(o, columns, Joined))];
        _columns = [.. operands.Select((o, i) => ColumnsOf(o, i))];
        _staged = _routes.Any(route => route != Route.Direct);

        Transposes = operands.Where((_, i) => _routes[i] == Route.Staged).Any(o => Math.Abs(o.Row) == 1);
        _tileColumns = (int)Math.Clamp(columns, 1, Joined > 1 ? columns : Transposes ? 64 : 1024);
        _tileRows = (int)Math.Clamp(StagedElements / _tileColumns / Joined * Joined, Joined, Math.Max(Joined, rows));
        if (_staged && reduction == LoopReduction.None && IsCopy(out int source, out int target)) _copy = (source, target);

        ScratchBytes = _staged && _copy is null ? HeaderBytes + Buffers * BufferFloats * sizeof(float) : 0;

        long row = columns * Joined;
        if (_copy is null && row >= _lanes) _ = Vector;
        if (_copy is null && row % _lanes != 0) _ = Scalar;
    }

    private enum Route
    {
        /// <summary>Used where it is.</summary>
        Direct,

        /// <summary>The same in every row: repeated in scratch.</summary>
        Repeated,

        /// <summary>Copied to or from scratch.</summary>
        Staged,
    }

    /// <summary>What a buffer holds: the rows from an address on.</summary>
    private struct Held
    {
        public float* Origin;
        public long Rows;
    }

    /// <summary>How many rows are taken as one, 1 where they are long enough.</summary>
    public int Joined { get; }

    /// <summary>Whether an operand is consecutive along the rows, so that runs of many rows read it best.</summary>
    public bool Transposes { get; }

    /// <summary>Scratch that a run needs.</summary>
    public int ScratchBytes { get; }

    private int Buffers => _routes.Count(route => route != Route.Direct);

    private int HeaderBytes => (_operands.Length * sizeof(Held) + 63) / 64 * 64;

    private int BufferFloats => (Math.Max(_tileRows, Joined) * _tileColumns + 15) / 16 * 16;

    private LoopMethod Vector => _vector ??= LoopMethods.Get(_cache, _body, _accesses, _columns, _reduction, _lanes);

    private LoopMethod Scalar => _scalar ??= LoopMethods.Get(_cache, _body, _accesses, _columns, _reduction, 1);

    /// <summary>Forgets what earlier runs left in scratch. To be called before the first run in a scratch, or when operands have
    /// changed.</summary>
    public void Begin(byte* scratch)
    {
        if (ScratchBytes == 0) return;
        new Span<Held>(scratch, _operands.Length).Clear();
    }

    /// <summary>Runs the body. Where rows are joined, <paramref name="columns"/> is the whole axis; a sum over rows then has a row of
    /// joined columns.</summary>
    /// <param name="at">The first element of each operand.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="scratch"><see cref="ScratchBytes"/> bytes.</param>
    public void Run(float** at, long rows, long columns, byte* scratch)
    {
        if (_copy is (int source, int target))
        {
            (TileOperand to, TileOperand from) = (_operands[target], _operands[source]);
            StridedCopy.Run(at[target], to.Row, to.Column, at[source], from.Row, from.Column, rows, columns);
            return;
        }

        int count = _operands.Length;
        float** tile = stackalloc float*[count];
        nint* rowBytes = stackalloc nint[count];
        for (int i = 0; i < count; i++)
        {
            tile[i] = at[i];
            rowBytes[i] = _routes[i] == Route.Repeated ? 0 : (nint)(_operands[i].Row * Joined * sizeof(float));
        }

        if (!_staged)
        {
            Invoke(tile, rowBytes, rows, columns);
            return;
        }

        for (long r = 0; r < rows; r += _tileRows)
        {
            long tileRows = Math.Min(_tileRows, rows - r);
            for (long c = 0; c < columns; c += _tileColumns)
            {
                long tileColumns = Math.Min(_tileColumns, columns - c);
                float* buffer = (float*)(scratch + HeaderBytes);
                for (int i = 0; i < count; i++)
                {
                    TileOperand operand = _operands[i];
                    float* origin = at[i] + r * operand.Row + c * operand.Column;
                    tile[i] = origin;
                    if (_routes[i] == Route.Direct) continue;
                    tile[i] = buffer;
                    buffer += BufferFloats;
                    if (_routes[i] == Route.Repeated)
                    {
                        if (!Holds(scratch, i, origin, Joined)) StridedCopy.Run(tile[i], columns, 1, origin, 0, 1, Joined, columns);
                        continue;
                    }

                    rowBytes[i] = (nint)(tileColumns * Joined * sizeof(float));
                    if (operand.Access == Access.Read ? !Holds(scratch, i, origin, tileRows) : Adds(operand))
                        Fetch(operand, origin, tile[i], tileRows, tileColumns);
                }

                Invoke(tile, rowBytes, tileRows, tileColumns);
                for (int i = 0; i < count; i++)
                {
                    TileOperand operand = _operands[i];
                    if (_routes[i] != Route.Staged || operand.Access == Access.Read) continue;
                    float* origin = at[i] + r * operand.Row + c * operand.Column;
                    StridedCopy.Run(origin, operand.Row, operand.Column, Staged(scratch, i), tileColumns, 1, tileRows, tileColumns);
                }
            }
        }
    }

    private float* Staged(byte* scratch, int operand)
    {
        int before = 0;
        for (int i = 0; i < operand; i++)
            if (_routes[i] != Route.Direct) before++;
        return (float*)(scratch + HeaderBytes) + before * BufferFloats;
    }

    // The scratch remembers what it holds copies of: outer axes may come back to the same rows of an operand.
    private static bool Holds(byte* scratch, int operand, float* origin, long rows)
    {
        ref Held held = ref ((Held*)scratch)[operand];
        if (held.Origin == origin && held.Rows >= rows) return true;
        held = new Held { Origin = origin, Rows = rows };
        return false;
    }

    private static void Fetch(in TileOperand operand, float* origin, float* to, long rows, long columns)
    {
        if (operand.Run == 0)
        {
            StridedCopy.Run(to, columns, 1, origin, operand.Row, operand.Column, rows, columns);
            return;
        }

        for (long c = 0; c < columns; c += operand.Run, origin += operand.Column)
            StridedCopy.Run(to + c, columns, 1, origin, operand.Row, operand.InRun, rows, operand.Run);
    }

    private void Invoke(float** at, nint* rowBytes, long rows, long columns)
    {
        if (Joined == 1)
        {
            InvokeRows(at, rowBytes, rows, columns);
            return;
        }

        long groups = rows / Joined;
        if (groups > 0) InvokeRows(at, rowBytes, groups, columns * Joined);
        if (rows == groups * Joined) return;
        for (int i = 0; i < _operands.Length; i++) at[i] = (float*)((byte*)at[i] + groups * rowBytes[i]);
        InvokeRows(at, rowBytes, 1, (rows - groups * Joined) * columns);
    }

    private void InvokeRows(float** at, nint* rowBytes, long rows, long columns)
    {
        long whole = columns / _lanes * _lanes;
        if (whole > 0) Vector(at, rowBytes, (nint)rows, (nint)whole);
        if (whole == columns) return;
        float** tail = stackalloc float*[_operands.Length];
        for (int i = 0; i < _operands.Length; i++) tail[i] = at[i] + (_columns[i] == ColumnAccess.Contiguous ? whole : 0);
        Scalar(tail, rowBytes, (nint)rows, (nint)(columns - whole));
    }

    private int RowsToJoin(long rows, long columns, int joinedRows)
    {
        bool uneven = columns % _lanes != 0;
        if (rows < 2 || columns >= (uneven ? LongUnevenRow : LongRow)) return 1;

        // A row of whole vectors is joined to others only where that spares copying.
        if (!uneven && _operands.Any(o => RouteOf(o, columns, 2) == Route.Staged && RouteOf(o, columns, 1) != Route.Staged)) return 1;
        long joined = _lanes / Gcd(columns, _lanes);
        joined *= (LongRow + joined * columns - 1) / (joined * columns);
        return joinedRows > 1 && rows < joined * joinedRows ? 1 : (int)Math.Min(joined, rows);
    }

    private bool Adds(TileOperand operand) => _reduction == LoopReduction.Points && IsReduced(operand);

    private static bool IsReduced(TileOperand operand) => operand.Access is Access.Sum or Access.Maximum;

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);

    private Route RouteOf(TileOperand operand, long columns, int joined)
    {
        if (_reduction is LoopReduction.Columns or LoopReduction.Rows && IsReduced(operand)) return Route.Direct;
        if (operand.Run > 0) return Route.Staged;
        if (joined == 1) return operand.Column is 0 or 1 ? Route.Direct : Route.Staged;
        if (operand is { Row: 0, Column: 0 } || (operand.Column == 1 && operand.Row == columns)) return Route.Direct;
        return operand is { Row: 0, Column: 1, Access: Access.Read } ? Route.Repeated : Route.Staged;
    }

    private ColumnAccess ColumnsOf(TileOperand operand, int index)
    {
        if (_reduction is LoopReduction.Columns or LoopReduction.Rows && IsReduced(operand))
        {
            Debug.Assert(operand.Row == 0 || _reduction == LoopReduction.Columns, "A sum over rows has no stride along them.");
            Debug.Assert(operand.Column == (_reduction == LoopReduction.Columns ? 0 : 1), "A sum is consecutive along the columns it keeps.");
            return _reduction == LoopReduction.Columns ? ColumnAccess.Broadcast : ColumnAccess.Contiguous;
        }

        return _routes[index] == Route.Direct && operand.Column == 0 ? ColumnAccess.Broadcast : ColumnAccess.Contiguous;
    }

    private bool IsCopy(out int source, out int target)
    {
        (source, target) = (-1, -1);
        ReadOnlySpan<Instruction> code = _body.Code;
        if (code.Length != 2 || code[0].Code != Opcode.Load || code[1].Code != Opcode.Store) return false;
        (source, target) = (code[0].A, code[1].B);
        return true;
    }
}
