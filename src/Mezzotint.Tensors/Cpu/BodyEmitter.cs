using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection.Emit;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Emits the arithmetic of a loop body. What is fused and in which order things are computed is decided by the body alone, so that an
/// element
/// gets the same bits at every number of lanes.
/// </summary>
internal sealed class BodyEmitter
{
    private static readonly ConcurrentDictionary<(Opcode, int), int> Sizes = new();

    private readonly LoopBody _body;
    private readonly int[] _uses;
    private readonly bool[] _needsFloat;
    private readonly List<(int Value, int Operand)> _stores = [];

    /// <param name="body">What to emit.</param>
    /// <param name="isSum">Whether a store to an operand adds to it.</param>
    public BodyEmitter(LoopBody body, Func<int, bool> isSum)
    {
        _body = body;
        ReadOnlySpan<Instruction> code = body.Code;
        _uses = new int[code.Length];
        _needsFloat = new bool[code.Length];
        IsSum = isSum;
        for (int i = code.Length - 1; i >= 0; i--)
        {
            Instruction at = code[i];
            if (at.Code == Opcode.Store)
            {
                _stores.Insert(0, (at.A, at.B));
                Use(at.A);
            }
            else if (_uses[i] > 0 && at.Code is not (Opcode.Load or Opcode.Zero))
            {
                bool isMask = at.Code == Opcode.Select && code[at.A].Code == Opcode.Compare;
                _uses[at.A]++;
                _needsFloat[at.A] |= !isMask;
                if (at.B >= 0) Use(at.B);
                if (at.C >= 0) Use(at.C);
            }
        }

        Product = new bool[code.Length];
        for (int i = 0; i < code.Length; i++)
            if (_uses[i] > 0 && code[i].Code == Opcode.Binary) MarkProduct(code[i]);
        foreach ((int value, int operand) in _stores)
            if (isSum(operand) && IsLoneProduct(value)) Product[value] = true;

        void Use(int value)
        {
            _uses[value]++;
            _needsFloat[value] = true;
        }
    }

    /// <summary>Values stored, and the operands they go to, in the order of the body.</summary>
    public IReadOnlyList<(int Value, int Operand)> Stores => _stores;

    private Func<int, bool> IsSum { get; }

    // Products computed as part of the one sum that uses them.
    private bool[] Product { get; }

    /// <summary>The number of vector operations an instruction becomes.</summary>
    public static int OperationCount(Instruction instruction) => instruction.Code switch
    {
        Opcode.Zero or Opcode.Load or Opcode.Store => 1,
        Opcode.Select => 2,
        _ => Sizes.GetOrAdd((instruction.Code, instruction.Function), _ =>
        {
            // Counted by emitting it into a method that is thrown away.
            var lanes = new LaneEmitter(new DynamicMethod("count", null, null).GetILGenerator(), 1);
            Lane x = lanes.Declare(LaneKind.Float);
            if (instruction.Code == Opcode.Compare) lanes.Select(Compare(lanes, (Comparison)instruction.Function, x, x), x, x);
            else if (instruction.Code == Opcode.Binary) Binary(lanes, (BinaryFunction)instruction.Function, x, x);
            else if (instruction.Code == Opcode.Unary) Unary(lanes, (UnaryFunction)instruction.Function, x);
            else return 1;
            return lanes.Operations;
        }),
    };

    /// <summary>The number of vector operations a body becomes; no more than <see cref="LoopMethods.MostOperations"/> fit a
    /// method.</summary>
    public static int OperationCount(LoopBody body)
    {
        int count = 0;
        foreach (Instruction instruction in body.Code) count += OperationCount(instruction);
        return count;
    }

    /// <summary>Marks which values depend only on loads that <paramref name="isInvariant"/> says are invariant.</summary>
    public bool[] Invariant(Func<int, bool> isInvariant)
    {
        var result = new bool[_uses.Length];
        for (int i = 0; i < result.Length; i++)
        {
            Instruction at = _body.Code[i];
            result[i] = at.Code == Opcode.Load
                ? isInvariant(at.A)
                : at.Code == Opcode.Zero
                    || (at.Code != Opcode.Store && result[at.A] && (at.B < 0 || result[at.B]) && (at.C < 0 || result[at.C]));
        }

        return result;
    }

    /// <summary>Emits the instructions that <paramref name="selected"/> names; those before must have been emitted into the same
    /// values.</summary>
    public void Emit(LaneEmitter lanes, Values values, Func<int, Lane> load, Func<int, bool> selected)
    {
        for (int i = 0; i < _uses.Length; i++)
        {
            Instruction at = _body.Code[i];
            if (_uses[i] == 0 || Product[i] || !selected(i)) continue;
            switch (at.Code)
            {
                case Opcode.Zero:
                    values.Floats[i] = LaneEmitter.Constant(0f);
                    break;
                case Opcode.Load:
                    if (!values.Loads.TryGetValue(at.A, out Lane loaded)) values.Loads[at.A] = loaded = load(at.A);
                    values.Floats[i] = loaded;
                    break;
                case Opcode.Compare:
                    Lane mask = values.Masks[i] = Compare(lanes, (Comparison)at.Function, values.Floats[at.A], values.Floats[at.B]);
                    if (_needsFloat[i]) values.Floats[i] = lanes.Select(mask, LaneEmitter.Constant(1f), LaneEmitter.Constant(0f));
                    break;
                case Opcode.Select:
                    values.Floats[i] = _body.Code[at.A].Code == Opcode.Compare
                        ? lanes.Select(values.Masks[at.A], values.Floats[at.B], values.Floats[at.C])
                        : lanes.Select(
                            lanes.Equal(values.Floats[at.A], LaneEmitter.Constant(0f)), values.Floats[at.C], values.Floats[at.B]);
                    break;
                case Opcode.Unary:
                    values.Floats[i] = Unary(lanes, (UnaryFunction)at.Function, values.Floats[at.A]);
                    break;
                case Opcode.Binary:
                    values.Floats[i] = FusedOrBinary(lanes, at, values);
                    break;
                case Opcode.IntegerToFloat:
                    values.Floats[i] = lanes.ToFloat(lanes.AsInteger(values.Floats[at.A]));
                    break;
                case Opcode.FloatToInteger:
                    values.Floats[i] = lanes.AsFloat(lanes.ToInteger(values.Floats[at.A]));
                    break;
            }
        }
    }

