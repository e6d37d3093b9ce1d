using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>One operation of a graph. Inputs are numbers of earlier nodes.</summary>
internal sealed record Node(Op Op, int[] Inputs, Shape Shape, ElementType Type, string? Scope);

/// <summary>A place in a graph for a value from outside: the leaf's kind without its value.</summary>
internal sealed record Slot(string Kind) : LeafOp
{
    public override string Name => Kind;
}

/// <summary>
/// The structure of a step in canonical form: its nodes in the order of their creation, equal ones merged, every leaf reduced to a slot.
/// Graphs are equal when they are node for node, so a graph is the key to its plan. What a slot holds is kept beside it, in the leaves of
/// the walk.
/// </summary>
internal sealed class Graph : IEquatable<Graph>
{
    private readonly int _hash;

    private Graph(Node[] nodes, int[] outputs, (int Variable, int Value)[] updates)
    {
        Nodes = nodes;
        Outputs = outputs;
        Updates = updates;
        var hash = new HashCode();
        foreach (Node node in nodes)
        {
            hash.Add(node.Op);
            hash.Add(node.Shape);
            foreach (int input in node.Inputs) hash.Add(input);
        }

        foreach (int output in outputs) hash.Add(output);
        _hash = hash.ToHashCode();
    }

    public Node[] Nodes { get; }

    /// <summary>The nodes that are handed back.</summary>
    public int[] Outputs { get; }

    /// <summary>For each update, the node that reads the variable and the node that is its new value.</summary>
    public (int Variable, int Value)[] Updates { get; }

    /// <summary>Walks a step, merging common subexpressions (two random sites are never one).</summary>
    /// <param name="step">The step.</param>
    /// <param name="keepsMoments">Whether the device takes moments as such; otherwise they become sums.</param>
    /// <returns>The graph, and for each of its nodes the leaf it stands for, or null.</returns>
    public static (Graph Graph, LeafOp?[] Leaves) Of(Step step, bool keepsMoments = true)
    {
        var roots = new List<Tensor>(step.Outputs);
        foreach (Variable variable in step.Updates?.Variables ?? [])
        {
            roots.Add(variable.Value);
            roots.Add(step.Updates![variable]);
        }

        var nodes = new List<Node>();
        var leaves = new List<LeafOp?>();
        var numbers = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        var merged = new Dictionary<Expression, int>();
        foreach (Tensor tensor in Reachable(roots)) Number(tensor, tensor.Scope);

        var updates = new List<(int, int)>();
        foreach (Variable variable in step.Updates?.Variables ?? [])
            updates.Add((numbers[variable.Value], numbers[step.Updates![variable]]));
        return (new Graph([.. nodes], [.. step.Outputs.Select(output => numbers[output])], [.. updates]), [.. leaves]);

        void Number(Tensor tensor, string? scope)
        {
            if (tensor.Op is Moment moment && !keepsMoments)
            {
                Tensor sums = moment.AsSums(tensor.Inputs[0]);
                foreach (Tensor part in Reachable([sums], numbers.ContainsKey)) Number(part, scope);
                numbers[tensor] = numbers[sums];
                return;
            }

            int[] inputs = new int[tensor.Inputs.Length];
            for (int i = 0; i < inputs.Length; i++) inputs[i] = numbers[tensor.Inputs[i]];
            if (tensor.Op is StopGradient)
            {
                numbers[tensor] = inputs[0];
                return;
            }

            var expression = new Expression(tensor.Op, inputs, tensor.Shape);
            if (!merged.TryGetValue(expression, out int number))
            {
                number = nodes.Count;
                merged[expression] = number;
                var leaf = tensor.Op as LeafOp;
                nodes.Add(new Node(leaf is null ? tensor.Op : new Slot(leaf.Name), inputs, tensor.Shape, tensor.Type, scope));
                leaves.Add(leaf);
            }

            numbers[tensor] = number;
        }
    }

    public bool Equals(Graph? other)
    {
        if (other is null || _hash != other._hash || Nodes.Length != other.Nodes.Length) return false;
        for (int i = 0; i < Nodes.Length; i++)
        {
            Node a = Nodes[i], b = other.Nodes[i];
            if (!a.Inputs.AsSpan().SequenceEqual(b.Inputs) || a.Shape != b.Shape || a.Type != b.Type || !a.Op.Equals(b.Op)) return false;
        }

        return Outputs.AsSpan().SequenceEqual(other.Outputs) && Updates.AsSpan().SequenceEqual(other.Updates);
    }

    public override bool Equals(object? obj) => Equals(obj as Graph);

    public override int GetHashCode() => _hash;

    private static IEnumerable<Tensor> Reachable(List<Tensor> roots, Func<Tensor, bool>? isKnown = null)
    {
        var reached = new HashSet<Tensor>(roots, ReferenceEqualityComparer.Instance);
        var pending = new Stack<Tensor>(reached);
        while (pending.TryPop(out Tensor? tensor))
            foreach (Tensor input in tensor.Inputs)
                if (isKnown?.Invoke(input) != true && reached.Add(input)) pending.Push(input);
        return reached.OrderBy(tensor => tensor.Id);
    }

    /// <summary>An operation on numbered nodes. The shape tells leaves apart that read the same memory differently.</summary>
    private readonly struct Expression(Op op, int[] inputs, Shape shape) : IEquatable<Expression>
    {
        private readonly Op _op = op;
        private readonly int[] _inputs = inputs;
        private readonly Shape _shape = shape;

        public bool Equals(Expression other) => _inputs.AsSpan().SequenceEqual(other._inputs) && _op.Equals(other._op) && _shape == other._shape;

        public override bool Equals(object? obj) => obj is Expression other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_op);
            foreach (int input in _inputs) hash.Add(input);
            return hash.ToHashCode();
        }
    }
}
