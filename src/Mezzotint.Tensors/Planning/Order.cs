using System.Diagnostics;

namespace Mezzotint.Tensors.Planning;

/// <summary>
/// Orders groups for execution: every group after those it reads from, otherwise in the order of creation, which frees memory early. Groups
/// that only make new values of variables come last, so that nothing is committed before everything else is known.
/// </summary>
internal static class Order
{
    /// <returns>The groups in order, and how many come before the first that only updates.</returns>
    public static (Group[] Groups, int Commit) Of(Graph graph, Layout layout, Grouping grouping)
    {
        HashSet<Group> committing = OnlyUpdating(graph, layout, grouping);
        IReadOnlyList<Group> groups = grouping.Groups;
        var waitsFor = new int[groups.Count];
        var readers = new List<Group>[groups.Count];
        for (int i = 0; i < readers.Length; i++) readers[i] = [];
        foreach (Group group in groups)
            foreach (Group source in group.Reads.Select(grouping.GroupOf).OfType<Group>().Distinct())
            {
                readers[source.Index].Add(group);
                waitsFor[group.Index]++;
            }

        var ready = new PriorityQueue<Group, (bool, int)>();
        foreach (Group group in groups)
            if (waitsFor[group.Index] == 0) Enqueue(group);
        var order = new List<Group>(groups.Count);
        while (ready.TryDequeue(out Group? group, out _))
        {
            order.Add(group);
            foreach (Group reader in readers[group.Index])
                if (--waitsFor[reader.Index] == 0) Enqueue(reader);
        }

        Debug.Assert(order.Count == groups.Count, "No group waits for itself.");
        return ([.. order], order.Count - committing.Count);

        void Enqueue(Group group) => ready.Enqueue(group, (committing.Contains(group), group.Last));
    }

    /// <summary>
    /// The groups of which everything that is read elsewhere is the new value of a variable, and is read by nothing else.
    /// </summary>
    private static HashSet<Group> OnlyUpdating(Graph graph, Layout layout, Grouping grouping)
    {
        var needed = new HashSet<int>(graph.Outputs.Select(output => layout[output].Source));
        foreach (Group group in grouping.Groups) needed.UnionWith(group.Reads);
        var updating = new HashSet<Group>();
        foreach ((_, int value) in graph.Updates)
            if (grouping.GroupOf(layout[value].Source) is { Head: < 0 } group) updating.Add(group);
        updating.RemoveWhere(group => group.Members.Exists(needed.Contains));
        return updating;
    }
}
