using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Weights.Onnx;

/// <summary>
/// A network's graph in ONNX's operators. Images are kept N,C,H,W: a permutation of axes is first only noted, and becomes a Transpose
/// where an
/// operation needs an order that its input does not have. What depends on weights alone is a constant.
/// </summary>
internal sealed partial class Translation
{
    /// <summary>For each axis of an image in ONNX, ours: N,C,H,W of N,H,W,C.</summary>
    public static readonly int[] ImageOrder = [0, 3, 1, 2];

    private readonly Trace _trace;
    private readonly Value?[] _values;
    private readonly Refusal?[] _refusals;
    private readonly Extent _one;

    private Translation(Trace trace)
    {
        _trace = trace;
        _values = new Value?[trace.Nodes.Length];
        _refusals = new Refusal?[trace.Nodes.Length];
        _one = trace.Nodes[trace.Input].Shape[0].Map(_ => 1);
        TraceNode input = trace.Nodes[trace.Input];
        int[] order = DefaultOrder(input.Shape.Length);
        Input = new Value(Graph.NewId(), order, [.. order.Select(axis => input.Shape[axis])]);
        for (int node = 0; node < _values.Length; node++)
        {
            try
            {
                _values[node] = node == trace.Input ? Input : Translate(node);
            }
            catch (Refusal refusal)
            {
                // A reader may take the node into an operator of its own (a mean, a pixel shuffle) and never ask for it.
                _refusals[node] = refusal;
            }
        }

        Output = Whole(trace.Nodes.Length - 1, DefaultOrder(trace.Nodes[^1].Shape.Length));
    }

    /// <summary>The graph.</summary>
    public GraphBuilder Graph { get; } = new();

    /// <summary>Its input.</summary>
    public Value Input { get; }

    /// <summary>Its output.</summary>
    public Value Output { get; }

    /// <summary>Translates a trace.</summary>
    /// <exception cref="Refusal">Something has no translation that serves all sizes of the trace.</exception>
    public static Translation Of(Trace trace) => new(trace);

    private static int[] DefaultOrder(int rank) => rank == 4 ? ImageOrder : [.. Enumerable.Range(0, rank)];

    private Value ValueOf(int node) => _values[node]
        ?? throw _refusals[node] ?? throw new InvalidOperationException("A node is read before it is translated.");

    private Value Translate(int node)
    {
        TraceNode n = _trace.Nodes[node];
        if (n.IsConstant && n.Op is not Broadcast && (n.IsFixed || n.Op is LeafOp)) return Constant(node);
        return n.Op switch
        {
            Unary unary => Pointwise(node, unary.Function),
            Binary binary => Pointwise(node, binary.Function),
            Compare compare => Pointwise(node, compare.Comparison),
            Select => Selection(node),
            Cast cast => Converted(node, cast.To),
            StopGradient => ValueOf(n.Inputs[0]),
            Broadcast => Repeated(node),
            Permute permute => Permuted(node, permute.Order),
            Reshape => Reshaped(node),
            Pad => Padded(node),
            Slice => Sliced(node),
            Concat concat => Joined(node, concat.Axis),
            Flip flip => Flipped(node, flip.Axes),
            Mean mean => Reduced(node, "ReduceMean", mean.Axes),
            Variance variance => VarianceOf(node, variance.Axes),
            Sum sum => Reduced(node, "ReduceSum", sum.Axes),
            Maximum maximum => Reduced(node, "ReduceMax", maximum.Axes),
            MatMul => Product(node),
            Conv2d => Convolved(node, null),
            Conv2dInputGradient => Convolved(node, null),
            MaxPoolPick pool => Pooled(node, pool),
            Resample resample => Resampled(node, resample),
            Gather => Gathered(node),
            _ => throw new Refusal($"{n.Title} has no translation"),
        };
    }

    private Value Constant(int node)
    {
        TraceNode n = _trace.Nodes[node];
        if (!n.IsFixed) return Profile(node);
        int[] order = [.. Enumerable.Range(0, n.Shape.Length)];
        return new Value(Initializer(node, order, n.Shape), order, n.Shape, node);
    }

    private int Initializer(int node, int[] order, Extent[] extents)
    {
        Tensor tensor = _trace.Nodes[node].First;
        string name = tensor.Op is Read read ? read.Variable.Name : tensor.Scope is null ? "constant" : $"{tensor.Scope}.constant";
        OnnxType type = tensor.Type == ElementType.Float32 ? OnnxType.Float : OnnxType.Int32;
        return Graph.Constant(name, type, [.. extents.Select(extent => extent.Value)], node, order);
    }

    /// <summary>What an operation says at each size.</summary>
    private static Extent Each<T>(TraceNode node, Func<T, long> number)
        where T : Op => new([.. node.Ops.Select(op => number((T)op))]);

    /// <summary>What an operation must say alike at each size.</summary>
    private static void RequireSame<T>(TraceNode node, Func<T, object> attribute)
        where T : Op
    {
        if (node.Ops.Any(op => !attribute((T)op).Equals(attribute((T)node.Op))))
            throw new Refusal($"{node.Title} works otherwise at another size of the input");
    }

    /// <summary>The node behind repetitions.</summary>
    private int Unrepeated(int node)
    {
        while (_trace.Nodes[node].Op is Broadcast or StopGradient) node = _trace.Nodes[node].Inputs[0];
        return node;
    }

    private int Emit(int node, string type, int[] inputs, params OnnxAttribute[] attributes) =>
        Graph.Emit(type, _trace.Nodes[node].First.Scope, inputs, attributes);
}
