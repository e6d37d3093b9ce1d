using System.Diagnostics;
using System.Reflection.Emit;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A transform of squares of numbers, one for each channel: the same linear map along every column, then along every row. Pitches are in
/// bytes; <paramref name="vectors"/> vectors of adjacent channels are transformed.
/// </summary>
internal unsafe delegate void SquareTransform(
    float* from, long fromRow, long fromColumn, float* to, long toRow, long toColumn, long vectors);

/// <summary>
/// The three transforms of a minimal filtering algorithm F(r x r, 3x3) (Winograd 1980; Lavin and Gray 2016): r x r results of a 3x3 kernel
/// from p x p pixels by as many products, where p = r + 2. Along one axis, pixels and kernel are taken as polynomials and evaluated at p
/// points; the products of the values determine the results.
/// </summary>
/// <remarks>
/// <para>The points decide how rounding errors grow. F(4x4) has 0, a, -a, b, -b and infinity with a = 11/16 and b = 11/8, which give a
/// quarter of the largest error, and half of the mean, of the textbook's 1 and 2; F(2x2) has 0, 1, -1 and infinity. docs/kernels.md has
/// the figures.</para>
/// <para>Each transform is emitted once for a width. One channel's result does not depend on the lane it is in.</para>
/// </remarks>
internal sealed unsafe class WinogradTransform
{
    /// <summary>Taps of the kernel along an axis.</summary>
    public const int Taps = 3;

    private const double A = 11 / 16.0, B = 11 / 8.0;
    private const double SquareA = A * A, SquareB = B * B;

    private static readonly KernelCache Cache = new(capacity: 24);

    /// <summary>The transforms of F(4x4, 3x3) or F(2x2, 3x3).</summary>
    /// <param name="results">4 or 2.</param>
    /// <param name="width">The vector registers to use.</param>
    public WinogradTransform(int results, VectorWidth width)
    {
        (Results, Points) = (results, results + Taps - 1);
        OfKernel = Get("kernel", Taps, Points, results == 4 ? KernelLine4 : KernelLine2);
        OfPixels = Get("pixels", Points, Points, results == 4 ? PixelLine4 : PixelLine2);
        ToResults = Get("results", Points, results, results == 4 ? ResultLine4 : ResultLine2);

        SquareTransform Get(string name, int from, int to, Func<LaneEmitter, Lane[], Lane[]> line) =>
            Cache.Get((width, name, results), () => Emit(width, name, from, to, line));
    }

    /// <summary>Results of one tile along an axis.</summary>
    public int Results { get; }

    /// <summary>Pixels that a tile reads along an axis, and the points that they are evaluated at.</summary>
    public int Points { get; }

    /// <summary>From the taps of a kernel to the values at all points.</summary>
    public SquareTransform OfKernel { get; }

    /// <summary>From pixels to the values at all points.</summary>
    public SquareTransform OfPixels { get; }

    /// <summary>From the products at all points to results.</summary>
    public SquareTransform ToResults { get; }

    private static Lane Constant(double value) => LaneEmitter.Constant((float)value);

    private static Lane[] KernelLine2(LaneEmitter emit, Lane[] g)
    {
        Lane half = Constant(0.5), even = emit.Multiply(emit.Add(g[0], g[2]), half);
        return [g[0], emit.MultiplyAdd(g[1], half, even), emit.MultiplyAdd(g[1], Constant(-0.5), even), g[2]];
    }

    private static Lane[] PixelLine2(LaneEmitter emit, Lane[] d) =>
        [emit.Subtract(d[0], d[2]), emit.Add(d[1], d[2]), emit.Subtract(d[2], d[1]), emit.Subtract(d[3], d[1])];

    private static Lane[] ResultLine2(LaneEmitter emit, Lane[] m) =>
        [emit.Add(m[0], emit.Add(m[1], m[2])), emit.Add(m[3], emit.Subtract(m[1], m[2]))];

    /// <summary>The kernel's polynomial, over the product of a point's distances from the others, at each point.</summary>
    private static Lane[] KernelLine4(LaneEmitter emit, Lane[] g)
    {
        (Lane plusA, Lane minusA) = At(A, 1 / (2 * SquareA * (SquareA - SquareB)));
        (Lane plusB, Lane minusB) = At(B, 1 / (2 * SquareB * (SquareB - SquareA)));
        return [emit.Multiply(g[0], Constant(1 / (SquareA * SquareB))), plusA, minusA, plusB, minusB, g[2]];

        (Lane, Lane) At(double point, double scale)
        {
            Lane even = emit.MultiplyAdd(g[2], Constant(point * point * scale), emit.Multiply(g[0], Constant(scale)));
            return
            (
                emit.MultiplyAdd(g[1], Constant(point * scale), even),
                emit.MultiplyAdd(g[1], Constant(-point * scale), even)
            );
        }
    }

