namespace Mezzotint.Tensors.Planning;

/// <summary>One axis of a nest: its extent, how far a step along it moves in each operand, and whether sums are taken along it.</summary>
internal sealed record LoopAxis(long Extent, long[] Strides, bool IsReduced)
{
    /// <summary>An axis of one step, for nests that lack one.</summary>
    public static LoopAxis Single(int operands) => new(1, new long[operands], false);

    /// <summary>The number of points in a box of axes.</summary>
    public static long Points(IEnumerable<LoopAxis> axes) => axes.Aggregate(1L, (points, axis) => points * axis.Extent);

    /// <summary>The axes of a nest, without those of extent 1 and with those joined that run through every operand as one.</summary>
    public static List<LoopAxis> Of(LoopNest nest)
    {
        LoopOperand? reduced = Array.Find(nest.Operands, o => o.Access is Access.Sum or Access.Maximum);
        var axes = new List<LoopAxis>();
        for (int a = 0; a < nest.Extents.Length; a++)
        {
            if (nest.Extents[a] == 1) continue;
            axes.Add(new LoopAxis(nest.Extents[a], [.. nest.Operands.Select(o => o.Strides[a])], reduced?.Strides[a] == 0));
        }

        while (JoinTwo(axes))
        {
        }

        return axes;
    }

    /// <summary>
    /// Chooses the axis of the innermost loop: the one along which most data lies consecutively. Under a reduction the last axis is kept
    /// where
    /// that serves, for the choice decides the order of summation, which must not depend on the extent of the batch.
    /// </summary>
    public static int ChooseColumns(IReadOnlyList<LoopAxis> axes, LoopOperand[] operands, bool reduces)
    {
        int best = axes.Count - 1;
        double most = 0;
        for (int a = axes.Count - 1; a >= 0; a--)
        {
            double score = 0;
            for (int i = 0; i < operands.Length; i++)
            {
                if (reduces && operands[i].Access is Access.Sum or Access.Maximum) continue;
                if (Math.Abs(axes[a].Strides[i]) == 1) score += Weight(axes, operands, i) * (axes[a].Strides[i] == 1 ? 1 : 0.5);
            }

            if (score <= most) continue;
            (best, most) = (a, score);
            if (reduces && a == axes.Count - 1) break;
        }

        return best;
    }

    /// <summary>
    /// Chooses the axis of the rows: one along which operands that do not fit the columns are consecutive, else the one with the shortest
    /// steps.
    /// </summary>
    public static int ChooseRows(IReadOnlyList<LoopAxis> axes, LoopAxis columns, LoopOperand[] operands, Func<LoopAxis, bool> allowed)
    {
        int best = -1;
        (double Fit, double Steps) least = (0, 0);
        for (int a = axes.Count - 1; a >= 0; a--)
        {
            if (!allowed(axes[a])) continue;
            double fit = 0;
            for (int i = 0; i < operands.Length; i++)
                if (columns.Strides[i] is not (0 or 1) && Math.Abs(axes[a].Strides[i]) == 1) fit -= Weight(axes, operands, i);
            (double, double) cost = (fit, Steps(axes[a], operands));
            if (best < 0 || cost.CompareTo(least) < 0) (best, least) = (a, cost);
        }

        return best;
    }

    /// <summary>How far a step along an axis moves, over all operands; outer loops take the long steps.</summary>
    public static double Steps(LoopAxis axis, LoopOperand[] operands)
    {
        double steps = 0;
        for (int i = 0; i < operands.Length; i++) steps += Math.Abs((double)axis.Strides[i]) * (operands[i].Access == Access.Read ? 1 : 2);
        return steps;
    }

    // Elements of an operand that the nest touches; writes count twice, since a cache line is read before it is written.
    private static double Weight(IReadOnlyList<LoopAxis> axes, LoopOperand[] operands, int operand)
    {
        double elements = operands[operand].Access == Access.Read ? 1 : 2;
        foreach (LoopAxis axis in axes)
            if (axis.Strides[operand] != 0) elements *= axis.Extent;
        return elements;
    }

    private static bool JoinTwo(List<LoopAxis> axes)
    {
        for (int inner = axes.Count - 1; inner >= 0; inner--)
        {
            for (int outer = 0; outer < axes.Count; outer++)
            {
                LoopAxis a = axes[outer], b = axes[inner];
                if (outer == inner || a.IsReduced != b.IsReduced) continue;
                if (!a.Strides.Zip(b.Strides).All(s => s.First == s.Second * b.Extent)) continue;
                axes[inner] = b with { Extent = a.Extent * b.Extent };
                axes.RemoveAt(outer);
                return true;
            }
        }

        return false;
    }
}
