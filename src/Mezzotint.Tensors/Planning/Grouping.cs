using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>
/// Gathers nodes into groups. A loop node joins the group of a node it reads (or one that reads what it reads) when both run over the same
/// box, when it reads the group's values only at its own point, and when no value that it needs from elsewhere depends on the group.
/// </summary>
internal sealed class Grouping
{
    private const int MostInstructions = 100;
    private const int MostReads = 14;
    private const int SearchLimit = 400;
    private const int MostCandidates = 16;
    private const int MostReaders = 12;

    private readonly Graph _graph;
    private readonly Layout _layout;
    private readonly Recomputation _recomputation;
    private readonly List<Group> _groups = [];
    private readonly Group?[] _groupOf;
    private readonly Dictionary<int, List<Group>> _readers = [];

    public Grouping(Graph graph, Layout layout, Recomputation recomputation)
    {
        _graph = graph;
        _layout = layout;
        _recomputation = recomputation;
        _groupOf = new Group?[graph.Nodes.Length];
        for (int number = 0; number < graph.Nodes.Length; number++)
        {
            Op op = graph.Nodes[number].Op;
            if (op is LeafOp || !layout.HasMemory(number) || recomputation[number]) continue;
            if (IsLoop(number)) PlaceLoop(number);
            else if (op is not Moment || !JoinsMoments(number)) PlaceHead(number);
        }
    }

    public IReadOnlyList<Group> Groups => _groups;

    /// <summary>The group that computes a node, or null for leaves, views and recomputed nodes.</summary>
    public Group? GroupOf(int node) => _groupOf[node];

    /// <summary>The operands of a loop node once the recomputed among its inputs are followed to theirs: how each is read.</summary>
    public IEnumerable<View> OperandsOf(int node)
    {
        if (_layout.CopyOf(node) is { } copied) return [copied];
        return _graph.Nodes[node].Inputs.SelectMany(input => _recomputation[input] ? OperandsOf(input) : [_layout[input]]);
    }

    private bool IsLoop(int node) => _graph.Nodes[node].Op is Elementwise or Cast or Reduction || _layout.CopyOf(node) is not null;

    private Shape BoxOf(int node) => _graph.Nodes[node].Op is Reduction ? _graph.Nodes[_graph.Nodes[node].Inputs[0]].Shape : _graph.Nodes[node].Shape;

    /// <summary>About how many vector operations a node becomes, loads, a store and what it recomputes included.</summary>
    private int InstructionsOf(int node)
    {
        if (_layout.CopyOf(node) is not null) return 2;
        int own = _graph.Nodes[node].Op switch
        {
            Unary { Function: >= UnaryFunction.Exponential and <= UnaryFunction.Cosine } => 24,
            Binary { Function: BinaryFunction.Power } => 60,
            _ => 1,
        };
        return own + 1 + _graph.Nodes[node].Inputs.Sum(input => _recomputation[input] ? InstructionsOf(input) : 1);
    }

    private void PlaceHead(int node)
    {
        var group = new Group(_groups.Count, _graph.Nodes[node].Shape) { Head = node, First = node, Last = node, Latest = node };
        group.Runs[node] = group.Axes.BoxRuns;
        if (_graph.Nodes[node].Op is Moment) group.Moments.Add(node);
        _groups.Add(group);
        _groupOf[node] = group;
        foreach (int input in _graph.Nodes[node].Inputs) AddRead(group, _layout[input].Source);
    }

    /// <summary>
    /// Lets a moment be gathered by the convolution whose results it is of, as they are stored, or beside others of the same elements.
    /// </summary>
    private bool JoinsMoments(int node)
    {
        int input = _graph.Nodes[node].Inputs[0];
        IntList axes = ((Moment)_graph.Nodes[node].Op).Axes;
        View view = _layout[input];
        Group? group = Nearby(view.Source).FirstOrDefault(near => (near.Moments.Count > 0 || Makes(near)) && near.Moments.TrueForAll(IsBeside));
        if (group is null) return false;
        group.Moments.Add(node);
        _groupOf[node] = group;
        group.Last = node;
        RaiseLatest(group, node);
        return true;

        bool Makes(Group near) => near == _groupOf[view.Source] && axes.Count > 1 && IsStoredImage(view, near);

        bool IsBeside(int other) => _graph.Nodes[other].Inputs[0] == input && ((Moment)_graph.Nodes[other].Op).Axes.Equals(axes);
    }

