using System.Reflection;
using System.Reflection.Emit;

namespace Mezzotint.Tensors.Cpu;

/// <summary>What the lanes of a value hold.</summary>
internal enum LaneKind
{
    Float,
    Integer,

    /// <summary>The outcome of a comparison.</summary>
    Mask,
}

/// <summary>A value of emitted code: a local variable, or a constant (its bits) where there is none.</summary>
internal readonly record struct Lane(LaneKind Kind, LocalBuilder? Local, int Bits);

/// <summary>
/// Emits arithmetic on 16, 8 or 4 lanes, or on plain scalars (1 lane), as IL. Every operation gives the same bits in a lane whatever the
/// number
/// of lanes, which is what lets a loop's tail be done by a narrower method.
/// </summary>
internal sealed class LaneEmitter(ILGenerator il, int lanes)
{
    private readonly List<LocalBuilder>[] _locals = [[], [], []];
    private readonly int[] _next = new int[3];

    public ILGenerator IL => il;

    public int Lanes => lanes;

    /// <summary>Vector operations emitted so far.</summary>
    public int Operations { get; private set; }

    private Type FloatType => lanes == 1 ? typeof(float) : VectorMethods.Vector(lanes, typeof(float));

    private Type IntegerType => lanes == 1 ? typeof(int) : VectorMethods.Vector(lanes, typeof(int));

    /// <summary>The locals in use; given to <see cref="Release"/>, later ones are used anew.</summary>
    public (int, int, int) Mark() => (_next[0], _next[1], _next[2]);

    public void Release((int Floats, int Integers, int Masks) mark) => (_next[0], _next[1], _next[2]) = mark;

    public static Lane Constant(float value) => new(LaneKind.Float, null, BitConverter.SingleToInt32Bits(value));

    public static Lane Constant(int value) => new(LaneKind.Integer, null, value);

    /// <summary>A fresh local, not yet assigned.</summary>
    public Lane Declare(LaneKind kind)
    {
        List<LocalBuilder> locals = _locals[(int)kind];
        int next = _next[(int)kind]++;
        if (next == locals.Count) locals.Add(il.DeclareLocal(TypeOf(kind)));
        return new Lane(kind, locals[next], 0);
    }

    /// <summary>Puts a value on the evaluation stack.</summary>
    public void Push(Lane value)
    {
        if (value.Local is not null)
        {
            il.Emit(OpCodes.Ldloc, value.Local);
            return;
        }

        bool isFloat = value.Kind == LaneKind.Float;
        if (isFloat) il.Emit(OpCodes.Ldc_R4, BitConverter.Int32BitsToSingle(value.Bits));
        else il.Emit(OpCodes.Ldc_I4, value.Bits);
        Type element = isFloat ? typeof(float) : typeof(int);
        if (lanes > 1) il.Emit(OpCodes.Call, VectorMethods.Find(lanes, "Create", element, element));
    }

    /// <summary>Takes a value off the evaluation stack into a local.</summary>
    public Lane Pop(LaneKind kind)
    {
        Lane result = Declare(kind);
        il.Emit(OpCodes.Stloc, result.Local!);
        Operations++;
        return result;
    }

    public void Assign(Lane target, Lane value)
    {
        Push(value);
        il.Emit(OpCodes.Stloc, target.Local!);
    }

    /// <summary>Loads from the address on the evaluation stack: consecutive floats, or one float into every lane.</summary>
    public Lane Load(bool contiguous)
    {
        if (lanes == 1 || !contiguous) il.Emit(OpCodes.Ldind_R4);
        if (lanes > 1 && contiguous) il.Emit(OpCodes.Call, VectorMethods.Find(lanes, "Load", typeof(float), typeof(float*)));
        if (lanes > 1 && !contiguous) il.Emit(OpCodes.Call, VectorMethods.Find(lanes, "Create", typeof(float), typeof(float)));
        return Pop(LaneKind.Float);
    }

    /// <summary>Stores to the address that <paramref name="pushAddress"/> puts on the evaluation stack.</summary>
    public void Store(Lane value, Action pushAddress)
    {
        Operations++;
        if (lanes == 1)
        {
            pushAddress();
            Push(value);
            il.Emit(OpCodes.Stind_R4);
        }
        else
        {
            Push(value);
            pushAddress();
            il.Emit(OpCodes.Call, VectorMethods.Find(lanes, "Store", typeof(float), FloatType, typeof(float*)));
        }
    }

    public Lane Add(Lane a, Lane b) => Arithmetic("Add", OpCodes.Add, a, b);

    public Lane Subtract(Lane a, Lane b) => Arithmetic("Subtract", OpCodes.Sub, a, b);

    public Lane Multiply(Lane a, Lane b) => Arithmetic("Multiply", OpCodes.Mul, a, b);

