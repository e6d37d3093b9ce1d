using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>A schedule with its kernels: what all plans of one structure share.</summary>
internal sealed class CpuProgram
{
    /// <summary>Terms of a convolution's sums that are few for vectors of 512 bits.</summary>
    private const int FewTerms = 96;

    public CpuProgram(Graph graph, VectorWidth width, KernelCache loops)
    {
        Schedule = Schedule.Of(graph);
        Kernels = [.. Schedule.Launches.Select(launch => KernelOf(launch, graph, width, loops))];
        Prepared = [.. Kernels.Select((kernel, launch) => FormOf(kernel, Schedule.Launches[launch]))];
        Schedule.Place(launch => Allocation.Align(Kernels[launch].WorkspaceBytes) + (Prepared[launch] is null ? Kernels[launch].PreparedBytes : 0));
    }

    public Schedule Schedule { get; }

    /// <summary>One kernel for each launch.</summary>
    public Kernel[] Kernels { get; }

    /// <summary>
    /// For each launch, the form of what it prepares of a variable, which is kept from run to run; null where it depends on more, or the
    /// program changes the variable. A kernel is a form of its own.
    /// </summary>
    public object?[] Prepared { get; }

    /// <summary>What kernels have prepared that share it with none; it goes when the program goes.</summary>
    public PreparedWeights Own { get; } = new();

    /// <summary>Bytes that a thread has for itself.</summary>
    public long ScratchBytes => Kernels.Max(kernel => kernel.ScratchBytes);

    private static Kernel KernelOf(Launch launch, Graph graph, VectorWidth width, KernelCache loops)
    {
        if (launch is LoopLaunch loop) return LoopKernel.Create(loop.Nest, width, loops);
        var heavy = (HeavyLaunch)launch;
        if (heavy.Moments is not { } moments) return KernelOf(heavy, graph, width, loops);
        Kernel? results = heavy.Op is Moment ? null : KernelOf(heavy, graph, width, loops);
        return new MomentsKernel(results, ChannelMoments.Of(moments, results?.Grid), moments.Values, moments.Mean, moments.Variance);
    }

    private static Kernel KernelOf(HeavyLaunch heavy, Graph graph, VectorWidth width, KernelCache loops)
    {
        View[] inputs = heavy.Inputs;
        Shape first = inputs[0].Shape, output = heavy.Output;
        LoopEpilogue? epilogue = heavy.Epilogue is null ? null : new LoopEpilogue(heavy.Epilogue, heavy.Runs, heavy.Inputs.Length, width, loops);
        ImagePitches? source = heavy.Op is Conv2d or Conv2dInputGradient ? ImagePitches.Of(inputs[0]) : null;
        bool gathers = heavy.Moments is not null;
        bool keepsWeights = heavy.Op is Convolution && IsUnchanged(heavy.Operands[1].Node, graph);
        switch (heavy.Op)
        {
            case Conv2d conv:
                ConvolutionGeometry forward = Convolution.Geometry(first, inputs[1].Shape, conv.Window);
                width = WidthFor(forward, forward.InChannels, forward.OutChannels, width);
                return ConvolutionChoice.ResultsTogether(forward) is > 1 and int together
                    ? WinogradKernel.Forward(forward, together, width, epilogue: epilogue, source: source, keepsWeights: keepsWeights)
                    : new ConvolutionKernel(forward, width, epilogue: epilogue, source: source, keepsWeights: keepsWeights, onGrid: gathers);
            case Conv2dInputGradient conv:
                ConvolutionGeometry backward = Convolution.Geometry(output, inputs[1].Shape, conv.Window);
                width = WidthFor(backward, backward.OutChannels, backward.InChannels, width);
                return ConvolutionChoice.ResultsTogether(backward) is > 1 and int results
                    ? WinogradKernel.InputGradient(backward, results, width, epilogue: epilogue, source: source, keepsWeights: keepsWeights)
                    : new ConvolutionInputGradientKernel(
                        backward, width, epilogue: epilogue, source: source, keepsWeights: keepsWeights, onGrid: gathers);
            case Conv2dWeightGradient conv:
                ConvolutionGeometry geometry = Convolution.Geometry(first, output, conv.Window);
                ImagePitches image = ImagePitches.Of(inputs[0]), gradient = ImagePitches.Of(inputs[1]);
                return ConvolutionChoice.ForWeightGradient(geometry) is > 1 and int squares
                    ? new WinogradWeightGradientKernel(geometry, squares, width, input: image, gradient: gradient)
                    : new ConvolutionWeightGradientKernel(geometry, width, input: image, gradient: gradient);
            case MatMul:
                return new MatMulKernel(MatMulGeometry.Of(inputs[0], inputs[1]), width, epilogue: epilogue);
            case MaxPoolPick pool:
                return new PoolPickKernel(new PoolWindow(first[0], first[1], first[2], first[3], pool.KernelHeight, pool.KernelWidth, pool.Window));
            case MaxPoolScatter pool:
                return new PoolScatterKernel(new PoolWindow(first[0], first[1], first[2], first[3], pool.KernelHeight, pool.KernelWidth, pool.Window));
            case Resample resample:
                (long outer, long inner) = Around(first, resample.Axis);
                return new ResampleKernel(resample.Taps(first), outer, inner);
            case Gather:
                return new GatherKernel(first[0], first.Count / first[0], inputs[1].Shape.Count);
            case SegmentSum sum:
                return new SegmentSumKernel(sum.Rows, output.Count / sum.Rows, inputs[1].Shape.Count);
            case RandomNumbers random:
                return new RandomKernel(random.Distribution, output.Count, random.Site);
            default:
                throw new NotSupportedException($"The CPU has no kernel for {heavy.Op.Name}.");
        }
    }

    /// <summary>
    /// The vectors for a convolution: those of 512 bits would be half empty with few channels, or, with few terms as well, take longer to be
    /// added up than to be filled.
    /// </summary>
    private static VectorWidth WidthFor(in ConvolutionGeometry g, int source, int destination, VectorWidth width) =>
        width == VectorWidth.Bits512 && g.Window.Groups == 1
        && destination <= (int)VectorWidth.Bits256 && source * g.KernelHeight * g.KernelWidth <= FewTerms
            ? VectorWidth.Bits256 : width;

    private static (long Outer, long Inner) Around(Shape shape, int axis)
    {
        long outer = 1, inner = 1;
        for (int i = 0; i < axis; i++) outer *= shape[i];
        for (int i = axis + 1; i < shape.Rank; i++) inner *= shape[i];
        return (outer, inner);
    }

    /// <summary>Whether an operand is a variable that the step leaves as it is.</summary>
    private static bool IsUnchanged(int node, Graph graph) =>
        graph.Nodes[node].Op is Slot { Kind: "read" } && !graph.Updates.Any(update => update.Variable == node);

    private object? FormOf(Kernel kernel, Launch launch)
    {
        if (kernel.PreparedOperand < 0) return null;
        Operand operand = launch.Operands[kernel.PreparedOperand];
        if (!IsUnchanged(operand.Node, Schedule.Graph)) return null;
        return kernel.PreparedForm is { } form ? Tuple.Create(operand.Offset, form) : kernel;
    }
}