    /// <summary>Whether a view is all that a convolution's group stores of a node, pixel by pixel.</summary>
    private bool IsStoredImage(View view, Group group) =>
        group.Head >= 0 && _graph.Nodes[group.Head].Op is Conv2d or Conv2dInputGradient
        && _graph.Nodes[view.Source].Op is not Moment && view.Shape == group.Box && view is { Offset: 0, IsDense: true }
        && Axes.InBoxOrder(group.Runs[view.Source]);

    private void PlaceLoop(int node)
    {
        List<View> operands = [.. OperandsOf(node)];
        Shape box = BoxOf(node);
        bool reduces = _graph.Nodes[node].Op is Reduction;
        IEnumerable<Group> candidates = operands
            .SelectMany(operand => Nearby(operand.Source))
            .Where(group => group.Box.Count == box.Count)
            .Distinct()
            .Where(group => !reduces || group.Head < 0)
            .OrderByDescending(group => group.Head >= 0) // finishing a result in cache saves writing and reading it
            .ThenBy(group => reduces ? group.Last : -group.Last) // what waits for a sum can then begin, and joins groups itself
            .Take(MostCandidates);
        Group? group = candidates.FirstOrDefault(candidate => TryLay(node, box, operands, candidate));
        if (group is null)
        {
            group = new Group(_groups.Count, box) { First = node };
            group.Runs[node] = group.Axes.BoxRuns;
            _groups.Add(group);
        }

        _groupOf[node] = group;
        group.Members.Add(node);
        group.Last = node;
        RaiseLatest(group, node);
        group.Instructions += InstructionsOf(node);
        if (_graph.Nodes[node].Op is Reduction reduction) group.ReducedAxes = reduction.Axes;
        foreach (View operand in operands)
            if (_groupOf[operand.Source] != group) AddRead(group, operand.Source);
    }

    /// <summary>
    /// Says that a node, the latest so far, has joined a group and so comes before every group that reads that one, directly or not.
    /// </summary>
    private void RaiseLatest(Group group, int node)
    {
        group.Latest = node;
        var raised = new Stack<Group>([group]);
        while (raised.TryPop(out Group? next))
        {
            IEnumerable<int> written = next.Head < 0 ? next.Members : next.Members.Append(next.Head);
            foreach (Group reader in written.SelectMany(source => _readers.GetValueOrDefault(source) ?? []))
            {
                if (reader.Latest == node) continue;
                reader.Latest = node;
                raised.Push(reader);
            }
        }
    }

    private IEnumerable<Group> Nearby(int source)
    {
        if (_groupOf[source] is { } own) yield return own;
        if (_readers.TryGetValue(source, out List<Group>? readers))
            for (int i = readers.Count - 1; i >= Math.Max(0, readers.Count - MostReaders); i--) yield return readers[i];
    }

    private void AddRead(Group group, int source)
    {
        if (!group.Reads.Add(source)) return;
        if (!_readers.TryGetValue(source, out List<Group>? readers)) _readers[source] = readers = [];
        readers.Add(group);
    }

