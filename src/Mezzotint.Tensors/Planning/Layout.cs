using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>
/// Which nodes have memory of their own and how every other is read: reshapes, permutations, repetitions, slices and flips are strided
/// views of another node, except where the reader needs its operand dense. Those are copied.
/// </summary>
/// <remarks>Views are of a node's elements in row-major order; where those lie, <see cref="Placement"/> says.</remarks>
internal sealed class Layout
{
    private readonly View[] _views;
    private readonly Dictionary<int, View> _copies = [];
    private readonly bool _pitchedImages;

    /// <param name="graph">The graph.</param>
    /// <param name="pitchedImages">Whether convolutions take images of which only a pixel's channels are adjacent.</param>
    public Layout(Graph graph, bool pitchedImages)
    {
        _pitchedImages = pitchedImages;
        _views = new View[graph.Nodes.Length];
        for (int number = 0; number < _views.Length; number++)
        {
            Node node = graph.Nodes[number];
            if (IsView(node.Op))
            {
                int input = node.Inputs[0];
                View? view = _views[input].Through(node.Op, node.Shape);
                if (view is null)
                {
                    Copy(graph, input);
                    view = _views[input].Through(node.Op, node.Shape)!;
                }

                _views[number] = view;
                continue;
            }

            _views[number] = View.Whole(number, node.Shape);
            for (int i = 0; i < node.Inputs.Length; i++)
                if (!Takes(node.Op, i, _views[node.Inputs[i]])) Copy(graph, node.Inputs[i]);
        }

        foreach (int output in graph.Outputs) RequireDense(graph, output);
        foreach ((_, int value) in graph.Updates) RequireDense(graph, value);
    }

    /// <summary>How a node is read.</summary>
    public View this[int node] => _views[node];

    /// <summary>If a node is a copy, how what it copies is read.</summary>
    public View? CopyOf(int node) => _copies.GetValueOrDefault(node);

    /// <summary>Whether a node has memory of its own rather than being a view.</summary>
    public bool HasMemory(int node) => _views[node].Source == node;

    public static bool IsView(Op op) => op is Reshape or Permute or Broadcast or Slice or Flip;

    /// <summary>Whether an operation can read one of its inputs so.</summary>
    public bool Takes(Op op, int input, View view) =>
        view.IsDense || op is Elementwise or Cast or Reduction or Pad or Concat or MatMul
        || (_pitchedImages && IsImage(op, input) && view.Shape.Rank == 4 && (view.Strides[3] == 1 || view.Shape[3] == 1)
            && view.Strides[..3].All(stride => stride >= 0));

    /// <summary>Whether an input is the image, or the gradient of one, that a convolution reads, or an image of which moments are taken.</summary>
    private static bool IsImage(Op op, int input) =>
        op is Conv2dWeightGradient or Moment { Axes.Count: > 1 } || (input == 0 && op is Conv2d or Conv2dInputGradient);

    private void RequireDense(Graph graph, int node)
    {
        if (!_views[node].IsDense) Copy(graph, node);
    }

    private void Copy(Graph graph, int node)
    {
        _copies[node] = _views[node];
        _views[node] = View.Whole(node, graph.Nodes[node].Shape);
    }
}
