using System.Diagnostics;
using System.Reflection.Emit;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>Two emitted loops: rows, and columns within them.</summary>
/// <param name="operands">The first element of each operand.</param>
/// <param name="rowBytes">For each operand, the bytes from one row to the next.</param>
/// <param name="rows">The number of rows, at least 1.</param>
/// <param name="columns">The number of columns, at least 1 and a multiple of the method's lanes.</param>
internal unsafe delegate void LoopMethod(float** operands, nint* rowBytes, nint rows, nint columns);

/// <summary>What an emitted loop does with operands that are sums or maxima.</summary>
internal enum LoopReduction
{
    None,

    /// <summary>Each row adds the sum of its columns to the one element the operand has for it.</summary>
    Columns,

    /// <summary>Each column adds the sum of its rows to the one element the operand has for it.</summary>
    Rows,

    /// <summary>Each point adds to an element of its own, so that the sum is made by running the loop several times.</summary>
    Points,
}

/// <summary>How an emitted loop finds an operand along the columns.</summary>
internal enum ColumnAccess
{
    /// <summary>Consecutive floats.</summary>
    Contiguous,

    /// <summary>One float for all columns.</summary>
    Broadcast,
}

/// <summary>
/// Emits the two innermost loops of a nest around a body. How operands lie along the columns is part of the code; sizes and row strides are
/// arguments, so that few methods serve many shapes.
/// </summary>
internal sealed class LoopMethods
{
    /// <summary>
    /// The most vector operations a method may hold. The JIT compiler tracks about a thousand variables and stops optimising beyond.
    /// </summary>
    public const int MostOperations = 500;

    private readonly BodyEmitter _body;
    private readonly Access[] _accesses;
    private readonly ColumnAccess[] _columns;
    private readonly LaneEmitter _lanes;
    private readonly ILGenerator _il;
    private readonly LocalBuilder[] _base;
    private readonly LocalBuilder _rows, _column, _limit;
    private readonly int _vectorBytes;
    private readonly int[] _unrolls;

    private LoopMethods(DynamicMethod method, LoopBody body, Access[] accesses, ColumnAccess[] columns, LoopReduction reduction, int lanes)
    {
        _accesses = accesses;
        _columns = columns;
        _il = method.GetILGenerator();
        _lanes = new LaneEmitter(_il, lanes);
        _vectorBytes = lanes * sizeof(float);
        _body = new BodyEmitter(body, operand => reduction != LoopReduction.None && accesses[operand] == Access.Sum);
        _base = [.. accesses.Select(_ => _il.DeclareLocal(typeof(nint)))];
        _rows = _il.DeclareLocal(typeof(nint));
        _column = _il.DeclareLocal(typeof(nint));
        _limit = _il.DeclareLocal(typeof(nint));

        // Independent accumulators hide the latency of additions, so small reductions want more copies than plain loops.
        int size = BodyEmitter.OperationCount(body);
        int unroll = lanes == 1 ? 1 : size <= 12 || (reduction != LoopReduction.None && size <= 24) ? 4 : size <= 40 ? 2 : 1;
        _unrolls = unroll > 1 ? [unroll, 1] : [1];
    }

    /// <summary>Emits, or finds in the cache, the loops around a body.</summary>
    /// <param name="cache">Where emitted methods are kept.</param>
    /// <param name="body">What happens at each point.</param>
    /// <param name="accesses">What is done with each operand; sums and maxima are plain writes where nothing is reduced.</param>
    /// <param name="columns">How each operand lies along the columns. Sums and maxima: broadcast if columns are reduced, else
    /// contiguous.</param>
    /// <param name="reduction">The axis that is reduced.</param>
    /// <param name="lanes">16, 8, 4 or 1.</param>
    public static LoopMethod Get(
        KernelCache cache, LoopBody body, Access[] accesses, ColumnAccess[] columns, LoopReduction reduction, int lanes)
    {
        string pattern = string.Concat(accesses.Zip(columns, (access, column) => (char)('a' + 2 * (int)access + (int)column)));
        return cache.Get((body, pattern, reduction, lanes), () => Emit(body, accesses, columns, reduction, lanes));
    }

    private static unsafe LoopMethod Emit(LoopBody body, Access[] accesses, ColumnAccess[] columns, LoopReduction reduction, int lanes)
    {
        var method = new DynamicMethod(
            $"loop{lanes}", null, [typeof(float**), typeof(nint*), typeof(nint), typeof(nint)],
            typeof(LoopMethods).Module, skipVisibility: true)
        {
            InitLocals = false,
        };
        var emission = new LoopMethods(method, body, accesses, columns, reduction, lanes);
        emission.EmitPrologue();
        if (reduction == LoopReduction.Rows) emission.EmitColumnsOfRows();
        else emission.EmitRowsOfColumns(reduction);
        emission._il.Emit(OpCodes.Ret);
        if (emission._lanes.Operations > MostOperations)
        {
            throw new InvalidOperationException(
                $"A loop body becomes {emission._lanes.Operations} vector operations where a method holds {MostOperations}; "
                + "it must be cut in two.");
        }

        return method.CreateDelegate<LoopMethod>();
    }

