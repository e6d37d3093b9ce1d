using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>
/// Chooses the elementwise values that are never stored: each of their readers, all of them loops over the same box, computes them again. A
/// value is chosen when that takes a few cheap instructions and reads at most one operand of the box's size, so that it saves memory and
/// costs no traffic.
/// </summary>
internal sealed class Recomputation
{
    private const int MostInstructions = 10;
    private readonly Graph _graph;
    private readonly Layout _layout;
    private readonly bool[] _recomputed;

    public Recomputation(Graph graph, Layout layout)
    {
        _graph = graph;
        _layout = layout;
        _recomputed = new bool[graph.Nodes.Length];
        bool[] candidates = ReadByLoopsAlone();
        var instructions = new int[graph.Nodes.Length];
        var operand = new int[graph.Nodes.Length];
        for (int number = 0; number < graph.Nodes.Length; number++)
        {
            if (!candidates[number]) continue;
            Node node = graph.Nodes[number];
            int count = 1, largest = -1;
            bool one = true;
            foreach (int input in node.Inputs)
            {
                int source = _recomputed[input] ? operand[input] : FullOperand(input);
                count += _recomputed[input] ? instructions[input] : 0;
                one &= source < 0 || largest < 0 || source == largest;
                largest = Math.Max(largest, source);
            }

            instructions[number] = count;
            operand[number] = largest;
            _recomputed[number] = one && count <= MostInstructions;
        }
    }

    /// <summary>Whether a node is computed again in each of its readers.</summary>
    public bool this[int node] => _recomputed[node];

    private int FullOperand(int input)
    {
        View view = _layout[input];
        return _graph.Nodes[view.Source].Shape.Count >= view.Shape.Count && view.Shape.Count > 1 ? view.Source : -1;
    }

    private bool[] ReadByLoopsAlone()
    {
        var candidates = new bool[_graph.Nodes.Length];
        for (int number = 0; number < candidates.Length; number++)
        {
            Node node = _graph.Nodes[number];
            candidates[number] = node.Op is Elementwise && IsCheap(node.Op);
            bool loop = node.Op is Elementwise or Cast or Reduction;
            foreach (int input in node.Inputs) candidates[input] &= loop;
        }

        foreach (int output in _graph.Outputs) candidates[output] = false;
        foreach ((_, int value) in _graph.Updates) candidates[value] = false;
        return candidates;
    }

    private static bool IsCheap(Op op) => op switch
    {
        Unary unary => unary.Function is UnaryFunction.Negate or UnaryFunction.Absolute or UnaryFunction.Sign or UnaryFunction.Floor or UnaryFunction.Rectify,
        Binary binary => binary.Function is not BinaryFunction.Power,
        _ => true,
    };
}
