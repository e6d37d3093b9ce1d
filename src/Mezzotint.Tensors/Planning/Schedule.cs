using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>
/// What a device has to do to run a step: launches in order, and where every node's memory is. Launches from <see cref="Commit"/> on make
/// nothing but new values of variables; before them the outputs are handed back and checked.
/// </summary>
internal sealed class Schedule
{
    private readonly Dictionary<int, Allocation> _allocations = [];
    private readonly Dictionary<int, int> _inVariable = [];

    private Schedule(Graph graph, Layout layout, Launch[] launches, int commit)
    {
        Graph = graph;
        Layout = layout;
        Launches = launches;
        Commit = commit;
        Workspaces = new Allocation[launches.Length];
        Copies = [];
    }

    public Graph Graph { get; }

    public Layout Layout { get; }

    public Launch[] Launches { get; }

    /// <summary>The first launch that only makes new values of variables.</summary>
    public int Commit { get; }

    /// <summary>The updates whose value is not written over the variable but beside it, and is copied last.</summary>
    public List<int> Copies { get; }

    /// <summary>For each launch, the workspace it has while it runs.</summary>
    public Allocation[] Workspaces { get; }

    /// <summary>The size of the arena, in bytes.</summary>
    public long ArenaBytes { get; private set; }

    /// <summary>The number of groups, of which each is one launch or a few.</summary>
    public int Groups { get; private init; }

    /// <summary>What a run takes.</summary>
    public PlanCost Cost => new(
        Graph.Nodes.Sum(node => node.Op.Operations([.. node.Inputs.Select(input => Graph.Nodes[input].Shape)], node.Shape)),
        Launches.Sum(Traffic), ArenaBytes, Launches.Length);

    /// <summary>A launch for people to read, with the algorithm that the device computes it by.</summary>
    public KernelSummary Summary(Launch launch, string? algorithm)
    {
        if (launch is HeavyLaunch heavy)
        {
            Node node = Graph.Nodes[heavy.Node];
            long operations = heavy.Op.Operations([.. heavy.Inputs.Select(input => input.Shape)], heavy.Output);
            return new KernelSummary(heavy.Op.Name, node.Scope, heavy.Output, algorithm, Computed(heavy.Epilogue), operations, Traffic(launch));
        }

        var loop = (LoopLaunch)launch;
        return new KernelSummary(
            "loop", Graph.Nodes[loop.Node].Scope, Shape.Create(loop.Nest.Extents), algorithm, Computed(loop.Nest), 0, Traffic(launch));

        static int Computed(LoopNest? nest) => nest is null ? 0 : nest.Body.Code.ToArray().Count(code => code.Code is not (Opcode.Load or Opcode.Store));
    }

    /// <summary>Where a node lies in the arena, or null where it does not.</summary>
    public Allocation? InArena(int node) => _allocations.GetValueOrDefault(node);

    /// <summary>The update whose variable's own memory a node is written to, or -1.</summary>
    public int InVariable(int node) => _inVariable.GetValueOrDefault(node, -1);

    /// <summary>Plans a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="pitchedImages">Whether the device's convolutions take images of which only a pixel's channels are adjacent.</param>
    public static Schedule Of(Graph graph, bool pitchedImages = true)
    {
        var layout = new Layout(graph, pitchedImages);
        var recomputation = new Recomputation(graph, layout);
        var grouping = new Grouping(graph, layout, recomputation);
        (Group[] order, int commit) = Order.Of(graph, layout, grouping);
        var placement = new Placement(graph, layout, grouping, order);

        var kept = new HashSet<int>();
        foreach (Group group in order)
        {
            kept.UnionWith(group.Reads);
            kept.UnionWith(group.Moments.Select(moment => layout[graph.Nodes[moment].Inputs[0]].Source));
        }

        foreach (int output in graph.Outputs) kept.Add(layout[output].Source);
        foreach ((_, int value) in graph.Updates) kept.Add(layout[value].Source);

        var launches = new List<Launch>();
        int commitLaunch = 0;
        for (int i = 0; i < order.Length; i++)
        {
            if (i == commit) commitLaunch = launches.Count;
            launches.AddRange(LaunchesOf(graph, layout, grouping, recomputation, placement, order[i], kept));
        }

        if (commit == order.Length) commitLaunch = launches.Count;
        return new Schedule(graph, layout, [.. launches], commitLaunch) { Groups = order.Length };
    }

