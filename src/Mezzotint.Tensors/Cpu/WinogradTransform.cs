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
/// The transforms of a minimal filtering algorithm along both axes, F(r x r, k x k) (Winograd 1980; Lavin and Gray 2016): r x r results of
/// a kernel of k x k taps from p x p pixels by as many products, where p = r + k - 1.
/// </summary>
/// <remarks>Each is emitted once for a width, when it is first asked for. One channel's result does not depend on the lane it is
/// in.</remarks>
internal sealed unsafe class WinogradTransform
{
    private static readonly KernelCache Cache = new(capacity: 64);

    private readonly VectorWidth _width;
    private readonly MinimalFilter _filter;
    private SquareTransform? _ofKernel, _ofPixels, _toResults, _ofResults, _toKernel;

    /// <summary>The transforms of F(results x results, taps x taps).</summary>
    /// <param name="results">4, 3 or 2.</param>
    /// <param name="taps">5, 4, 3 or 2.</param>
    /// <param name="width">The vector registers to use.</param>
    public WinogradTransform(int results, int taps, VectorWidth width)
    {
        (Results, Taps, Points) = (results, taps, results + taps - 1);
        _width = width;
        _filter = MinimalFilter.Of(results, taps);
    }

    /// <summary>Results of one tile along an axis.</summary>
    public int Results { get; }

    /// <summary>Taps of the kernel along an axis.</summary>
    public int Taps { get; }

    /// <summary>Pixels that a tile reads along an axis, and the points that they are evaluated at.</summary>
    public int Points { get; }

    /// <summary>From the taps of a kernel to the values at all points.</summary>
    public SquareTransform OfKernel => _ofKernel ??= Get("kernel", Taps, Points, _filter.OfKernel);

    /// <summary>From pixels to the values at all points.</summary>
    public SquareTransform OfPixels => _ofPixels ??= Get("pixels", Points, Points, _filter.OfPixels);

    /// <summary>From the products at all points to results.</summary>
    public SquareTransform ToResults => _toResults ??= Get("results", Points, Results, _filter.ToResults);

    /// <summary>From the gradients of results to the values at all points.</summary>
    public SquareTransform OfResults => _ofResults ??= Get("gradient of results", Results, Points, _filter.OfResults);

    /// <summary>From sums of products at all points to the gradients of the taps.</summary>
    public SquareTransform ToKernel => _toKernel ??= Get("gradient of the kernel", Points, Taps, _filter.ToKernel);

    private SquareTransform Get(string name, int from, int to, Func<LaneEmitter, Lane[], Lane[]> line) =>
        Cache.Get((_width, name, Results, Taps), () => Emit(_width, name, from, to, line));

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
