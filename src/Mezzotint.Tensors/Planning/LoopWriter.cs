using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>
/// Writes the loop nest of a group: its members and what they recompute as instructions, what they read and keep as operands.
/// </summary>
internal sealed class LoopWriter
{
    private readonly Graph _graph;
    private readonly Layout _layout;
    private readonly Grouping _grouping;
    private readonly Recomputation _recomputation;
    private readonly Placement _placement;
    private readonly Group _group;
    private readonly List<Instruction> _code = [];
    private readonly List<LoopOperand> _operands = [];
    private readonly List<Operand> _places = [];
    private readonly Dictionary<int, int> _values = [];
    private int[][] _runs = [];
    private readonly Dictionary<(int Source, long Offset, Key Strides), int> _loads = [];

    private LoopWriter(Graph graph, Layout layout, Grouping grouping, Recomputation recomputation, Placement placement, Group group)
    {
        _graph = graph;
        _layout = layout;
        _grouping = grouping;
        _recomputation = recomputation;
        _placement = placement;
        _group = group;
    }

    /// <summary>
    /// The nest of a group and where its operands lie. <paramref name="kept"/> tells which nodes are read outside the group.
    /// </summary>
    public static (LoopNest Nest, Operand[] Operands) Write(
        Graph graph, Layout layout, Grouping grouping, Recomputation recomputation, Placement placement, Group group, Func<int, bool> kept)
    {
        var writer = new LoopWriter(graph, layout, grouping, recomputation, placement, group);
        if (group.Head >= 0)
        {
            writer._runs = group.Runs[group.Head];
            writer._values[group.Head] = writer.Load(View.Whole(-1, group.Box));
            if (kept(group.Head)) writer.Store(group.Head, writer._values[group.Head], Access.Write);
        }

        foreach (int member in group.Members)
        {
            Op op = graph.Nodes[member].Op;
            writer.LayOn(group.Runs[member]);
            bool isCopy = layout.CopyOf(member) is not null;
            int value = writer.Value(member);
            if (!isCopy && op is Sum) writer.Store(member, value, Access.Sum);
            else if (!isCopy && op is Maximum) writer.Store(member, value, Access.Maximum);
            else if (kept(member)) writer.Store(member, value, Access.Write);
        }

        return (new LoopNest(new LoopBody([.. writer._code]), group.Axes.Extents.ToArray(), [.. writer._operands]), [.. writer._places]);
    }

    /// <summary>A nest that copies one view to another of the same shape, for a node's sake.</summary>
    public static LoopLaunch Move(int node, View from, View to)
    {
        var body = new LoopBody([new Instruction(Opcode.Load, 0), new Instruction(Opcode.Store, 0, 1)]);
        var nest = new LoopNest(body, from.Shape.ToArray(), [new LoopOperand(Access.Read, from.Strides), new LoopOperand(Access.Write, to.Strides)]);
        return new LoopLaunch(node, nest, [new Operand(from.Source, from.Offset), new Operand(to.Source, to.Offset)]);
    }

    /// <summary>Turns to a member that may lie otherwise than the last: what that recomputed is not this one's.</summary>
    private void LayOn(int[][] runs)
    {
        bool same = runs.Length == _runs.Length && runs.Zip(_runs).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
        _runs = runs;
        if (same) return;
        foreach (int node in _values.Keys)
            if (_recomputation[node]) _values.Remove(node);
    }

    /// <summary>The instruction that holds a member's value (of a reduction: the value that is reduced).</summary>
    private int Value(int node)
    {
        if (_values.TryGetValue(node, out int known)) return known;
        int value;
        if (_layout.CopyOf(node) is { } copied)
        {
            value = _grouping.GroupOf(copied.Source) == _group ? Value(copied.Source) : Load(copied);
        }
        else
        {
            Node n = _graph.Nodes[node];
            var arguments = new int[n.Inputs.Length];
            for (int i = 0; i < arguments.Length; i++) arguments[i] = Argument(n.Inputs[i]);
            value = n.Op switch
            {
                Reduction => arguments[0],
                Unary unary => Emit(new Instruction(Opcode.Unary, arguments[0], Function: (int)unary.Function)),
                Binary binary => Emit(new Instruction(Opcode.Binary, arguments[0], arguments[1], Function: (int)binary.Function)),
                Compare compare => Emit(new Instruction(Opcode.Compare, arguments[0], arguments[1], Function: (int)compare.Comparison)),
                Select => Emit(new Instruction(Opcode.Select, arguments[0], arguments[1], arguments[2])),
                Cast cast => Emit(new Instruction(cast.To == ElementType.Float32 ? Opcode.IntegerToFloat : Opcode.FloatToInteger, arguments[0])),
                _ => throw new InvalidOperationException($"{n.Op.Name} is no loop."),
            };
        }

        return _values[node] = value;
    }

    private int Argument(int node)
    {
        View view = _layout[node];
        bool computedHere = _recomputation[node] || (_grouping.GroupOf(view.Source) == _group && (view.Source == _group.Head || _graph.Nodes[view.Source].Op is not (Reduction or Moment)));
        return !computedHere ? Load(view) : _recomputation[node] ? Value(node) : Value(view.Source);
    }

    private int Load(View read)
    {
        View view = _placement.Of(read);
        long[] strides = _group.Axes.Strides(_runs, view.Shape, view.Strides);
        var key = (view.Source, view.Offset, new Key(strides));
        if (_loads.TryGetValue(key, out int loaded)) return loaded;
        _operands.Add(new LoopOperand(Access.Read, strides));
        _places.Add(new Operand(view.Source, view.Offset));
        return _loads[key] = Emit(new Instruction(Opcode.Load, _operands.Count - 1));
    }

    private void Store(int node, int value, Access access)
    {
        View place = _placement[node];
        _operands.Add(new LoopOperand(access, _group.Axes.Strides(_runs, place.Shape, place.Strides)));
        _places.Add(new Operand(place.Source, place.Offset));
        Emit(new Instruction(Opcode.Store, value, _operands.Count - 1));
    }

    private int Emit(Instruction instruction)
    {
        _code.Add(instruction);
        return _code.Count - 1;
    }

    private readonly struct Key(long[] strides) : IEquatable<Key>
    {
        private readonly long[] _strides = strides;

        public bool Equals(Key other) => _strides.AsSpan().SequenceEqual(other._strides);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => _strides.Length == 0 ? 0 : (int)_strides[^1] + _strides.Length;
    }
}
