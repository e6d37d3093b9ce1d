using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class ElementaryFunctionsTests
{
    private static readonly KernelCache Cache = new();

    public static TheoryData<VectorWidth> WidthData => SerialRunner.WidthData;

    [Theory]
    [InlineData(UnaryFunction.Exponential, -110, 95, 2)]
    [InlineData(UnaryFunction.Exponential, -1e-3f, 1e-3f, 2)]
    [InlineData(UnaryFunction.Logarithm, 0, 3, 2)]
    [InlineData(UnaryFunction.Logarithm, 0, 3e38f, 2)]
    [InlineData(UnaryFunction.Logarithm, 0, 1e-37f, 2)]
    [InlineData(UnaryFunction.Logarithm, 0.99f, 1.01f, 2)]
    [InlineData(UnaryFunction.HyperbolicTangent, -12, 12, 3)]
    [InlineData(UnaryFunction.HyperbolicTangent, -1e-3f, 1e-3f, 3)]
    [InlineData(UnaryFunction.Sigmoid, -100, 30, 3)]
    [InlineData(UnaryFunction.Sigmoid, -2, 2, 3)]
    [InlineData(UnaryFunction.Sine, -10, 10, 2)]
    [InlineData(UnaryFunction.Sine, -1e6f, 1e6f, 2)]
    [InlineData(UnaryFunction.Cosine, -10, 10, 2)]
    [InlineData(UnaryFunction.Cosine, -70000, 70000, 2)]
    [InlineData(UnaryFunction.Cosine, -1e30f, 1e30f, 2)]
    internal void Functions_are_accurate_to_units_in_the_last_place(UnaryFunction function, float low, float high, double units)
    {
        float[] x = Spread(low, high, 200_000);
        float[] y = Apply(function, x, VectorWidth.Bits256);
        for (int i = 0; i < x.Length; i++) AssertNear(LoopInterpreter.Value(function, x[i]), y[i], units, $"{function}({x[i]:G9})");
    }

    [Theory]
    [InlineData(0, 10, -3, 3, 2.5)]
    [InlineData(0, 1, 0, 1, 2.5)]
    [InlineData(0, 1e6f, -20, 20, 4)]
    [InlineData(0.99f, 1.01f, -5000, 5000, 4)]
    [InlineData(0, 1e-38f, -2, 2, 4)]
    internal void A_power_is_accurate_to_units_in_the_last_place(float low, float high, float lowest, float highest, double units)
    {
        float[] x = Spread(low, high, 200_000), y = Spread(lowest, highest, x.Length);
        new Random(4).Shuffle(y);
        float[] z = Power(x, y);
        for (int i = 0; i < x.Length; i++) AssertNear(Math.Pow(x[i], y[i]), z[i], units, $"{x[i]:G9}^{y[i]:G9}");
    }

    [Fact]
    internal void Functions_take_their_limits_at_the_ends_of_their_domain()
    {
        const float Infinity = float.PositiveInfinity;
        float[] ends = [-Infinity, -1, 0, 1, Infinity, float.MaxValue, float.MinValue, float.Epsilon];
        foreach (UnaryFunction function in Enum.GetValues<UnaryFunction>())
        {
            float[] y = Apply(function, ends, VectorWidth.Bits256);
            for (int i = 0; i < ends.Length; i++)
                AssertNear(LoopInterpreter.Value(function, ends[i]), y[i], 2, $"{function}({ends[i]})");
        }

        Assert.Equal(
            [0, Infinity, 1, Infinity, 0, 1, 1, 1, 0, Infinity],
            Power([0, 0, 0, Infinity, Infinity, Infinity, 1, 1, 0.5f, 0.5f], [2, -1, 0, 1, -1, 0, Infinity, 7, Infinity, -Infinity]));
    }

    [Theory]
    [MemberData(nameof(WidthData))]
    internal void Every_function_hands_a_NaN_on(VectorWidth width)
    {
        float[] x = new float[37];
        Array.Fill(x, float.NaN);
        foreach (UnaryFunction function in Enum.GetValues<UnaryFunction>())
            Assert.All(Apply(function, x, width), y => Assert.True(float.IsNaN(y), $"{function}"));
        foreach (BinaryFunction function in Enum.GetValues<BinaryFunction>())
        {
            foreach (float other in (float[])[0, 1, -1, float.PositiveInfinity])
            {
                float[] others = new float[x.Length];
                Array.Fill(others, other);
                Assert.All(Apply(Opcode.Binary, (int)function, x, others, width), y => Assert.True(float.IsNaN(y), $"{function} of NaN"));
                Assert.All(Apply(Opcode.Binary, (int)function, others, x, width), y => Assert.True(float.IsNaN(y), $"{function} with NaN"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(WidthData))]
    internal void A_value_does_not_depend_on_where_its_element_lies(VectorWidth width)
    {
        float[] x =
        [
            .. Spread(-90, 90, 301), float.PositiveInfinity, float.NegativeInfinity, 0, -0f, 1e30f, -1e-42f, 3e5f, float.NaN, 1e6f,
        ];
        float[] y = [.. Spread(-3, 3, x.Length)];
        (Opcode, int)[] functions =
        [
            .. Enum.GetValues<UnaryFunction>().Select(f => (Opcode.Unary, (int)f)),
            .. Enum.GetValues<BinaryFunction>().Select(f => (Opcode.Binary, (int)f)),
            .. Enum.GetValues<Comparison>().Select(f => (Opcode.Compare, (int)f)),
            (Opcode.FloatToInteger, -1), (Opcode.IntegerToFloat, -1),
        ];
        foreach ((Opcode code, int function) in functions)
        {
            float[] whole = Apply(code, function, x, y, width), alone = new float[x.Length];
            for (int i = 0; i < x.Length; i++) alone[i] = Apply(code, function, [x[i]], [y[i]], width)[0];
            SerialRunner.AssertSameBits(alone, whole);
            SerialRunner.AssertSameBits(Apply(code, function, x[5..], y[5..], width), whole[5..]);
        }
    }

    [Theory]
    [MemberData(nameof(WidthData))]
    internal void Products_are_fused_alike_in_vectors_and_in_tails(VectorWidth width)
    {
        // a b - c, c - a b, a b + c d: each rounds differently if a product is rounded by itself.
        var code = new List<Instruction> { new(Opcode.Load, 0), new(Opcode.Load, 1), new(Opcode.Load, 2) };
        Instruction Of(BinaryFunction function, int a, int b) => new(Opcode.Binary, a, b, Function: (int)function);
        code.Add(Of(BinaryFunction.Multiply, 0, 1));
        code.Add(Of(BinaryFunction.Subtract, 3, 2));
        code.Add(Of(BinaryFunction.Multiply, 1, 1));
        code.Add(Of(BinaryFunction.Subtract, 4, 5));
        code.Add(Of(BinaryFunction.Multiply, 6, 0));
        code.Add(Of(BinaryFunction.Multiply, 6, 2));
        code.Add(Of(BinaryFunction.Add, 7, 8));
        code.Add(new(Opcode.Store, 9, 3));
        LoopOperand[] operands = [.. Enumerable.Range(0, 4).Select(i => new LoopOperand(i == 3 ? Access.Write : Access.Read, [1]))];
        var random = new Random(1);
        float[][] x = [.. Enumerable.Range(0, 3).Select(_ => LoopKernelTests.Fill(random, 100))];
        float[] whole = new float[100];
        SerialRunner.Run(LoopKernel.Create(new LoopNest(new([.. code]), [100], operands), width, Cache), x[0], x[1], x[2], whole);
        for (int i = 0; i < 100; i++)
        {
            float s = MathF.FusedMultiplyAdd(-x[1][i], x[1][i], MathF.FusedMultiplyAdd(x[0][i], x[1][i], -x[2][i]));
            Assert.Equal(MathF.FusedMultiplyAdd(s, x[0][i], s * x[2][i]), whole[i]);
        }
    }

    [Fact]
    internal void Integers_are_carried_as_bits_and_converted()
    {
        float[] x = [-2.7f, 2.7f, 0, 1e9f, 3e9f, -3e9f, float.NaN];
        foreach (VectorWidth width in SerialRunner.Widths)
        {
            float[] bits = Apply(Opcode.FloatToInteger, -1, x, x, width);
            Assert.Equal([-2, 2, 0, 1_000_000_000, int.MaxValue, int.MinValue, 0], bits.Select(BitConverter.SingleToInt32Bits));
            Assert.Equal([-2f, 2f, 0f, 1e9f, 2147483648f, -2147483648f, 0f], Apply(Opcode.IntegerToFloat, -1, bits, bits, width));
        }
    }

    // Half the points spread evenly, half by their exponents.
    private static float[] Spread(float low, float high, int count)
    {
        var random = new Random(9);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                double even = low + (high - (double)low) * random.NextDouble();
                double scaled = (random.Next(2) == 0 ? low : high) * Math.Pow(2, -20 * random.NextDouble());
                return (float)(i % 2 == 0 || scaled < low || scaled > high ? even : scaled);
            }),
        ];
    }

    private static void AssertNear(double expected, float actual, double units, string what)
    {
        if (expected == actual || (double.IsNaN(expected) && float.IsNaN(actual)) || (float)expected == actual) return;
        double unit = Math.Max(float.Epsilon, Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(expected))) - 23));
        double error = Math.Abs(actual - expected) / unit;
        Assert.True(error <= units, $"{what}: {actual:G9}, expected {expected:G12}, {error:F2} units.");
    }

    private static float[] Apply(UnaryFunction function, float[] x, VectorWidth width) => Apply(Opcode.Unary, (int)function, x, x, width);

    private static float[] Power(float[] x, float[] y) => Apply(Opcode.Binary, (int)BinaryFunction.Power, x, y, VectorWidth.Bits256);

    private static float[] Apply(Opcode code, int function, float[] x, float[] y, VectorWidth width)
    {
        int second = code is Opcode.Binary or Opcode.Compare ? 1 : -1;
        var body = new LoopBody(
            [new(Opcode.Load, 0), new(Opcode.Load, 1), new(code, 0, second, Function: function), new(Opcode.Store, 2, 2)]);
        var nest = new LoopNest(body, [x.Length], [new(Access.Read, [1]), new(Access.Read, [1]), new(Access.Write, [1])]);
        var z = new float[x.Length];
        SerialRunner.Run(LoopKernel.Create(nest, width, Cache), x, y, z);
        return z;
    }
}
