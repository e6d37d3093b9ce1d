using Mezzotint.Cuda.Driver;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda.Kernels;

/// <summary>
/// Products and convolutions by a library, with what it takes around them: weights turned to its order, and the launch's epilogue as a loop
/// over the raw result.
/// </summary>
internal static class LibraryProduct
{
    /// <summary>What convolutions by the library are called in a plan's summary.</summary>
    public const string ConvolutionAlgorithm = "cuDNN";

    /// <summary>What products by the library are called in a plan's summary.</summary>
    public const string MatrixAlgorithm = "cuBLAS";

    /// <summary>The calls of a product of matrices, or null where the library has none for it.</summary>
    public static IEnumerable<Call>? Matrices(HeavyLaunch launch, MatMulGeometry g, IDriver driver, ref long workspace)
    {
        if (!driver.HasMatrixProducts) return null;
        if (MatrixLayout.Of(g.Rows, g.Depth, g.ARowStride, g.ADepthStride, g.ABatchStride) is not { } left) return null;
        if (MatrixLayout.Of(g.Depth, g.Columns, g.BDepthStride, g.BColumnStride, g.BBatchStride) is not { } right) return null;
        (Argument result, IEnumerable<Call> after) = Result(launch, ref workspace);
        Argument[] arguments =
        [
            Argument.Of(0, launch.Inputs[0].Shape.Span, launch.Inputs[0].Strides, Use.Read),
            Argument.Of(1, launch.Inputs[1].Shape.Span, launch.Inputs[1].Strides, Use.Read),
            result,
        ];
        return [new MatMulCall(g.Batch, g.Rows, g.Columns, g.Depth, left, right, arguments), .. after];
    }

    /// <summary>The calls of a convolution or one of its gradients, or null where the library has none for it.</summary>
    public static IEnumerable<Call>? Convolution(
        HeavyLaunch launch, ConvolutionSide side, in ConvolutionGeometry g, IDriver driver, ref long workspace)
    {
        if (g.Window.PadTop != g.Window.PadBottom || g.Window.PadLeft != g.Window.PadRight) return null;
        if (driver.ConvolutionWorkspace(side, g) is not { } scratch) return null;

        Shape ours = [g.KernelHeight, g.KernelWidth, g.InChannelsPerGroup, g.OutChannels];
        Shape theirs = [g.OutChannels, g.KernelHeight, g.KernelWidth, g.InChannelsPerGroup];
        long[] dense = theirs.DenseStrides();
        long[] turned = [dense[1], dense[2], dense[3], dense[0]];
        long weights = Reserve(ours.Count * sizeof(float), ref workspace);
        var own = new Argument(Place.Workspace, Reserve(scratch, ref workspace), 0, scratch, Use.Read | Use.Write);
        Argument first = Argument.Of(0, launch.Inputs[0].Shape.Count, Use.Read);
        if (side == ConvolutionSide.WeightGradient)
        {
            Argument second = Argument.Of(1, launch.Inputs[1].Shape.Count, Use.Read), gradient = Argument.InWorkspace(weights, ours.Count, Use.Write);
            return
            [
                .. Convolve(driver.Precision, side, g, first, second, gradient, own, ref workspace),
                .. Move(ours, (Place.Workspace, weights), turned, (Place.Operand, 2), ours.DenseStrides(), ref workspace),
            ];
        }

        IEnumerable<Call> before = Move(ours, (Place.Operand, 1), ours.DenseStrides(), (Place.Workspace, weights), turned, ref workspace);
        (Argument result, IEnumerable<Call> after) = Result(launch, ref workspace);
        Argument filter = Argument.InWorkspace(weights, ours.Count, Use.Read);
        return [.. before, .. Convolve(driver.Precision, side, g, first, filter, result, own, ref workspace), .. after];
    }

    /// <summary>The library's call; in bfloat16, its operands are rounded before and its result is widened after.</summary>
    private static Call[] Convolve(
        CudaPrecision precision, ConvolutionSide side, in ConvolutionGeometry g, Argument left, Argument right, Argument result, Argument own, ref long workspace)
    {
        if (precision != CudaPrecision.Bfloat16) return [new ConvolutionCall(side, g, Halves: false, [left, right, result, own])];
        Argument leftHalves = Halves(left, ref workspace), rightHalves = Halves(right, ref workspace), resultHalves = Halves(result, ref workspace);
        return
        [
            PointSource.Narrow(left, leftHalves with { Use = Use.Write }, Count(left)),
            PointSource.Narrow(right, rightHalves with { Use = Use.Write }, Count(right)),
            new ConvolutionCall(side, g, Halves: true, [leftHalves, rightHalves, resultHalves, own]),
            PointSource.Widen(resultHalves with { Use = Use.Read }, result, Count(result)),
        ];

        static long Count(in Argument dense) => dense.End / sizeof(float);

        static Argument Halves(in Argument dense, ref long workspace) =>
            Argument.HalvesInWorkspace(Reserve((Count(dense) + 1) / 2 * sizeof(uint), ref workspace), Count(dense), dense.Use);
    }

    /// <summary>Where the raw result goes, and what finishes it.</summary>
    private static (Argument Result, IEnumerable<Call> After) Result(HeavyLaunch launch, ref long workspace)
    {
        int first = launch.Inputs.Length;
        long count = launch.Output.Count;
        if (launch.Epilogue is not { } nest) return (Argument.Of(first, count, Use.Write), []);
        long raw = Reserve(count * sizeof(float), ref workspace);
        (Place, long)[] operands = [(Place.Workspace, raw), .. Enumerable.Range(first + 1, nest.Operands.Length - 1).Select(i => (Place.Operand, (long)i))];
        long?[] offsets = [0, .. launch.Operands[(first + 1)..].Select(operand => (long?)operand.Offset)];
        return (Argument.InWorkspace(raw, count, Use.Write), LoopSource.Calls(nest, operands, offsets, committing: false, ref workspace));
    }

    private static IEnumerable<Call> Move(
        Shape shape, (Place, long) from, long[] fromStrides, (Place, long) to, long[] toStrides, ref long workspace)
    {
        var body = new LoopBody([new Instruction(Opcode.Load, 0), new Instruction(Opcode.Store, 0, 1)]);
        var nest = new LoopNest(body, shape.ToArray(), [new LoopOperand(Access.Read, fromStrides), new LoopOperand(Access.Write, toStrides)]);
        return LoopSource.Calls(nest, [from, to], [null, null], committing: false, ref workspace);
    }

    private static long Reserve(long bytes, ref long workspace)
    {
        long place = workspace;
        workspace += Allocation.Align(bytes);
        return place;
    }
}
