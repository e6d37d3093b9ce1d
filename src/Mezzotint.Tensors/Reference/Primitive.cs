using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>The value of one primitive, as its definition says.</summary>
internal static class Primitive
{
    public static double[] Compute(Op op, ReadOnlySpan<Values> inputs, Shape output) => op switch
    {
        Unary unary => Array.ConvertAll(inputs[0].Elements, ScalarFunction.Of(unary.Function).Invoke),
        Binary binary => Zip(inputs[0], inputs[1], ScalarFunction.Of(binary.Function)),
        Compare compare => Zip(inputs[0], inputs[1], ScalarFunction.Of(compare.Comparison)),
        Select => Choose(inputs[0], inputs[1], inputs[2]),
        Cast cast => cast.To == ElementType.Int32 ? Array.ConvertAll(inputs[0].Elements, ScalarFunction.ToInteger) : inputs[0].Elements,
        StopGradient or Reshape => inputs[0].Elements,
        Broadcast or Permute or Pad or Slice or Flip or Concat or Gather => Rearrangement.Compute(op, inputs, output),
        Sum or Maximum or Moment or MatMul or Resample or SegmentSum => Accumulation.Compute(op, inputs, output),
        Convolution convolution => Correlation.Compute(convolution, inputs, output),
        MaxPoolPick pick => Pooling.Pick(pick, inputs[0], inputs[1], output),
        MaxPoolScatter scatter => Pooling.Scatter(scatter, inputs[0], inputs[1]),
        RandomNumbers random => Draw(random, inputs[0].Elements, output),
        _ => throw new NotSupportedException($"The reference device does not know the operation '{op.Name}'."),
    };

    private static double[] Draw(RandomNumbers op, double[] key, Shape output)
    {
        var numbers = new double[output.Count];
        uint seedLow = (uint)(int)key[0], seedHigh = (uint)(int)key[1], step = (uint)(int)key[2];
        for (long i = 0; i < numbers.Length; i++)
        {
            ulong block = (ulong)i / 4;
            (uint w0, uint w1, uint w2, uint w3) = Philox.Block((uint)block, (uint)(block >> 32), step, (uint)op.Site, seedLow, seedHigh);
            uint[] words = [w0, w1, w2, w3];
            int place = (int)(i % 4);
            (float first, float second) = Philox.Normals(words[place / 2 * 2], words[place / 2 * 2 + 1]);
            numbers[i] = op.Distribution == Distribution.Uniform ? Philox.Uniform(words[place]) : place % 2 == 0 ? first : second;
        }

        return numbers;
    }

    private static double[] Zip(Values left, Values right, Func<double, double, double> function)
    {
        var result = new double[left.Elements.Length];
        for (int i = 0; i < result.Length; i++) result[i] = function(left.Elements[i], right.Elements[i]);
        return result;
    }

    private static double[] Choose(Values condition, Values whenTrue, Values whenFalse)
    {
        var result = new double[condition.Elements.Length];
        for (int i = 0; i < result.Length; i++) result[i] = condition.Elements[i] != 0 ? whenTrue.Elements[i] : whenFalse.Elements[i];
        return result;
    }
}
