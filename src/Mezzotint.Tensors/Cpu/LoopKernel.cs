using System.Diagnostics;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Runs a loop nest: elementwise work, permutations and reductions. Axes are joined and reordered for locality, and work is cut into tasks
/// by
/// sizes alone.
/// </summary>
internal abstract unsafe class LoopKernel : Kernel
{
    /// <summary>A nest with fewer points than this is one task.</summary>
    protected const long SmallNest = 16 * 1024;

    /// <summary>About how many points a task of a larger nest has.</summary>
    protected const long TaskPoints = 48 * 1024;

    /// <summary>The most terms of a sum made by adding whole planes to each other.</summary>
    private const long FewTerms = 16;

    /// <summary>The longest rows that are summed without being cut into chunks.</summary>
    private const long LongestSummedRow = 16 * 1024;

    protected LoopKernel(LoopOperand[] operands)
    {
        Operands = operands;
        Reduced = [.. Enumerable.Range(0, operands.Length).Where(i => operands[i].Access is Access.Sum or Access.Maximum)];
    }

    protected LoopOperand[] Operands { get; }

    /// <summary>The operands that are sums or maxima.</summary>
    protected int[] Reduced { get; }

    /// <summary>The kernel of a nest.</summary>
    /// <param name="nest">What to run. A sum or maximum over nothing is a plain write; the body stores to every operand it reduces
    /// once.</param>
    /// <param name="width">The vector registers to use.</param>
    /// <param name="cache">Where emitted methods are kept.</param>
    public static LoopKernel Create(LoopNest nest, VectorWidth width, KernelCache cache)
    {
        Debug.Assert(nest.Operands.All(o => o.Strides.Length == nest.Extents.Length), "Every operand has a stride for every axis.");
        LoopOperand[] operands = nest.Operands;
        List<LoopAxis> axes = LoopAxis.Of(nest);
        bool reduces = axes.Any(axis => axis.IsReduced);
        if (!reduces)
            operands = [.. operands.Select(o => o.Access == Access.Read ? o : o with { Access = Access.Write })];

        LoopAxis columns = Take(axes, axes.Count == 0 ? -1 : LoopAxis.ChooseColumns(axes, operands, reduces), operands.Length);
        bool hasOtherTerms = axes.Any(axis => axis.IsReduced);
        long terms = LoopAxis.Points(axes.Where(axis => axis.IsReduced));
        LoopReduction reduction = !reduces ? LoopReduction.None
            : columns.IsReduced ? LoopReduction.Columns
            : terms is > 0 and <= FewTerms ? LoopReduction.Points : LoopReduction.Rows;

        // A sum of many terms runs along the innermost two axes; where each row has a short sum of its own, or none, rows are kept points.
        bool chunked = reduction == LoopReduction.Rows
            || (reduction == LoopReduction.Columns && (hasOtherTerms || columns.Extent is 0 or > LongestSummedRow));
        bool rowsReduced = chunked && hasOtherTerms;
        LoopAxis rows = Take(
            axes,
            chunked && !rowsReduced ? -1 : LoopAxis.ChooseRows(axes, columns, operands, axis => axis.IsReduced == rowsReduced),
            operands.Length);
        LoopAxis[] outer = [.. axes.OrderByDescending(axis => LoopAxis.Steps(axis, operands))];
        LoopAxis[] kept = [.. outer.Where(axis => !axis.IsReduced)], others = [.. outer.Where(axis => axis.IsReduced)];
        return chunked
            ? new ReductionKernel(nest.Body, operands, reduction, kept, others, rows, columns, width, cache)
            : new LineKernel(nest.Body, operands, reduction, kept, others, rows, columns, width, cache);
    }

    /// <summary>Moves operands to a point of some axes, numbered with the last axis fastest.</summary>
    protected static void Move(LoopAxis[] axes, long point, float** at)
    {
        for (int a = axes.Length - 1; a >= 0 && point > 0; a--)
        {
            long extent = axes[a].Extent;
            long quotient = point / extent, index = point - quotient * extent;
            point = quotient;
            long[] strides = axes[a].Strides;
            for (int i = 0; i < strides.Length; i++) at[i] += index * strides[i];
        }
    }

    /// <summary>Moves operands along one axis.</summary>
    protected static void Step(LoopAxis axis, long steps, float** at)
    {
        if (steps == 0) return;
        for (int i = 0; i < axis.Strides.Length; i++) at[i] += steps * axis.Strides[i];
    }

    /// <summary>What a sum or a maximum starts from.</summary>
    protected float Start(int operand) => Operands[operand].Access == Access.Maximum ? float.NegativeInfinity : 0f;

    private static LoopAxis Take(List<LoopAxis> axes, int index, int operands)
    {
        if (index < 0) return LoopAxis.Single(operands);
        LoopAxis axis = axes[index];
        axes.RemoveAt(index);
        return axis;
    }
}
