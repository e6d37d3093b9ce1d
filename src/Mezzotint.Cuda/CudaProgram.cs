using Mezzotint.Cuda.Driver;
using Mezzotint.Cuda.Kernels;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda;

/// <summary>A schedule with the calls of its launches: what all plans of one structure share.</summary>
internal sealed class CudaProgram
{
    private readonly Tables _tables = new();

    public CudaProgram(Graph graph, IDriver driver)
    {
        Schedule = Schedule.Of(graph, pitchedImages: false);
        var workspaces = new long[Schedule.Launches.Length];
        Calls = new Call[Schedule.Launches.Length][];
        Algorithms = new string?[Schedule.Launches.Length];
        for (int i = 0; i < Calls.Length; i++)
        {
            (IEnumerable<Call> calls, Algorithms[i]) = Schedule.Launches[i] switch
            {
                LoopLaunch loop => (Loop(loop, i >= Schedule.Commit, ref workspaces[i]), null),
                HeavyLaunch heavy => Heavy(heavy, driver, ref workspaces[i]),
                var other => throw new NotSupportedException($"There is no CUDA for a {other.GetType().Name}."),
            };
            Calls[i] = [.. calls];
        }

        Schedule.Place(launch => Allocation.Align(workspaces[launch]));
        OutputCalls = [.. graph.Outputs.Select(output => HandOver(graph.Nodes[output].Shape.Count))];

        // A value that is itself a variable may be overwritten by another copy: all such are read before any is written.
        Staged = [.. Schedule.Copies.Where(update => graph.Nodes[Schedule.Layout[graph.Updates[update].Value].Source].Op is LeafOp)];
        StagingBytes = Staged.Sum(update => Allocation.Align(Bytes(graph, update)));
        CopyCalls = Schedule.Copies.ToDictionary(update => update, update => Copy(Bytes(graph, update) / sizeof(float), committing: true));
        StageCalls = Staged.ToDictionary(update => update, update => Copy(Bytes(graph, update) / sizeof(float), committing: false));
        Kernels = [.. Calls.SelectMany(calls => calls).Concat(OutputCalls).Concat(CopyCalls.Values).Concat(StageCalls.Values)
            .OfType<KernelCall>().Select(call => call.Source).Distinct()];
    }

    public Schedule Schedule { get; }

    /// <summary>For each launch what the GPU does for it.</summary>
    public Call[][] Calls { get; }

    /// <summary>For each launch how it is computed.</summary>
    public string?[] Algorithms { get; }

    /// <summary>For each output what hands it over, from operand 0 to operand 1.</summary>
    public KernelCall[] OutputCalls { get; }

    /// <summary>The updates whose value is copied aside before any copy is made.</summary>
    public int[] Staged { get; }

    /// <summary>The bytes they take aside, beyond the arena of the schedule.</summary>
    public long StagingBytes { get; }

    /// <summary>For each update that is copied what does it, from operand 0 to operand 1.</summary>
    public Dictionary<int, KernelCall> CopyCalls { get; }

    /// <summary>For each update that is copied aside what does it, from operand 0 to operand 1.</summary>
    public Dictionary<int, KernelCall> StageCalls { get; }

    /// <summary>Every kernel once.</summary>
    public KernelSource[] Kernels { get; }

    /// <summary>The bytes of memory that a run has for itself.</summary>
    public long ArenaBytes => Schedule.ArenaBytes + StagingBytes;

    /// <summary>Words that the kernels read and that never change.</summary>
    public int[] Tables => _tables.Words;

    private static long Bytes(Graph graph, int update) => graph.Nodes[graph.Updates[update].Variable].Shape.Count * sizeof(float);

    private static KernelCall HandOver(long count) => PointSource.HandOver(Argument.Of(0, count, Use.Read), Argument.Of(1, count, Use.Write), count);

    private static KernelCall Copy(long count, bool committing) =>
        PointSource.Copy(Argument.Of(0, count, Use.Read), Argument.Of(1, count, Use.Write), count, committing);

    private static IEnumerable<Call> Loop(LoopLaunch loop, bool committing, ref long workspace) => LoopSource.Calls(
        loop.Nest, [.. loop.Operands.Select((_, i) => (Place.Operand, (long)i))], [.. loop.Operands.Select(operand => (long?)operand.Offset)], committing,
        ref workspace);

    private (IEnumerable<Call> Calls, string? Algorithm) Heavy(HeavyLaunch launch, IDriver driver, ref long workspace)
    {
        View[] inputs = launch.Inputs;
        Shape output = launch.Output;
        switch (launch.Op)
        {
            case Conv2d conv:
                ConvolutionGeometry forward = Convolution.Geometry(inputs[0].Shape, inputs[1].Shape, conv.Window);
                return LibraryProduct.Convolution(launch, ConvolutionSide.Forward, forward, driver, ref workspace) is { } byLibrary
                    ? (byLibrary, LibraryProduct.ConvolutionAlgorithm)
                    : (ConvolutionSource.Forward(launch, forward), ConvolutionSource.Algorithm);
            case Conv2dInputGradient conv:
                ConvolutionGeometry backward = Convolution.Geometry(output, inputs[1].Shape, conv.Window);
                return LibraryProduct.Convolution(launch, ConvolutionSide.InputGradient, backward, driver, ref workspace) is { } backwards
                    ? (backwards, LibraryProduct.ConvolutionAlgorithm)
                    : (ConvolutionSource.InputGradient(launch, backward), ConvolutionSource.Algorithm);
            case Conv2dWeightGradient conv:
                ConvolutionGeometry weights = Convolution.Geometry(inputs[0].Shape, output, conv.Window);
                return LibraryProduct.Convolution(launch, ConvolutionSide.WeightGradient, weights, driver, ref workspace) is { } gradients
                    ? (gradients, LibraryProduct.ConvolutionAlgorithm)
                    : (ConvolutionSource.WeightGradient(launch, weights, ref workspace), ConvolutionSource.Algorithm);
            case MatMul:
                MatMulGeometry product = MatMulGeometry.Of(inputs[0], inputs[1]);
                return LibraryProduct.Matrices(launch, product, driver, ref workspace) is { } products
                    ? (products, LibraryProduct.MatrixAlgorithm)
                    : (MatMulSource.Calls(launch, product), MatMulSource.Algorithm);
            case MaxPoolPick pool: return ([PointSource.PoolPick(launch, pool)], null);
            case MaxPoolScatter pool: return ([PointSource.PoolScatter(launch, pool)], null);
            case Resample resample: return ([PointSource.Resample(launch, resample, resample.Taps(inputs[0].Shape), _tables)], null);
            case Gather: return ([PointSource.Gather(launch)], null);
            case SegmentSum sum: return ([PointSource.SegmentSum(launch, sum)], null);
            case RandomNumbers random: return ([PointSource.Random(launch, random)], null);
            default: throw new NotSupportedException($"There is no CUDA for {launch.Op.Name}.");
        }
    }
}