    /// <summary>Gives every node a place, once the device has said how much workspace each launch needs.</summary>
    public void Place(Func<int, long> workspaceBytes)
    {
        int end = Launches.Length;
        var first = new Dictionary<int, int>();
        var last = new Dictionary<int, int>();
        for (int launch = 0; launch < end; launch++)
            foreach (Operand operand in Launches[launch].Operands)
            {
                if (operand.Node < 0 || Graph.Nodes[operand.Node].Op is LeafOp) continue;
                first.TryAdd(operand.Node, launch);
                last[operand.Node] = launch;
            }

        WriteOverVariables(first, last);
        foreach (int output in Graph.Outputs) Extend(Layout[output].Source, Commit);
        foreach (int update in Copies) Extend(Layout[Graph.Updates[update].Value].Source, end);

        foreach ((int node, int begin) in first)
            if (InVariable(node) < 0) _allocations[node] = new Allocation(Graph.Nodes[node].Shape.Count * sizeof(float), begin, last[node]);
        ShareInPlace(last);

        for (int launch = 0; launch < end; launch++) Workspaces[launch] = new Allocation(workspaceBytes(launch), launch, launch);
        ArenaBytes = Arena.Place([.. _allocations.Values.Distinct(), .. Workspaces.Where(workspace => workspace.Bytes > 0)]);

        void Extend(int node, int until)
        {
            if (last.TryGetValue(node, out int now)) last[node] = Math.Max(now, until);
        }
    }

    private static IEnumerable<Launch> LaunchesOf(
        Graph graph, Layout layout, Grouping grouping, Recomputation recomputation, Placement placement, Group group, HashSet<int> kept)
    {
        if (group.Head < 0)
        {
            (LoopNest nest, Operand[] operands) = LoopWriter.Write(graph, layout, grouping, recomputation, placement, group, kept.Contains);
            return [new LoopLaunch(group.Members[^1], nest, operands)];
        }

        Node head = graph.Nodes[group.Head];
        View[] inputs = [.. head.Inputs.Select(input => placement.Of(layout[input]))];
        return head.Op switch
        {
            Pad pad => Padded(group.Head, head, pad, inputs[0]),
            Concat concat => Joined(group.Head, head, concat, inputs, placement),
            _ => [Heavy(graph, layout, grouping, recomputation, placement, group, head, inputs, kept)],
        };
    }

    private static HeavyLaunch Heavy(
        Graph graph, Layout layout, Grouping grouping, Recomputation recomputation, Placement placement, Group group, Node head, View[] inputs,
        HashSet<int> kept)
    {
        Operand[] operands = [.. inputs.Select(input => new Operand(input.Source, input.Offset))];
        if (head.Op is Moment)
            return WithMoments(new HeavyLaunch(group.Head, head.Op, inputs, head.Shape, null, [], operands), graph, group, inputs[0], values: 0);
        HeavyLaunch launch;
        if (group.Members.Count == 0 && !placement.IsPart(group.Head))
        {
            launch = new HeavyLaunch(group.Head, head.Op, inputs, head.Shape, null, [], [.. operands, new Operand(group.Head, 0)]);
        }
        else
        {
            (LoopNest nest, Operand[] more) = LoopWriter.Write(graph, layout, grouping, recomputation, placement, group, kept.Contains);
            launch = new HeavyLaunch(group.Head, head.Op, inputs, head.Shape, nest, group.Axes.BoxRuns, [.. operands, .. more]);
        }

        if (group.Moments.Count == 0) return launch;
        View of = placement[layout[graph.Nodes[group.Moments[0]].Inputs[0]].Source];
        int values = Array.FindIndex(
            launch.Operands, inputs.Length, operand => (operand.Node, operand.Offset) == (of.Source, of.Offset));
        return WithMoments(launch, graph, group, of, values);
    }

    private static HeavyLaunch WithMoments(HeavyLaunch launch, Graph graph, Group group, View of, int values)
    {
        int first = launch.Operands.Length;
        var moments = new LaunchMoments(
            of, ((Moment)graph.Nodes[group.Moments[0]].Op).Axes, values, OperandOf<Mean>(), OperandOf<Variance>());
        return launch with { Operands = [.. launch.Operands, .. group.Moments.Select(moment => new Operand(moment, 0))], Moments = moments };

        int OperandOf<T>() => group.Moments.FindIndex(moment => graph.Nodes[moment].Op is T) is >= 0 and var at ? first + at : -1;
    }

    /// <summary>Padding: zeros everywhere, then the input in its place.</summary>
    private static IEnumerable<Launch> Padded(int node, Node head, Pad pad, View input)
    {
        long[] dense = head.Shape.DenseStrides();
        long offset = 0;
        var strides = new long[dense.Length];
        for (int axis = 0; axis < dense.Length; axis++)
        {
            offset += pad.Before[axis] * dense[axis];
            strides[axis] = (pad.Between[axis] + 1) * dense[axis];
        }

        var zeros = new LoopNest(
            new LoopBody([new Instruction(Opcode.Zero, 0), new Instruction(Opcode.Store, 0, 0)]), head.Shape.ToArray(), [new LoopOperand(Access.Write, dense)]);
        yield return new LoopLaunch(node, zeros, [new Operand(node, 0)]);
        yield return LoopWriter.Move(node, input, new View(node, input.Shape, offset, strides));
    }