    private bool IsReduced(int operand) => _accesses[operand] is Access.Sum or Access.Maximum;

    private void EmitPrologue()
    {
        for (int i = 0; i < _base.Length; i++)
        {
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Ldc_I4, i * sizeof(long));
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Ldind_I);
            _il.Emit(OpCodes.Stloc, _base[i]);
        }

        // Columns are counted in bytes.
        _il.Emit(OpCodes.Ldarg_3);
        _il.Emit(OpCodes.Ldc_I4, sizeof(float));
        _il.Emit(OpCodes.Mul);
        _il.Emit(OpCodes.Starg, 3);
    }

    private void EmitRowsOfColumns(LoopReduction reduction)
    {
        bool reduce = reduction == LoopReduction.Columns, add = reduction == LoopReduction.Points;
        SetToRowCount();
        Label row = _il.DefineLabel();
        _il.MarkLabel(row);

        bool[] invariant = _body.Invariant(operand => _columns[operand] == ColumnAccess.Broadcast);
        BodyEmitter.Values values = _body.NewValues();
        _body.Emit(_lanes, values, operand => LoadAt(_base, operand, null, 0), i => invariant[i]);

        Lane[][] sums = reduce ? [.. Reduced().Select(store => DeclareAccumulators(IsMaximum(store.Operand)))] : [];
        ForEachBlockOfColumns(copies =>
        {
            for (int copy = 0; copy < copies; copy++)
            {
                var mark = _lanes.Mark();
                BodyEmitter.Values own = values.Copy();
                int offset = copy * _vectorBytes;
                _body.Emit(_lanes, own, operand => LoadAt(_base, operand, _column, offset), i => !invariant[i]);
                EmitStores(own, operand => PushAddress(_base, operand, _column, offset), reduce || add);
                foreach ((int value, int operand) in add ? Reduced() : [])
                {
                    PushAddress(_base, operand, _column, offset);
                    Lane sum = _body.Accumulate(_lanes, own, value, IsMaximum(operand), _lanes.Load(contiguous: true));
                    _lanes.Store(sum, () => PushAddress(_base, operand, _column, offset));
                }

                int next = 0;
                foreach ((int value, int operand) in reduce ? Reduced() : [])
                {
                    Lane accumulator = sums[next++][copy];
                    _lanes.Assign(accumulator, _body.Accumulate(_lanes, own, value, IsMaximum(operand), accumulator));
                }

                _lanes.Release(mark);
            }
        });

        int index = 0;
        foreach ((_, int operand) in reduce ? Reduced() : [])
        {
            bool maximum = IsMaximum(operand);
            Lane[] partial = sums[index++];
            for (int width = partial.Length / 2; width > 0; width /= 2)
            {
                for (int i = 0; i < width; i++)
                {
                    (Lane a, Lane b) = (partial[i], partial[i + width]);
                    _lanes.Assign(a, maximum ? _lanes.Maximum(a, b) : _lanes.Add(a, b));
                }
            }

            _il.Emit(OpCodes.Ldloc, _base[operand]);
            _il.Emit(OpCodes.Ldloc, _base[operand]);
            _il.Emit(OpCodes.Ldind_R4);
            _lanes.PushAcross(partial[0], maximum);
            if (maximum) _il.Emit(OpCodes.Call, typeof(MathF).GetMethod(nameof(MathF.Max), [typeof(float), typeof(float)])!);
            else _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Stind_R4);
        }

        EmitNextRow(_base, row);
    }

    private void EmitColumnsOfRows()
    {
        LocalBuilder[] at = [.. _base.Select(_ => _il.DeclareLocal(typeof(nint)))];
        ForEachBlockOfColumns(copies =>
        {
            var outer = _lanes.Mark();
            (int Value, int Operand)[] reduced = [.. Reduced()];
            var sums = new Lane[reduced.Length, copies];
            for (int i = 0; i < reduced.Length; i++)
            {
                for (int copy = 0; copy < copies; copy++)
                {
                    PushAddress(_base, reduced[i].Operand, _column, copy * _vectorBytes);
                    sums[i, copy] = _lanes.Load(contiguous: true);
                }
            }

            for (int i = 0; i < at.Length; i++)
            {
                _il.Emit(OpCodes.Ldloc, _base[i]);
                if (_columns[i] == ColumnAccess.Contiguous)
                {
                    _il.Emit(OpCodes.Ldloc, _column);
                    _il.Emit(OpCodes.Add);
                }

                _il.Emit(OpCodes.Stloc, at[i]);
            }

            SetToRowCount();
            Label row = _il.DefineLabel();
            _il.MarkLabel(row);
            var mark = _lanes.Mark();
            bool[] invariant = _body.Invariant(operand => _columns[operand] == ColumnAccess.Broadcast);
            BodyEmitter.Values values = _body.NewValues();
            _body.Emit(_lanes, values, operand => LoadAt(at, operand, null, 0), i => invariant[i]);
            for (int copy = 0; copy < copies; copy++)
            {
                var inner = _lanes.Mark();
                BodyEmitter.Values own = values.Copy();
                int offset = copy * _vectorBytes;
                _body.Emit(_lanes, own, operand => LoadAt(at, operand, null, offset), i => !invariant[i]);
                EmitStores(own, operand => PushAddress(at, operand, null, offset), reduce: true);
                for (int i = 0; i < reduced.Length; i++)
                {
                    (int value, int operand) = reduced[i];
                    _lanes.Assign(sums[i, copy], _body.Accumulate(_lanes, own, value, IsMaximum(operand), sums[i, copy]));
                }

                _lanes.Release(inner);
            }

            _lanes.Release(mark);
            EmitNextRow(at, row);
            for (int i = 0; i < reduced.Length; i++)
            {
                for (int copy = 0; copy < copies; copy++)
                {
                    int operand = reduced[i].Operand, offset = copy * _vectorBytes;
                    _lanes.Store(sums[i, copy], () => PushAddress(_base, operand, _column, offset));
                }
            }

            _lanes.Release(outer);
        });
    }

    private bool IsMaximum(int operand) => _accesses[operand] == Access.Maximum;

    private IEnumerable<(int Value, int Operand)> Reduced() => _body.Stores.Where(store => IsReduced(store.Operand));

    private Lane[] DeclareAccumulators(bool maximum)
    {
        var accumulators = new Lane[_unrolls[0]];
        for (int i = 0; i < accumulators.Length; i++)
        {
            accumulators[i] = _lanes.Declare(LaneKind.Float);
            _lanes.Assign(accumulators[i], LaneEmitter.Constant(maximum ? float.NegativeInfinity : 0f));
        }

        return accumulators;
    }

    // Stores come after every load of their point, since a written operand may be the memory of a read one.
    private void EmitStores(BodyEmitter.Values values, Action<int> pushAddress, bool reduce)
    {
        foreach ((int value, int operand) in _body.Stores)
            if (!reduce || !IsReduced(operand)) _lanes.Store(values.Floats[value], () => pushAddress(operand));
    }

    private Lane LoadAt(LocalBuilder[] pointers, int operand, LocalBuilder? column, int offset)
    {
        PushAddress(pointers, operand, column, offset);
        return _lanes.Load(_columns[operand] == ColumnAccess.Contiguous);
    }

    private void PushAddress(LocalBuilder[] pointers, int operand, LocalBuilder? column, int offset)
    {
        _il.Emit(OpCodes.Ldloc, pointers[operand]);
        if (_columns[operand] == ColumnAccess.Broadcast) return;
        if (column is not null)
        {
            _il.Emit(OpCodes.Ldloc, column);
            _il.Emit(OpCodes.Add);
        }

        if (offset == 0) return;
        _il.Emit(OpCodes.Ldc_I4, offset);
        _il.Emit(OpCodes.Add);
    }

    // One loop for each number of copies, the later ones finishing what the earlier ones leave.
    private void ForEachBlockOfColumns(Action<int> emit)
    {
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Stloc, _column);
        foreach (int copies in _unrolls)
        {
            int step = copies * _vectorBytes;
            Label body = _il.DefineLabel(), test = _il.DefineLabel();
            _il.Emit(OpCodes.Ldarg_3);
            _il.Emit(OpCodes.Ldc_I4, step);
            _il.Emit(OpCodes.Sub);
            _il.Emit(OpCodes.Stloc, _limit);
            _il.Emit(OpCodes.Br, test);
            _il.MarkLabel(body);
            emit(copies);
            _il.Emit(OpCodes.Ldloc, _column);
            _il.Emit(OpCodes.Ldc_I4, step);
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Stloc, _column);
            _il.MarkLabel(test);
            _il.Emit(OpCodes.Ldloc, _column);
            _il.Emit(OpCodes.Ldloc, _limit);
            _il.Emit(OpCodes.Ble, body);
        }
    }

    private void SetToRowCount()
    {
        _il.Emit(OpCodes.Ldarg_2);
        _il.Emit(OpCodes.Stloc, _rows);
    }

    private void EmitNextRow(LocalBuilder[] pointers, Label row)
    {
        for (int i = 0; i < pointers.Length; i++)
        {
            _il.Emit(OpCodes.Ldloc, pointers[i]);
            _il.Emit(OpCodes.Ldarg_1);
            _il.Emit(OpCodes.Ldc_I4, i * sizeof(long));
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Ldind_I);
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Stloc, pointers[i]);
        }

        _il.Emit(OpCodes.Ldloc, _rows);
        _il.Emit(OpCodes.Ldc_I4_1);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Stloc, _rows);
        _il.Emit(OpCodes.Ldloc, _rows);
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Conv_I);
        _il.Emit(OpCodes.Bgt, row);
    }
}