    /// <summary>Lays a node on the axes of a group it may join; false, with nothing changed, where it may not.</summary>
    private bool TryLay(int node, Shape box, List<View> operands, Group group)
    {
        var reduction = _graph.Nodes[node].Op as Reduction;
        if (group.Head >= 0 && !TakesEpilogue(_graph.Nodes[group.Head].Op)) return false;
        if (reduction is not null && (group.Head >= 0 || (group.ReducedAxes is { } axes && !axes.Equals(reduction.Axes)))) return false;
        if (group.Instructions + InstructionsOf(node) > MostInstructions || group.Reads.Count + operands.Count > MostReads) return false;

        int[][]? runs = null;
        bool permutes = false;
        Action? refine = null;
        foreach (View operand in operands)
        {
            if (_groupOf[operand.Source] != group) continue;
            if (_graph.Nodes[operand.Source].Op is Reduction or Moment) return false;
            bool whole = operand.Offset == 0 && operand.IsDense && operand.Shape.Count == group.Box.Count;
            if (!whole)
            {
                permutes = operands.Count == 1;
                if (!permutes) return false;
                break;
            }

            int[][]? own = group.Axes.Regroup(group.Runs[operand.Source], operand.Shape);
            if (own is null && runs is null && operands.Count(other => _groupOf[other.Source] == group) == 1)
                own = Cut(group, operand, out refine);
            if (own is null || (runs is not null && !SameRuns(runs, own))) return false;
            runs = own;
        }

        if (permutes) return reduction is null && TryPermute(node, operands[0], group);
        runs ??= group.Box == box ? group.Axes.BoxRuns : null;
        if (runs is null || (reduction is not null && (group.Box != box || !Axes.InBoxOrder(runs))) || DependsOn(operands, group)) return false;
        refine?.Invoke();
        group.Runs[node] = runs;
        return true;
    }

    /// <summary>How a member lies on the group's axes when they are cut to those it is read by; null where that cannot be.</summary>
    private static int[][]? Cut(Group group, View operand, out Action? refine)
    {
        refine = null;
        if (group.ReducedAxes is not null || !Axes.InBoxOrder(group.Runs[operand.Source])) return null;
        if (group.Axes.Refine(operand.Shape.Span, out Func<int[][], int[][]> carry) is not var (finer, runs) || !CutsChannelsAlone(group, finer)) return null;
        refine = () => group.Refine(finer, carry);
        return runs;
    }

    /// <summary>
    /// A kernel hands its results over in boxes that are whole but for channels, so in its epilogue only channels may be cut.
    /// </summary>
    private static bool CutsChannelsAlone(Group group, Axes finer) => group.Head < 0 || !finer.BoxRuns.SkipLast(1).Any(run => run.Length > 1);

    /// <summary>Lays a copy of a permuted member: its points are the group's, only it is stored in another order.</summary>
    private static bool TryPermute(int node, View view, Group group)
    {
        if (group.ReducedAxes is not null || view.Offset != 0 || !Axes.InBoxOrder(group.Runs[view.Source])) return false;
        int[] byStride = [.. Enumerable.Range(0, view.Shape.Rank).Where(axis => view.Shape[axis] > 1).OrderByDescending(axis => view.Strides[axis])];
        long expected = 1;
        foreach (int axis in byStride.Reverse())
        {
            if (view.Strides[axis] != expected) return false;
            expected *= view.Shape[axis];
        }

        if (expected != group.Box.Count) return false;
        int[] extents = [.. byStride.Select(axis => view.Shape[axis])];
        if (group.Axes.Refine(extents, out Func<int[][], int[][]> carry) is not var (finer, sorted)) return false;
        if (!CutsChannelsAlone(group, finer)) return false;
        var runs = new int[view.Shape.Rank][];
        Array.Fill(runs, []);
        for (int i = 0; i < byStride.Length; i++) runs[byStride[i]] = sorted[i];
        group.Refine(finer, carry);
        group.Runs[node] = runs;
        return true;
    }

    private static bool SameRuns(int[][] a, int[][] b) => a.Zip(b).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    /// <summary>Whether a heavy operation's results can be finished by a nest.</summary>
    public static bool TakesEpilogue(Op op) => op is Conv2d or Conv2dInputGradient or MatMul;

    /// <summary>Whether an operand from outside the group depends on it; true also when the search takes too long.</summary>
    private bool DependsOn(List<View> operands, Group group)
    {
        var reached = new HashSet<Group>();
        var pending = new Stack<Group>();
        foreach (View operand in operands)
            if (_groupOf[operand.Source] is { } from && from != group) Push(from);
        while (pending.TryPop(out Group? next))
        {
            if (reached.Count > SearchLimit) return true;
            foreach (int source in next.Reads)
            {
                if (_groupOf[source] == group) return true;
                if (_groupOf[source] is { } from) Push(from);
            }
        }

        return false;

        void Push(Group from)
        {
            if (from.Latest > group.First && reached.Add(from)) pending.Push(from);
        }
    }
}