    /// <summary>Emits accumulator + value (or the larger of them), fusing a product.</summary>
    public Lane Accumulate(LaneEmitter lanes, Values values, int value, bool maximum, Lane accumulator)
    {
        if (maximum) return lanes.Maximum(accumulator, values.Floats[value]);
        if (!Product[value]) return lanes.Add(accumulator, values.Floats[value]);
        Instruction product = _body.Code[value];
        return lanes.MultiplyAdd(values.Floats[product.A], values.Floats[product.B], accumulator);
    }

    /// <summary>Room for the values of one copy of the body.</summary>
    public Values NewValues() => new(new Lane[_uses.Length], new Lane[_uses.Length], []);

    private void MarkProduct(Instruction sum)
    {
        if ((BinaryFunction)sum.Function is not (BinaryFunction.Add or BinaryFunction.Subtract)) return;
        if (IsLoneProduct(sum.A)) Product[sum.A] = true;
        else if (IsLoneProduct(sum.B)) Product[sum.B] = true;
    }

    private bool IsLoneProduct(int value) =>
        _uses[value] == 1 && _body.Code[value] is { Code: Opcode.Binary, Function: (int)BinaryFunction.Multiply };

    private Lane FusedOrBinary(LaneEmitter lanes, Instruction at, Values values)
    {
        Debug.Assert(at.Code == Opcode.Binary);
        bool subtract = (BinaryFunction)at.Function == BinaryFunction.Subtract;
        if (subtract || (BinaryFunction)at.Function == BinaryFunction.Add)
        {
            if (Product[at.A])
            {
                Instruction product = _body.Code[at.A];
                Lane added = values.Floats[at.B];
                return lanes.MultiplyAdd(values.Floats[product.A], values.Floats[product.B], subtract ? lanes.Negate(added) : added);
            }

            if (Product[at.B])
            {
                Instruction product = _body.Code[at.B];
                Lane factor = values.Floats[product.A];
                return lanes.MultiplyAdd(subtract ? lanes.Negate(factor) : factor, values.Floats[product.B], values.Floats[at.A]);
            }
        }

        return Binary(lanes, (BinaryFunction)at.Function, values.Floats[at.A], values.Floats[at.B]);
    }

    private static Lane Compare(LaneEmitter lanes, Comparison comparison, Lane a, Lane b) => comparison switch
    {
        Comparison.Equal => lanes.Equal(a, b),
        Comparison.Less => lanes.Less(a, b),
        Comparison.LessOrEqual => lanes.LessOrEqual(a, b),
        _ => throw new UnreachableException(),
    };

    private static Lane Binary(LaneEmitter lanes, BinaryFunction function, Lane a, Lane b) => function switch
    {
        BinaryFunction.Add => lanes.Add(a, b),
        BinaryFunction.Subtract => lanes.Subtract(a, b),
        BinaryFunction.Multiply => lanes.Multiply(a, b),
        BinaryFunction.Divide => lanes.Divide(a, b),
        BinaryFunction.Maximum => lanes.Maximum(a, b),
        BinaryFunction.Minimum => lanes.Minimum(a, b),
        BinaryFunction.Power => ElementaryFunctions.Power(lanes, a, b),
        _ => throw new UnreachableException(),
    };

    private static Lane Unary(LaneEmitter lanes, UnaryFunction function, Lane x)
    {
        Lane zero = LaneEmitter.Constant(0f), one = LaneEmitter.Constant(1f);
        return function switch
        {
            UnaryFunction.Negate => lanes.Negate(x),
            UnaryFunction.Absolute => lanes.Absolute(x),
            UnaryFunction.Sign => lanes.Select(lanes.Less(zero, x), one, lanes.Select(lanes.Less(x, zero), LaneEmitter.Constant(-1f), x)),
            UnaryFunction.Floor => lanes.Floor(x),
            UnaryFunction.Reciprocal => lanes.Divide(one, x),
            UnaryFunction.SquareRoot => lanes.SquareRoot(x),
            UnaryFunction.Exponential => ElementaryFunctions.Exponential(lanes, x),
            UnaryFunction.Logarithm => ElementaryFunctions.Logarithm(lanes, x),
            UnaryFunction.HyperbolicTangent => ElementaryFunctions.HyperbolicTangent(lanes, x),
            UnaryFunction.Sigmoid => ElementaryFunctions.Sigmoid(lanes, x),
            UnaryFunction.Sine => ElementaryFunctions.Sine(lanes, x),
            UnaryFunction.Cosine => ElementaryFunctions.Cosine(lanes, x),
            UnaryFunction.Rectify => lanes.Select(lanes.LessOrEqual(x, zero), zero, x),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The values of one copy of a body while it is emitted.</summary>
    public sealed record Values(Lane[] Floats, Lane[] Masks, Dictionary<int, Lane> Loads)
    {
        /// <summary>The same values, to be continued differently.</summary>
        public Values Copy() => new([.. Floats], [.. Masks], new Dictionary<int, Lane>(Loads));
    }
}