    public Lane Divide(Lane a, Lane b) => Arithmetic("Divide", OpCodes.Div, a, b);

    public Lane And(Lane a, Lane b) => Arithmetic("BitwiseAnd", OpCodes.And, a, b);

    public Lane Or(Lane a, Lane b) => Arithmetic("BitwiseOr", OpCodes.Or, a, b);

    public Lane Negate(Lane a) => Arithmetic("Negate", OpCodes.Neg, a);

    public Lane Maximum(Lane a, Lane b) => Function("Max", typeof(float), a, b);

    public Lane Minimum(Lane a, Lane b) => Function("Min", typeof(float), a, b);

    public Lane Absolute(Lane a) => Function("Abs", typeof(float), a);

    public Lane Floor(Lane a) => Function("Floor", typeof(float), a);

    public Lane SquareRoot(Lane a) => Function("Sqrt", typeof(float), a);

    /// <summary>a · b + c, rounded once.</summary>
    public Lane MultiplyAdd(Lane a, Lane b, Lane c) => Function("FusedMultiplyAdd", typeof(float), a, b, c);

    /// <summary>The value of a polynomial, its coefficients in ascending order.</summary>
    public Lane Polynomial(Lane x, params ReadOnlySpan<float> coefficients)
    {
        Lane sum = Constant(coefficients[^1]);
        for (int i = coefficients.Length - 2; i >= 0; i--) sum = MultiplyAdd(sum, x, Constant(coefficients[i]));
        return sum;
    }

    /// <summary>The sum of values by coefficients, of which those that are 0 cost nothing and one that is 1 no multiplication.</summary>
    public Lane Combine(ReadOnlySpan<double> coefficients, ReadOnlySpan<Lane> values)
    {
        int first = Math.Max(coefficients.IndexOf(1.0), coefficients.IndexOfAnyExcept(0.0));
        Lane sum = coefficients[first] == 1 ? values[first] : Multiply(values[first], Constant((float)coefficients[first]));
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            if (i == first || coefficients[i] == 0) continue;
            sum = coefficients[i] == 1 ? Add(sum, values[i]) : MultiplyAdd(values[i], Constant((float)coefficients[i]), sum);
        }

