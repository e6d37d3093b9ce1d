using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>
/// Which nodes have memory of their own and how every other is read: reshapes, permutations, repetitions, slices and flips are strided views of
/// another node, except where the reader needs its operand dense. Those are copied.
/// </summary>
internal sealed class Layout
{
    private readonly View[] _views;
    private readonly Dictionary<int, View> _copies = [];

    public Layout(Graph graph)
    {
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
            if (TakesStrides(node.Op)) continue;
            foreach (int input in node.Inputs) RequireDense(graph, input);
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

    private static bool TakesStrides(Op op) => op is Elementwise or Cast or Reduction or Pad or Concat or MatMul;

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
