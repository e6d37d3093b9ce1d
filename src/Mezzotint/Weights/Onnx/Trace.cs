using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Weights.Onnx;

/// <summary>
/// A network's graph at several sizes of its input, laid over one another: what differs from size to size (an extent to reshape to, a
/// margin, the
/// divisor of a mean) shows how it depends on the size.
/// </summary>
internal sealed class Trace
{
    private Trace(TraceNode[] nodes, int[] uses, int input)
    {
        Nodes = nodes;
        Uses = uses;
        Input = input;
    }

    /// <summary>The nodes, inputs before their readers; the last is the output.</summary>
    public TraceNode[] Nodes { get; }

    /// <summary>How many times each node is read.</summary>
    public int[] Uses { get; }

    /// <summary>The node of the network's input.</summary>
    public int Input { get; }

    /// <summary>Writes the network's graph at each size and lays the graphs over one another.</summary>
    /// <exception cref="Refusal">The graphs differ in structure, or the network does not take one of the sizes.</exception>
    public static Trace Of(Func<Tensor, Tensor> network, IReadOnlyList<Shape> sizes)
    {
        var walks = new List<(Tensor[] Tensors, Dictionary<Tensor, int> Numbers, Tensor Input)>();
        foreach (Shape size in sizes)
        {
            Tensor input = new Feed("input", size);
            Tensor[] tensors = Reachable(Written(network, input, size));
            var numbers = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
            for (int i = 0; i < tensors.Length; i++) numbers[tensors[i]] = i;
            if (!numbers.ContainsKey(input)) throw new Refusal("its output does not depend on its input");
            walks.Add((tensors, numbers, input));
        }

        var nodes = new TraceNode[walks[0].Tensors.Length];
        var uses = new int[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            if (walks.Any(walk => walk.Tensors.Length != nodes.Length)) throw Differs(walks[0].Tensors[^1]);
            Tensor[] same = [.. walks.Select(walk => walk.Tensors[i])];
            int[][] inputs = [.. walks.Select(walk => Inputs(walk.Tensors[i], walk.Numbers))];
            Tensor first = same[0];
            for (int size = 1; size < same.Length; size++)
            {
                bool alike = same[size].Op.GetType() == first.Op.GetType() && same[size].Shape.Rank == first.Shape.Rank
                    && inputs[size].AsSpan().SequenceEqual(inputs[0]);
                if (!alike) throw Differs(first);
            }

            bool isConstant = first.Op is not (Fed or RandomNumbers) && inputs[0].All(input => nodes[input].IsConstant);
            bool isFixed = same.All(tensor => tensor.Shape == first.Shape && Equal(tensor.Op, first.Op))
                && inputs[0].All(input => nodes[input].IsFixed);
            IEnumerable<int> axes = Enumerable.Range(0, first.Shape.Rank);
            Extent[] shape = [.. axes.Select(axis => new Extent([.. same.Select(tensor => (long)tensor.Shape[axis])]))];
            nodes[i] = new TraceNode([.. same.Select(tensor => tensor.Op)], inputs[0], shape, first, isConstant, isFixed);
            foreach (int input in inputs[0]) uses[input]++;
        }

        return new Trace(nodes, uses, walks[0].Numbers[walks[0].Input]);
    }

    private static Tensor Written(Func<Tensor, Tensor> network, Tensor input, Shape size)
    {
        try
        {
            return network(input);
        }
        catch (Exception fault) when (fault is ShapeException or ArgumentException)
        {
            throw new Refusal($"it does not take an input {size}: {fault.Message.TrimEnd('.')}", fault);
        }
    }

    private static Refusal Differs(Tensor tensor) => new(
        $"its graph has another structure at another size (at '{tensor.Op.Name}'{(tensor.Scope is null ? "" : $" in '{tensor.Scope}'")})");

    private static bool Equal(Op left, Op right) => left is Tensors.Ops.Data a && right is Tensors.Ops.Data b
        ? a.Floats.Span.SequenceEqual(b.Floats.Span) && a.Integers.Span.SequenceEqual(b.Integers.Span)
        : left.Equals(right);

    private static int[] Inputs(Tensor tensor, Dictionary<Tensor, int> numbers)
    {
        var inputs = new int[tensor.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = numbers[tensor.Inputs[i]];
        return inputs;
    }

    /// <summary>What a tensor is computed from, inputs first, in an order that depends on the structure alone.</summary>
    private static Tensor[] Reachable(Tensor output)
    {
        var order = new List<Tensor>();
        var entered = new HashSet<Tensor>(ReferenceEqualityComparer.Instance) { output };
        var pending = new Stack<(Tensor Tensor, int Next)>([(output, 0)]);
        while (pending.TryPop(out (Tensor Tensor, int Next) at))
        {
            if (at.Next == at.Tensor.Inputs.Length)
            {
                order.Add(at.Tensor);
                continue;
            }

            pending.Push((at.Tensor, at.Next + 1));
            Tensor input = at.Tensor.Inputs[at.Next];
            if (entered.Add(input)) pending.Push((input, 0));
        }

        return [.. order];
    }
}
