namespace Mezzotint.Tensors.Planning;

/// <summary>
/// The axes of a group's loop nest, and how nodes lie on them: each axis of a node is a run of the nest's axes, so a node whose axes are
/// those of another in a different order, split or joined, is computed at the same points.
/// </summary>
internal sealed class Axes
{
    private readonly int[] _extents;

    public Axes(Shape box)
    {
        _extents = box.ToArray();
        BoxRuns = [.. Enumerable.Range(0, box.Rank).Select(axis => new[] { axis })];
    }

    private Axes(int[] extents, int[][] boxRuns)
    {
        _extents = extents;
        BoxRuns = boxRuns;
    }

    /// <summary>The extents of the nest, outermost first.</summary>
    public ReadOnlySpan<int> Extents => _extents;

    /// <summary>For each axis of the group's box the run of the nest's axes that it is.</summary>
    public int[][] BoxRuns { get; }

    /// <summary>Whether a node lies on the axes as the box does.</summary>
    public static bool InBoxOrder(int[][] runs)
    {
        int next = 0;
        foreach (int axis in runs.SelectMany(run => run))
            if (axis != next++) return false;
        return true;
    }

    /// <summary>
    /// How a node lies whose elements, in row-major order, are those of a node with these runs; null where its axes cut through one.
    /// </summary>
    public int[][]? Regroup(int[][] runs, Shape shape)
    {
        int[] order = [.. runs.SelectMany(run => run)];
        var regrouped = new int[shape.Rank][];
        int at = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            var run = new List<int>();
            for (long left = shape[axis]; left > 1;)
            {
                if (at == order.Length) return null;
                int extent = _extents[order[at]];
                if (left % extent != 0) return null;
                left /= extent;
                run.Add(order[at++]);
            }

            regrouped[axis] = [.. run];
        }

        while (at < order.Length)
            if (_extents[order[at++]] != 1) return null;
        return regrouped;
    }

    /// <summary>The strides over the nest's axes of an operand whose axes lie on these runs.</summary>
    public long[] Strides(int[][] runs, Shape shape, ReadOnlySpan<long> strides)
    {
        var spread = new long[_extents.Length];
        for (int axis = 0; axis < runs.Length; axis++)
        {
            if (shape[axis] == 1) continue;
            long stride = strides[axis];
            for (int i = runs[axis].Length - 1; i >= 0; i--)
            {
                spread[runs[axis][i]] = stride;
                stride *= _extents[runs[axis][i]];
            }
        }

        return spread;
    }

    /// <summary>
    /// Cuts the axes so that the box, seen as a dense array of other extents, lies on runs of them too; null where the cuts cross. Runs on
    /// the old axes are carried over by <paramref name="carry"/>.
    /// </summary>
    /// <returns>The finer axes, and the runs of the extents given.</returns>
    public (Axes Finer, int[][] Runs)? Refine(ReadOnlySpan<int> extents, out Func<int[][], int[][]> carry)
    {
        var finer = new List<int>();
        var pieces = new List<int>[_extents.Length];
        var runs = new List<int>[extents.Length];
        for (int i = 0; i < pieces.Length; i++) pieces[i] = [];
        for (int i = 0; i < runs.Length; i++) runs[i] = [];
        carry = old => [.. old.Select(run => run.SelectMany(axis => pieces[axis]).ToArray())];
        int a = 0, b = 0;
        long mine = 1, theirs = 1;
        while (true)
        {
            while (mine == 1 && a < _extents.Length && (mine = _extents[a]) == 1) a++;
            while (theirs == 1 && b < extents.Length && (theirs = extents[b]) == 1) b++;
            if (mine == 1 && theirs == 1) break;
            long outer = Math.Min(mine, theirs);
            if (outer == 1 || Math.Max(mine, theirs) % outer != 0) return null;
            pieces[a].Add(finer.Count);
            runs[b].Add(finer.Count);
            finer.Add((int)outer);
            if ((mine /= outer) == 1) a++;
            if ((theirs /= outer) == 1) b++;
        }

        return (new Axes([.. finer], carry(BoxRuns)), [.. runs.Select(run => run.ToArray())]);
    }
}
