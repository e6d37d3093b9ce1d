using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>The primitives that only move elements.</summary>
internal static class Rearrangement
{
    private const int Absent = -1;

    public static double[] Compute(Op op, ReadOnlySpan<Values> inputs, Shape output)
    {
        if (op is Concat concat) return Join(inputs, concat.Axis, output);
        if (op is Gather) return GatherRows(inputs[0], inputs[1], output);

        double[] elements = inputs[0].Elements;
        return Array.ConvertAll(Offsets(SourcesByAxis(op, inputs[0].Shape, output)), source => source == Absent ? 0 : elements[source]);
    }

    /// <summary>
    /// The offsets of all points of a box in row-major order, from the offset that each index of each axis stands for. A point is absent
    /// where any of its indices is.
    /// </summary>
    public static int[] Offsets(int[][] byAxis)
    {
        int[] offsets = [0];
        foreach (int[] axis in byAxis)
        {
            var longer = new int[offsets.Length * axis.Length];
            for (int i = 0; i < longer.Length; i++)
            {
                int outer = offsets[i / axis.Length], inner = axis[i % axis.Length];
                longer[i] = outer == Absent || inner == Absent ? Absent : outer + inner;
            }

            offsets = longer;
        }

        return offsets;
    }

    /// <summary>For each axis of the output and each index on it, where in the input it lies.</summary>
    private static int[][] SourcesByAxis(Op op, Shape input, Shape output)
    {
        int[] strides = [.. input.DenseStrides().Select(stride => checked((int)stride))];
        var sources = new int[output.Rank][];
        for (int axis = 0; axis < sources.Length; axis++)
        {
            sources[axis] = new int[output[axis]];
            for (int i = 0; i < output[axis]; i++) sources[axis][i] = Source(axis, i);
        }

        return sources;

        int Source(int axis, int i)
        {
            switch (op)
            {
                case Broadcast:
                    int inner = axis - (output.Rank - input.Rank);
                    return inner < 0 || input[inner] == 1 ? 0 : i * strides[inner];
                case Permute permute:
                    return i * strides[permute.Order[axis]];
                case Pad pad:
                    int step = pad.Between[axis] + 1, from = i - pad.Before[axis];
                    return from >= 0 && from % step == 0 && from / step < input[axis] ? from / step * strides[axis] : Absent;
                case Slice slice:
                    return (slice.Start[axis] + i * slice.Step[axis]) * strides[axis];
                case Flip flip:
                    return (flip.Axes.Contains(axis) ? input[axis] - 1 - i : i) * strides[axis];
                default:
                    throw new NotSupportedException($"'{op.Name}' does not move elements.");
            }
        }
    }

    private static double[] Join(ReadOnlySpan<Values> parts, int axis, Shape output)
    {
        var result = new double[output.Count];
        int inner = 1;
        for (int i = axis + 1; i < output.Rank; i++) inner *= output[i];
        int block = output[axis] * inner, start = 0;
        foreach (Values part in parts)
        {
            int run = part.Shape[axis] * inner;
            for (int outer = 0; outer * run < part.Elements.Length; outer++)
                Array.Copy(part.Elements, outer * run, result, outer * block + start, run);
            start += run;
        }

        return result;
    }

    private static double[] GatherRows(Values table, Values indices, Shape output)
    {
        var result = new double[output.Count];
        int row = table.Elements.Length / table.Shape[0];
        for (int i = 0; i < indices.Elements.Length; i++)
            Array.Copy(table.Elements, RowOf(indices.Elements[i], table.Shape[0]) * row, result, i * row, row);
        return result;
    }

    /// <summary>An index as the number of a row.</summary>
    /// <exception cref="ArgumentException">There is no such row.</exception>
    public static int RowOf(double index, int rows) =>
        index >= 0 && index < rows
            ? (int)index
            : throw new ArgumentException($"The index {index} names none of the {rows} rows of a table.");
}
