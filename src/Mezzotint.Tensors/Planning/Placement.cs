using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>
/// Where the values that have memory lie: each in memory of its own, or, where it is a part of a concatenation, in that one's memory, so
/// that the part's own store is the concatenation. A part may be a concatenation of parts in turn, as when an image is padded along one
/// axis and then along the other. The strides of a part are those of the whole.
/// </summary>
/// <remarks>
/// A part is a value that a loop or an epilogue stores, in runs that are worth a vector, and whose readers all take strides; and it must be
/// read no longer than the whole is, for else the whole's memory would be kept for its sake. Other parts are copied.
/// </remarks>
internal sealed class Placement
{
    /// <summary>The fewest elements in a row, a line of the cache, for which it pays to store them among others.</summary>
    private const long FewestInRun = 16;

    private readonly Graph _graph;
    private readonly Layout _layout;
    private readonly View?[] _places;

    public Placement(Graph graph, Layout layout, Grouping grouping, Group[] order)
    {
        _graph = graph;
        _layout = layout;
        _places = new View?[graph.Nodes.Length];
        var lastRead = new int[graph.Nodes.Length];
        for (int i = 0; i < order.Length; i++)
            foreach (int source in order[i].Reads) lastRead[source] = i;
        foreach (int output in graph.Outputs.Concat(graph.Updates.Select(update => update.Value))) lastRead[layout[output].Source] = int.MaxValue;

        ILookup<int, (int Reader, int Input, View View)> readers = Readers();
        for (int whole = graph.Nodes.Length - 1; whole >= 0; whole--)
        {
            if (graph.Nodes[whole].Op is not Concat concat) continue;
            int start = 0;
            foreach (int part in graph.Nodes[whole].Inputs)
            {
                View place = Part(whole, concat.Axis, start, graph.Nodes[part].Shape);
                start += place.Shape[concat.Axis];
                bool outlives = lastRead[part] > lastRead[place.Source] && 2 * graph.Nodes[place.Source].Shape.Count > 3 * place.Shape.Count;
                if (_places[part] is null && IsStored(part, grouping) && RunOf(place) >= FewestInRun && !outlives
                    && readers[part].All(reader => TakesFrom(place, reader.Reader, reader.Input, reader.View)))
                {
                    _places[part] = place;
                }
            }
        }
    }

    /// <summary>Where a node with memory lies.</summary>
    public View this[int node] => _places[node] ?? View.Whole(node, _graph.Nodes[node].Shape);

    /// <summary>Whether a node lies in another's memory.</summary>
    public bool IsPart(int node) => _places[node] is not null;

    /// <summary>Whether a node lies in this very place of another.</summary>
    public bool IsAt(int node, View place) => _places[node] is { } own && (own.Source, own.Offset) == (place.Source, place.Offset);

    /// <summary>How a view of a node's elements in row-major order reads them where they lie.</summary>
    public View Of(View view) => view.Source >= 0 && _places[view.Source] is { } place ? place.Seen(view)! : view;

    /// <summary>Where a concatenation has the elements of one of its parts, from <paramref name="start"/> on along its axis.</summary>
    public View Part(int whole, int axis, int start, Shape shape)
    {
        View place = this[whole];
        return place with { Shape = shape, Offset = place.Offset + start * place.Strides[axis] };
    }

    /// <summary>
    /// How each node's memory is read, and by which input of which node (of a copy: by none, -1; of an output or update: by no node).
    /// </summary>
    private ILookup<int, (int Reader, int Input, View View)> Readers()
    {
        var readers = new List<(int Reader, int Input, View View)>();
        for (int node = 0; node < _graph.Nodes.Length; node++)
        {
            if (_layout.CopyOf(node) is { } copied) readers.Add((node, -1, copied));
            else if (_layout.HasMemory(node)) readers.AddRange(_graph.Nodes[node].Inputs.Select((input, i) => (node, i, _layout[input])));
        }

        readers.AddRange(_graph.Outputs.Concat(_graph.Updates.Select(update => update.Value)).Select(output => (-1, -1, _layout[output])));
        return readers.ToLookup(reader => reader.View.Source);
    }

    /// <summary>Whether a node is stored by a nest of loops, or, being a concatenation, by nobody.</summary>
    private bool IsStored(int node, Grouping grouping)
    {
        if (!_layout.HasMemory(node) || grouping.GroupOf(node) is not { } group) return false;
        Op op = _graph.Nodes[node].Op;
        return group.Head != node ? op is not (Reduction or Moment) || _layout.CopyOf(node) is not null : op is Concat || Grouping.TakesEpilogue(op);
    }

    /// <summary>Whether a reader can do with strides.</summary>
    private bool TakesFrom(View place, int reader, int input, View view) =>
        reader >= 0 && place.Seen(view) is { } seen && (input < 0 || _layout.Takes(_graph.Nodes[reader].Op, input, seen));

    private static long RunOf(View place)
    {
        long run = 1;
        for (int axis = place.Shape.Rank - 1; axis >= 0 && (place.Shape[axis] == 1 || place.Strides[axis] == run); axis--) run *= place.Shape[axis];
        return run;
    }
}