    /// <summary>A concatenation: copies of the parts that do not lie in their places already.</summary>
    private static IEnumerable<Launch> Joined(int node, Node head, Concat concat, View[] inputs, Placement placement)
    {
        int start = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            View place = placement.Part(node, concat.Axis, start, inputs[i].Shape);
            start += inputs[i].Shape[concat.Axis];
            if (!placement.IsAt(head.Inputs[i], place)) yield return LoopWriter.Move(node, inputs[i], place);
        }
    }

    private static long Traffic(Launch launch)
    {
        LoopNest? nest = launch is HeavyLaunch heavy ? heavy.Epilogue : ((LoopLaunch)launch).Nest;
        long elements = nest is null ? 0 : nest.Operands.Skip(launch is HeavyLaunch ? 1 : 0).Sum(operand => Elements(nest.Extents, operand.Strides));
        if (launch is HeavyLaunch { Inputs: var inputs, Output: var output })
            elements += inputs.Sum(input => Elements(input.Shape.Span, input.Strides)) + (nest is null ? output.Count : 0);
        return elements * sizeof(float);

        static long Elements(ReadOnlySpan<int> extents, long[] strides)
        {
            long count = 1;
            for (int axis = 0; axis < extents.Length; axis++)
                if (strides[axis] != 0) count *= extents[axis];
            return count;
        }
    }

    /// <summary>Lets an update write over its variable's old value where every other reader of the old value is done by then.</summary>
    private void WriteOverVariables(Dictionary<int, int> first, Dictionary<int, int> last)
    {
        var lastRead = new Dictionary<int, int>();
        for (int launch = 0; launch < Launches.Length; launch++)
            foreach (Operand operand in Launches[launch].Operands) lastRead[operand.Node] = launch;
        var taken = new HashSet<int>(Graph.Outputs.Select(output => Layout[output].Source));
        var copied = new HashSet<int>(Graph.Updates.Select(update => Layout[update.Value].Source));
        for (int update = 0; update < Graph.Updates.Length; update++)
        {
            (int variable, int value) = Graph.Updates[update];
            int source = Layout[value].Source;
            bool own = first.TryGetValue(source, out int launch) && launch >= Commit && last[source] == launch && taken.Add(source)
                && lastRead.GetValueOrDefault(variable, -1) <= launch && ReadsInStep(launch, variable, source) && !copied.Contains(variable) && !Graph.Outputs.Any(output => Layout[output].Source == variable);
            if (own) _inVariable[source] = update;
            else Copies.Add(update);
        }
    }

    /// <summary>
    /// Lets a loop write over an operand that it is the last to read, where it reads each element just before it writes it.
    /// </summary>
    private void ShareInPlace(Dictionary<int, int> last)
    {
        for (int launch = 0; launch < Launches.Length; launch++)
        {
            if (Nest(launch) is not { } nest) continue;
            foreach (Operand written in OperandsOf(launch, nest, Access.Write))
            {
                if (!_allocations.TryGetValue(written.Node, out Allocation? output) || output.First != launch || written.Offset != 0 || nest.Operands.Any(o => o.Access is Access.Sum or Access.Maximum)) continue;
                foreach (Operand read in OperandsOf(launch, nest, Access.Read))
                {
                    if (!_allocations.TryGetValue(read.Node, out Allocation? input) || input == output) continue;
                    if (input.Last != launch || input.First == launch || input.Bytes != output.Bytes) continue;
                    if (!ReadsInStep(launch, read.Node, written.Node) || IsHeavyInput(launch, input)) continue;
                    input.Absorb(output);
                    _allocations[written.Node] = input;
                    break;
                }
            }
        }
    }

    private bool IsHeavyInput(int launch, Allocation allocation) =>
        Launches[launch] is HeavyLaunch heavy && heavy.Operands.Take(heavy.Inputs.Length).Any(operand => InArena(operand.Node) == allocation);

    /// <summary>Whether a launch reads one node only at the point where it writes another.</summary>
    private bool ReadsInStep(int launch, int read, int written)
    {
        if (Nest(launch) is not { } nest) return false;
        Launch l = Launches[launch];
        int skip = FirstOfNest(l);
        long[]? strides = null;
        for (int i = 0; i < nest.Operands.Length; i++)
            if (l.Operands[skip + i].Node == written) strides = nest.Operands[i].Strides;
        for (int i = 0; i < skip + nest.Operands.Length; i++)
        {
            if (l.Operands[i].Node != read) continue;
            if (i < skip || l.Operands[i].Offset != 0 || strides is null) return false;
            LoopOperand operand = nest.Operands[i - skip];
            for (int axis = 0; axis < strides.Length; axis++)
                if (nest.Extents[axis] > 1 && operand.Strides[axis] != strides[axis]) return false;
        }

        return true;
    }

    private LoopNest? Nest(int launch) => Launches[launch] switch
    {
        LoopLaunch loop => loop.Nest,
        HeavyLaunch heavy => heavy.Epilogue,
        _ => null,
    };

    /// <summary>The launch's operand that is the first of its nest.</summary>
    private static int FirstOfNest(Launch launch) => launch is HeavyLaunch heavy ? heavy.Inputs.Length : 0;

    private IEnumerable<Operand> OperandsOf(int launch, LoopNest nest, Access access)
    {
        Launch l = Launches[launch];
        int skip = FirstOfNest(l);
        for (int i = 0; i < nest.Operands.Length; i++)
            if (nest.Operands[i].Access == access && l.Operands[skip + i].Node >= 0) yield return l.Operands[skip + i];
    }
}
