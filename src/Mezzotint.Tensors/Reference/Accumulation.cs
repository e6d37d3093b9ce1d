using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>The primitives that gather many elements into one.</summary>
internal static class Accumulation
{
    public static double[] Compute(Op op, ReadOnlySpan<Values> inputs, Shape output) => op switch
    {
        Sum sum => Reduce(inputs[0], sum.Axes, output, 0, (total, x) => total + x),
        Maximum maximum => Reduce(inputs[0], maximum.Axes, output, double.NegativeInfinity, Math.Max),
        Moment moment => Moments(moment, inputs[0], output),
        MatMul => Multiply(inputs[0], inputs[1], output),
        Resample resample => Interpolate(inputs[0], resample.Axis, resample.Taps(inputs[0].Shape), output),
        SegmentSum segment => SumSegments(inputs[0], inputs[1], segment.Rows, output),
        _ => throw new NotSupportedException($"'{op.Name}' does not accumulate."),
    };

    /// <summary>Applies a sparse matrix along one axis.</summary>
    public static double[] Interpolate(Values input, int axis, ResampleTaps taps, Shape output)
    {
        var result = new double[output.Count];
        int inner = 1;
        for (int i = axis + 1; i < output.Rank; i++) inner *= output[i];
        for (int i = 0; i < result.Length; i++)
        {
            int column = i % inner, row = i / inner % output[axis], outer = i / inner / output[axis];
            for (int tap = taps.RowStart[row]; tap < taps.RowStart[row + 1]; tap++)
                result[i] += taps.Weight[tap] * input.Elements[(outer * input.Shape[axis] + taps.Index[tap]) * inner + column];
        }

        return result;
    }

    private static double[] Reduce(Values input, IntList axes, Shape output, double start, Func<double, double, double> combine)
    {
        long[] strides = output.DenseStrides();
        var byAxis = new int[output.Rank][];
        for (int axis = 0; axis < byAxis.Length; axis++)
        {
            int stride = axes.Contains(axis) ? 0 : checked((int)strides[axis]);
            byAxis[axis] = [.. Enumerable.Range(0, input.Shape[axis]).Select(i => i * stride)];
        }

        var result = new double[output.Count];
        Array.Fill(result, start);
        int[] targets = Rearrangement.Offsets(byAxis);
        for (int i = 0; i < targets.Length; i++)
        {
            ref double total = ref result[targets[i]];
            total = combine(total, input.Elements[i]);
        }

        return result;
    }

    private static double[] Moments(Moment op, Values input, Shape output)
    {
        double[] mean = MeanOver(i => input.Elements[i], input.Shape, output);
        if (op is Mean) return mean;
        int pixels = Moment.CountOf(input.Shape, output), channels = output[^1];
        return MeanOver(i => Math.Pow(input.Elements[i] - mean[Moment.Target(i, pixels, channels)], 2), input.Shape, output);
    }

    /// <summary>The mean of each channel of what there is for each element.</summary>
    public static double[] MeanOver(Func<int, double> term, Shape input, Shape output)
    {
        var mean = new double[output.Count];
        int pixels = Moment.CountOf(input, output), channels = output[^1];
        for (int i = 0; i < input.Count; i++) mean[Moment.Target(i, pixels, channels)] += term(i) / pixels;
        return mean;
    }

    private static double[] Multiply(Values left, Values right, Shape output)
    {
        int rows = output[^2], columns = output[^1], depth = left.Shape[^1];
        var result = new double[output.Count];
        for (int i = 0; i < result.Length; i++)
        {
            int column = i % columns, row = i / columns % rows, batch = i / columns / rows;
            for (int k = 0; k < depth; k++)
                result[i] += left.Elements[(batch * rows + row) * depth + k] * right.Elements[(batch * depth + k) * columns + column];
        }

        return result;
    }

    private static double[] SumSegments(Values values, Values indices, int rows, Shape output)
    {
        var result = new double[output.Count];
        int row = result.Length / rows;
        for (int i = 0; i < values.Elements.Length; i++)
            result[Rearrangement.RowOf(indices.Elements[i / row], rows) * row + i % row] += values.Elements[i];
        return result;
    }
}
