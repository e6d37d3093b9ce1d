namespace Mezzotint.Tensors.Planning;

/// <summary>
/// Nodes that run together: the members of one loop nest over a box, or one heavy operation (the head), whose result the nest may finish
/// while it is in cache.
/// </summary>
internal sealed class Group(int index, Shape box)
{
    /// <summary>The place of the group in the grouping.</summary>
    public int Index { get; } = index;

    /// <summary>The extents of the loop nest before any was cut.</summary>
    public Shape Box { get; } = box;

    /// <summary>The axes of the loop nest: those of the box, cut finer where members take them in another order.</summary>
    public Axes Axes { get; private set; } = new(box);

    /// <summary>How each member, and the head, lies on the axes.</summary>
    public Dictionary<int, int[][]> Runs { get; } = [];

    /// <summary>The heavy operation that the group begins with, or -1.</summary>
    public int Head { get; init; } = -1;

    /// <summary>The nodes that the loop nest computes, in order; the head is not among them.</summary>
    public List<int> Members { get; } = [];

    /// <summary>
    /// The moments of one of the nodes, the head or a member, that are gathered as that one is stored; of a group of nothing but moments,
    /// the head is the first of them.
    /// </summary>
    public List<int> Moments { get; } = [];

    /// <summary>The nodes that the group reads from memory. Some may be members of groups that run before it, others leaves.</summary>
    public HashSet<int> Reads { get; } = [];

    /// <summary>The axes that the group's reductions reduce, or null while it has none.</summary>
    public IntList? ReducedAxes { get; set; }

    /// <summary>An upper bound on the instructions of the loop's body.</summary>
    public int Instructions { get; set; }

    /// <summary>The first node in the group: no node created before it reads the group.</summary>
    public int First { get; init; }

    /// <summary>The latest node in the group.</summary>
    public int Last { get; set; }

    /// <summary>
    /// The latest node in this group and in all that run before it because it reads them, directly or not. It may be far later than the
    /// nodes that are read: a group that is read runs as a whole.
    /// </summary>
    public int Latest { get; set; }

    /// <summary>Replaces the axes by finer ones.</summary>
    public void Refine(Axes finer, Func<int[][], int[][]> carry)
    {
        Axes = finer;
        foreach (int node in Runs.Keys) Runs[node] = carry(Runs[node]);
    }
}
