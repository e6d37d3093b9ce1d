using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Tests.Cpu;

/// <summary>Runs a loop nest point by point in double precision, and carries along a bound on how far float arithmetic may be
/// off.</summary>
internal static class LoopInterpreter
{
    /// <summary>
    /// Gives, for each written operand, its values and their scale (what the same nest gives over absolute values), both in its buffer's
    /// layout.
    /// </summary>
    public static (double[] Values, double[] Scales)[] Run(LoopNest nest, (float[] Buffer, int Offset)[] operands)
    {
        var results = new (double[] Values, double[] Scales)[operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            results[i] = ([.. operands[i].Buffer.Select(v => (double)v)], new double[operands[i].Buffer.Length]);
            if (nest.Operands[i].Access is not (Access.Sum or Access.Maximum)) continue;
            ForEachPoint(nest.Extents, [.. nest.Operands[i].Strides], (_, offset) =>
            {
                results[i].Values[operands[i].Offset + offset] = nest.Operands[i].Access == Access.Sum ? 0 : double.NegativeInfinity;
            });
        }

        ForEachPoint(nest.Extents, new long[nest.Extents.Length], (index, _) =>
        {
            var values = new double[nest.Body.Code.Length];
            var scales = new double[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                Instruction at = nest.Body.Code[i];
                if (at.Code is Opcode.Load or Opcode.Store)
                {
                    int operand = at.Code == Opcode.Load ? at.A : at.B;
                    long position = operands[operand].Offset + index.Select((n, axis) => n * nest.Operands[operand].Strides[axis]).Sum();
                    if (at.Code == Opcode.Load)
                    {
                        values[i] = operands[operand].Buffer[position];
                        scales[i] = Math.Abs(values[i]);
                        continue;
                    }

                    ref double value = ref results[operand].Values[position];
                    ref double scale = ref results[operand].Scales[position];
                    Access access = nest.Operands[operand].Access;
                    value = access switch
                    {
                        Access.Sum => value + values[at.A],
                        Access.Maximum => Math.Max(value, values[at.A]),
                        _ => values[at.A],
                    };
                    scale = access == Access.Sum ? scale + scales[at.A] : Math.Max(scale, scales[at.A]);
                    continue;
                }

                double a = values[at.A], b = at.B < 0 ? 0 : values[at.B], c = at.C < 0 ? 0 : values[at.C];
                double sa = scales[at.A], sb = at.B < 0 ? 0 : scales[at.B], sc = at.C < 0 ? 0 : scales[at.C];
                values[i] = Value(at, a, b, c);
                scales[i] = at.Code switch
                {
                    Opcode.Compare => 1,
                    Opcode.Select => Math.Max(sb, sc),
                    Opcode.Binary => (BinaryFunction)at.Function switch
                    {
                        BinaryFunction.Multiply => sa * sb,
                        BinaryFunction.Divide => sa / Math.Abs(b) * (sb / Math.Abs(b)),
                        BinaryFunction.Maximum or BinaryFunction.Minimum => Math.Max(sa, sb),
                        _ => sa + sb,
                    },
                    _ => Math.Max(sa, Math.Abs(values[i])),
                };
            }
        });
        return results;
    }

    public static double Value(Instruction at, double a, double b, double c) => at.Code switch
    {
        Opcode.Compare => (Comparison)at.Function switch
        {
            Comparison.Equal => a == b ? 1 : 0,
            Comparison.Less => a < b ? 1 : 0,
            _ => a <= b ? 1 : 0,
        },
        Opcode.Select => a != 0 ? b : c,
        Opcode.IntegerToFloat => BitConverter.SingleToInt32Bits((float)a),
        Opcode.FloatToInteger => BitConverter.Int32BitsToSingle((int)a),
        Opcode.Binary => (BinaryFunction)at.Function switch
        {
            BinaryFunction.Add => a + b,
            BinaryFunction.Subtract => a - b,
            BinaryFunction.Multiply => a * b,
            BinaryFunction.Divide => a / b,
            BinaryFunction.Maximum => Math.Max(a, b),
            BinaryFunction.Minimum => Math.Min(a, b),
            _ => Math.Pow(a, b),
        },
        _ => Value((UnaryFunction)at.Function, a),
    };

    public static double Value(UnaryFunction function, double a) => function switch
    {
        UnaryFunction.Negate => -a,
        UnaryFunction.Absolute => Math.Abs(a),
        UnaryFunction.Sign => double.IsNaN(a) ? a : Math.Sign(a),
        UnaryFunction.Floor => Math.Floor(a),
        UnaryFunction.Reciprocal => 1 / a,
        UnaryFunction.SquareRoot => Math.Sqrt(a),
        UnaryFunction.Exponential => Math.Exp(a),
        UnaryFunction.Logarithm => Math.Log(a),
        UnaryFunction.HyperbolicTangent => Math.Tanh(a),
        UnaryFunction.Sigmoid => 1 / (1 + Math.Exp(-a)),
        UnaryFunction.Sine => Math.Sin(a),
        UnaryFunction.Cosine => Math.Cos(a),
        _ => a <= 0 ? 0 : a,
    };

    private static void ForEachPoint(int[] extents, long[] strides, Action<long[], long> visit)
    {
        long count = extents.Aggregate(1L, (n, extent) => n * extent);
        var index = new long[extents.Length];
        for (long point = 0; point < count; point++)
        {
            long rest = point, offset = 0;
            for (int a = extents.Length - 1; a >= 0; a--)
            {
                index[a] = rest % extents[a];
                rest /= extents[a];
                offset += index[a] * strides[a];
            }

            visit(index, offset);
        }
    }
}