    /// <summary>The transpose of the interpolation through all points.</summary>
    private static Lane[] PixelLine4(LaneEmitter emit, Lane[] d)
    {
        (Lane plusA, Lane minusA) = At(A, SquareB);
        (Lane plusB, Lane minusB) = At(B, SquareA);
        return [Outer(d[0], d[2], d[4]), plusA, minusA, plusB, minusB, Outer(d[1], d[3], d[5])];

        (Lane, Lane) At(double point, double otherSquare)
        {
            Lane even = emit.MultiplyAdd(d[2], Constant(-otherSquare), d[4]), odd = emit.MultiplyAdd(d[1], Constant(-otherSquare), d[3]);
            return (emit.MultiplyAdd(odd, Constant(point), even), emit.MultiplyAdd(odd, Constant(-point), even));
        }

        Lane Outer(Lane low, Lane middle, Lane high) =>
            emit.MultiplyAdd(low, Constant(SquareA * SquareB), emit.MultiplyAdd(middle, Constant(-SquareA - SquareB), high));
    }

    /// <summary>The transpose of the evaluation of a polynomial with four coefficients at each point.</summary>
    private static Lane[] ResultLine4(LaneEmitter emit, Lane[] m)
    {
        Lane evenA = emit.Add(m[1], m[2]), oddA = emit.Subtract(m[1], m[2]);
        Lane evenB = emit.Add(m[3], m[4]), oddB = emit.Subtract(m[3], m[4]);
        return
        [
            emit.Add(m[0], emit.Add(evenA, evenB)),
            emit.MultiplyAdd(oddA, Constant(A), emit.Multiply(oddB, Constant(B))),
            emit.MultiplyAdd(evenA, Constant(SquareA), emit.Multiply(evenB, Constant(SquareB))),
            emit.MultiplyAdd(oddA, Constant(A * SquareA), emit.MultiplyAdd(oddB, Constant(B * SquareB), m[5])),
        ];
    }

    private static SquareTransform Emit(VectorWidth width, string name, int from, int to, Func<LaneEmitter, Lane[], Lane[]> line)
    {
        Type[] parameters = [typeof(float*), typeof(long), typeof(long), typeof(float*), typeof(long), typeof(long), typeof(long)];
        var method = new DynamicMethod(
            "Winograd " + name, typeof(void), parameters, typeof(WinogradTransform).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        var emit = new LaneEmitter(il, (int)width);
        LocalBuilder line0 = il.DeclareLocal(typeof(nint)), at = il.DeclareLocal(typeof(nint));
        Label start = il.DefineLabel();
        il.MarkLabel(start);

        // Columns, from top to bottom.
        var grid = new Lane[to, from];
        Begin(argument: 0);
        for (int column = 0; column < from; column++)
        {
            var values = new Lane[from];
            for (int row = 0; row < from; row++)
            {
                il.Emit(OpCodes.Ldloc, at);
                values[row] = emit.Load(contiguous: true);
                if (row < from - 1) Advance(at, at, pitch: 1);
            }
            if (column < from - 1) NextLine(pitch: 2);
            Lane[] results = line(emit, values);
            for (int row = 0; row < to; row++) grid[row, column] = results[row];
        }

        // Rows, from left to right.
        Begin(argument: 3);
        for (int row = 0; row < to; row++)
        {
            Lane[] results = line(emit, [.. Enumerable.Range(0, from).Select(column => grid[row, column])]);
            for (int column = 0; column < to; column++)
            {
                emit.Store(results[column], () => il.Emit(OpCodes.Ldloc, at));
                if (column < to - 1) Advance(at, at, pitch: 5);
            }
            if (row < to - 1) NextLine(pitch: 4);
        }
        Debug.Assert(emit.Operations <= TileEmitter.MaxOperations, "the JIT would give up on this method");

        foreach (short pointer in (short[])[0, 3])
        {
            il.Emit(OpCodes.Ldarg, pointer);
            il.Emit(OpCodes.Ldc_I4, (int)width * sizeof(float));
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Starg, pointer);
        }
        il.Emit(OpCodes.Ldarg, (short)6);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Starg, (short)6);
        il.Emit(OpCodes.Ldarg, (short)6);
        il.Emit(OpCodes.Brtrue, start);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<SquareTransform>();

        void Begin(short argument)
        {
            il.Emit(OpCodes.Ldarg, argument);
            il.Emit(OpCodes.Stloc, line0);
            il.Emit(OpCodes.Ldloc, line0);
            il.Emit(OpCodes.Stloc, at);
        }

        void NextLine(short pitch)
        {
            Advance(line0, line0, pitch);
            il.Emit(OpCodes.Ldloc, line0);
            il.Emit(OpCodes.Stloc, at);
        }

        void Advance(LocalBuilder target, LocalBuilder source, short pitch)
        {
            il.Emit(OpCodes.Ldloc, source);
            il.Emit(OpCodes.Ldarg, pitch);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, target);
        }
    }
}