        return sum;
    }

    /// <summary>a + b · factor and a - b · factor.</summary>
    public (Lane Plus, Lane Minus) PlusMinus(Lane a, Lane b, double factor) => factor == 1
        ? (Add(a, b), Subtract(a, b))
        : (MultiplyAdd(b, Constant((float)factor), a), MultiplyAdd(b, Constant((float)-factor), a));

    public Lane ShiftLeft(Lane a, int bits) => Shift("ShiftLeft", OpCodes.Shl, a, bits);

    /// <summary>Shifts right, copying the sign.</summary>
    public Lane ShiftRight(Lane a, int bits) => Shift("ShiftRightArithmetic", OpCodes.Shr, a, bits);

    /// <summary>The bits of a float as an integer.</summary>
    public Lane AsInteger(Lane a) =>
        Convert("AsInt32", typeof(float), typeof(BitConverter).GetMethod(nameof(BitConverter.SingleToInt32Bits))!, a, LaneKind.Integer);

    /// <summary>An integer's bits as a float.</summary>
    public Lane AsFloat(Lane a) =>
        Convert("AsSingle", typeof(int), typeof(BitConverter).GetMethod(nameof(BitConverter.Int32BitsToSingle))!, a, LaneKind.Float);

    /// <summary>An integer rounded to the nearest float.</summary>
    public Lane ToFloat(Lane a) => Convert("ConvertToSingle", typeof(int), null, a, LaneKind.Float);

    /// <summary>A float truncated to an integer; saturates, and gives 0 for NaN.</summary>
    public Lane ToInteger(Lane a) => Convert("ConvertToInt32", typeof(float), null, a, LaneKind.Integer);

    public Lane Less(Lane a, Lane b) => Compare("LessThan", a, b, () => il.Emit(OpCodes.Clt));

    public Lane LessOrEqual(Lane a, Lane b) => Compare("LessThanOrEqual", a, b, () =>
    {
        il.Emit(OpCodes.Cgt_Un);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Ceq);
    });

    public Lane Equal(Lane a, Lane b) => Compare("Equals", a, b, () => il.Emit(OpCodes.Ceq));

    /// <summary>A where the comparison held, else B.</summary>
    public Lane Select(Lane mask, Lane a, Lane b)
    {
        Push(mask);
        if (lanes > 1)
        {
            Push(a);
            Push(b);
            il.Emit(OpCodes.Call, VectorMethods.Find(lanes, "ConditionalSelect", typeof(float), FloatType, FloatType, FloatType));
            return Pop(LaneKind.Float);
        }

        Label chosen = il.DefineLabel(), end = il.DefineLabel();
        il.Emit(OpCodes.Brtrue, chosen);
        Push(b);
        il.Emit(OpCodes.Br, end);
        il.MarkLabel(chosen);
        Push(a);
        il.MarkLabel(end);
        return Pop(LaneKind.Float);
    }

    /// <summary>
    /// Replaces lanes of y whose x is beyond a limit in size by what <paramref name="slow"/> (x, y, limit, lanes) makes of them; it is only
    /// called when there are such lanes.
    /// </summary>
    public Lane Repair(Lane x, Lane y, float limit, MethodInfo slow)
    {
        Lane result = Declare(LaneKind.Float);
        Assign(result, y);
        Lane size = Absolute(x);
        Label done = il.DefineLabel();
        Push(size);
        Push(Constant(limit));
        if (lanes == 1)
        {
            il.Emit(OpCodes.Ble_Un, done);
        }
        else
        {
            il.Emit(OpCodes.Call, VectorMethods.Find(lanes, "GreaterThanAny", typeof(float), FloatType, FloatType));
            il.Emit(OpCodes.Brfalse, done);
        }

        // Locals whose address is taken live in memory, so the values the fast path holds are copied into others.
        LocalBuilder sharedX = il.DeclareLocal(FloatType), sharedY = il.DeclareLocal(FloatType);
        Push(x);
        il.Emit(OpCodes.Stloc, sharedX);
        Push(y);
        il.Emit(OpCodes.Stloc, sharedY);
        il.Emit(OpCodes.Ldloca, sharedX);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Ldloca, sharedY);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Ldc_R4, limit);
        il.Emit(OpCodes.Ldc_I4, lanes);
        il.Emit(OpCodes.Call, slow);
        il.Emit(OpCodes.Ldloc, sharedY);
        il.Emit(OpCodes.Stloc, result.Local!);
        il.MarkLabel(done);
        return result;
    }

    /// <summary>Puts the sum, or the maximum, of a value's lanes on the evaluation stack, taken in an order that depends on the lanes'
    /// number alone.</summary>
    public void PushAcross(Lane value, bool maximum)
    {
        Push(value);
        string name = maximum ? nameof(AcrossLanes.Maximum) : nameof(AcrossLanes.Sum);
        if (lanes > 1) il.Emit(OpCodes.Call, typeof(AcrossLanes).GetMethod(name, [FloatType])!);
    }

    private Type TypeOf(LaneKind kind) => kind switch
    {
        LaneKind.Float => FloatType,
        LaneKind.Integer => IntegerType,
        _ => lanes == 1 ? typeof(int) : FloatType,
    };

    private static Type ElementOf(LaneKind kind) => kind == LaneKind.Integer ? typeof(int) : typeof(float);

    private Lane Arithmetic(string name, OpCode scalar, params ReadOnlySpan<Lane> arguments)
    {
        LaneKind kind = arguments[0].Kind;
        if (lanes > 1) return Function(name, ElementOf(kind), arguments);
        foreach (Lane argument in arguments) Push(argument);
        il.Emit(scalar);
        return Pop(kind);
    }

    private Lane Function(string name, Type element, params ReadOnlySpan<Lane> arguments)
    {
        LaneKind kind = arguments[0].Kind;
        foreach (Lane argument in arguments) Push(argument);
        Type[] types = new Type[arguments.Length];
        Array.Fill(types, TypeOf(kind));
        il.Emit(OpCodes.Call, lanes > 1 ? VectorMethods.Find(lanes, name, element, types) : typeof(MathF).GetMethod(name, types)!);
        return Pop(kind);
    }

    private Lane Shift(string name, OpCode scalar, Lane a, int bits)
    {
        Push(a);
        il.Emit(OpCodes.Ldc_I4, bits);
        if (lanes > 1) il.Emit(OpCodes.Call, VectorMethods.Find(lanes, name, typeof(int), IntegerType, typeof(int)));
        else il.Emit(scalar);
        return Pop(LaneKind.Integer);
    }

    private Lane Convert(string name, Type from, MethodInfo? scalar, Lane a, LaneKind to)
    {
        Push(a);
        if (lanes > 1) il.Emit(OpCodes.Call, VectorMethods.Find(lanes, name, from, TypeOf(a.Kind)));
        else if (scalar is not null) il.Emit(OpCodes.Call, scalar);
        else il.Emit(to == LaneKind.Float ? OpCodes.Conv_R4 : OpCodes.Conv_I4);
        return Pop(to);
    }

    private Lane Compare(string name, Lane a, Lane b, Action scalar)
    {
        Push(a);
        Push(b);
        if (lanes > 1) il.Emit(OpCodes.Call, VectorMethods.Find(lanes, name, typeof(float), FloatType, FloatType));
        else scalar();
        return Pop(LaneKind.Mask);
    }
}
