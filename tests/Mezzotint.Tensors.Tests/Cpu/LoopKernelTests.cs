using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class LoopKernelTests
{
    private static readonly KernelCache Cache = new();

    public static TheoryData<VectorWidth> WidthData => SerialRunner.WidthData;

    [Theory]
    [MemberData(nameof(WidthData))]
    internal void Elementwise_nests_of_any_layout_compute_what_their_body_says(VectorWidth width)
    {
        var nests = new RandomNests(1);
        for (int i = 0; i < 120; i++) Check(nests.Next(reduces: false), width, $"nest {i}");
    }

    [Theory]
    [MemberData(nameof(WidthData))]
    internal void Sums_and_maxima_over_any_axes_are_what_a_double_precision_loop_gives(VectorWidth width)
    {
        var nests = new RandomNests(2);
        for (int i = 0; i < 120; i++) Check(nests.Next(reduces: true), width, $"nest {i}");
    }

    [Fact]
    internal void Nests_larger_than_a_task_and_a_chunk_are_covered()
    {
        LoopBody body = Multiply(2, 3);
        Check(Dense(body, [3, 41, 1000], [3, 3], [7, 7], [0, 7]), VectorWidth.Bits256, "elementwise");
        Check(Dense(body, [3, 41, 1000], [3, 3], [7, 3], [2, 0]), VectorWidth.Bits256, "all reduced");
        Check(Dense(body, [3, 41, 1000], [3, 3], [7, 3], [2, 4]), VectorWidth.Bits256, "rows kept");
        Check(Dense(body, [2, 40001, 3], [3, 3], [7, 4], [2, 4]), VectorWidth.Bits256, "three channels");
        Check(Dense(body, [2, 5000, 17], [3, 3], [7, 4], [2, 1]), VectorWidth.Bits256, "batch and pixels");
        Check(Dense(body, [3, 70001], [3, 3], [3, 1], [2, 2]), VectorWidth.Bits256, "long rows");
        Check(Dense(body, [40001, 2], [3, 3], [3, 1], [2, 2]), VectorWidth.Bits256, "short rows");
        Check(Dense(body, [600, 2100], [3, 3], [3, 2], [2, 1]), VectorWidth.Bits256, "wide");
        Check(Dense(body, [30, 2, 40, 2, 16], [31, 31], [31, 16], [2, 21]), VectorWidth.Bits256, "pooling");
    }

    [Fact]
    internal void Results_do_not_depend_on_the_order_of_tasks()
    {
        foreach (bool reduces in (bool[])[false, true])
        {
            var nests = new RandomNests(3);
            for (int i = 0; i < 10; i++)
            {
                (LoopNest nest, (float[] Buffer, int Offset)[] operands) = nests.Next(reduces, 200_000);
                LoopKernel kernel = LoopKernel.Create(nest, VectorWidth.Bits256, Cache);
                (float[], int)[] again = Clone(operands);
                SerialRunner.Run(kernel, operands);
                SerialRunner.Run(kernel, again, seed: i);
                for (int o = 0; o < operands.Length; o++) SerialRunner.AssertSameBits(operands[o].Buffer, again[o].Item1);
            }
        }
    }

    [Theory]
    [InlineData(new[] { 5, 33, 3 }, new[] { false, true, false })]
    [InlineData(new[] { 5, 9000, 3 }, new[] { false, true, false })]
    [InlineData(new[] { 5, 1200, 64 }, new[] { false, true, false })]
    [InlineData(new[] { 5, 9000, 3 }, new[] { false, true, true })]
    [InlineData(new[] { 5, 40000 }, new[] { false, true })]
    [InlineData(new[] { 5, 50, 17 }, new[] { false, false, true })]
    [InlineData(new[] { 5, 2, 3, 2, 8 }, new[] { false, true, false, true, false })]
    internal void A_sample_has_the_same_sums_alone_as_in_a_batch(int[] extents, bool[] reduced)
    {
        LoopBody body = Multiply(2, 1);
        float[] Sums(int batch)
        {
            int[] own = [batch, .. extents[1..]];
            long[] dense = DenseStrides(own, own.Select(_ => true)), kept = DenseStrides(own, reduced.Select(r => !r));
            int outputs = own.Where((_, a) => !reduced[a]).Aggregate(1, (a, b) => a * b);
            var random = new Random(7);
            float[] x = Fill(random, extents.Aggregate(1, (a, b) => a * b)), result = new float[outputs];
            var nest = new LoopNest(body, own, [new(Access.Read, dense), new(Access.Read, dense), new(Access.Sum, kept)]);
            SerialRunner.Run(LoopKernel.Create(nest, VectorWidth.Bits256, Cache), x, x, result);
            return result;
        }

        float[] alone = Sums(1), batch = Sums(extents[0]);
        SerialRunner.AssertSameBits(alone, batch[..alone.Length]);
    }

    [Theory]
    [MemberData(nameof(WidthData))]
    internal void A_sum_of_ten_million_stays_accurate(VectorWidth width)
    {
        float[] x = new float[10_000_000], sum = new float[1], columns = new float[10];
        double[] exact = new double[10];
        uint state = 1;
        for (int i = 0; i < x.Length; i++)
        {
            state = state * 1664525 + 1013904223;
            x[i] = (state >> 8) * (1f / (1 << 24));
            exact[i % 10] += x[i];
        }

        var body = new LoopBody([new(Opcode.Load, 0), new(Opcode.Store, 0, 1)]);
        var all = new LoopNest(body, [x.Length], [new(Access.Read, [1]), new(Access.Sum, [0])]);
        SerialRunner.Run(LoopKernel.Create(all, width, Cache), x, sum);
        Assert.InRange(sum[0] / exact.Sum(), 1 - 1e-6, 1 + 1e-6);

        var nest = new LoopNest(body, [x.Length / 10, 10], [new(Access.Read, [10, 1]), new(Access.Sum, [0, 1])]);
        SerialRunner.Run(LoopKernel.Create(nest, width, Cache), x, columns);
        for (int c = 0; c < 10; c++) Assert.InRange(columns[c] / exact[c], 1 - 1e-6, 1 + 1e-6);
    }

    [Fact]
    internal void Sums_over_nothing_are_zero_and_maxima_minus_infinity()
    {
        var body = new LoopBody([new(Opcode.Load, 0), new(Opcode.Store, 0, 1), new(Opcode.Store, 0, 2)]);
        var nest = new LoopNest(body, [0, 3], [new(Access.Read, [3, 1]), new(Access.Sum, [0, 1]), new(Access.Maximum, [0, 1])]);
        float[] sum = [1, 1, 1], maximum = [1, 1, 1];
        SerialRunner.Run(LoopKernel.Create(nest, VectorWidth.Bits128, Cache), [], sum, maximum);
        Assert.Equal([0, 0, 0], sum);
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity], maximum);
    }

    [Fact]
    internal void A_NaN_reaches_the_maximum()
    {
        foreach (VectorWidth width in SerialRunner.Widths)
        {
            foreach (int at in (int[])[0, 5, 99, 100])
            {
                float[] x = new float[101], maximum = new float[1];
                x[at] = float.NaN;
                var body = new LoopBody([new(Opcode.Load, 0), new(Opcode.Store, 0, 1)]);
                var nest = new LoopNest(body, [101], [new(Access.Read, [1]), new(Access.Maximum, [0])]);
                SerialRunner.Run(LoopKernel.Create(nest, width, Cache), x, maximum);
                Assert.True(float.IsNaN(maximum[0]));
            }
        }
    }

    [Fact]
    internal void A_body_too_long_for_a_method_is_refused()
    {
        var code = new List<Instruction> { new(Opcode.Load, 0) };
        for (int i = 0; i < 600; i++) code.Add(new(Opcode.Unary, i, Function: (int)UnaryFunction.Negate));
        code.Add(new(Opcode.Store, 600, 1));
        var nest = new LoopNest(new LoopBody([.. code]), [100], [new(Access.Read, [1]), new(Access.Write, [1])]);
        Assert.Throws<InvalidOperationException>(() => LoopKernel.Create(nest, VectorWidth.Bits256, Cache));
    }

    [Fact]
    internal void The_cache_forgets_what_was_used_longest_ago()
    {
        var cache = new KernelCache(capacity: 3);
        var nests = new RandomNests(11);
        for (int i = 0; i < 20; i++) LoopKernel.Create(nests.Next(reduces: false).Nest, VectorWidth.Bits128, cache);
        Assert.InRange(cache.Count, 1, 3);
    }

    internal static float[] Fill(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 4 - 2)];

    // Strides of a dense tensor that has only the axes kept.
    internal static long[] DenseStrides(int[] extents, IEnumerable<bool> kept)
    {
        bool[] keeps = [.. kept];
        var strides = new long[extents.Length];
        long step = 1;
        for (int a = extents.Length - 1; a >= 0; a--)
        {
            if (!keeps[a]) continue;
            strides[a] = step;
            step *= extents[a];
        }

        return strides;
    }

    private static LoopBody Multiply(int sum, int maximum)
    {
        var code = new List<Instruction>
        {
            new(Opcode.Load, 0), new(Opcode.Load, 1), new(Opcode.Binary, 0, 1, Function: (int)BinaryFunction.Multiply),
            new(Opcode.Store, 2, sum),
        };
        if (maximum > sum) code.Add(new(Opcode.Store, 0, maximum));
        return new LoopBody([.. code]);
    }

    // Two operands read; the third and fourth are [kind, axes kept as bits]: kind 2 a sum, else a write.
    private static (LoopNest, (float[], int)[]) Dense(LoopBody body, int[] extents, params int[][] operands)
    {
        int all = (1 << extents.Length) - 1;
        bool sums = operands[2][0] == 2;
        int kept = operands[2][1];
        (Access Access, int Axes)[] parts =
        [
            (Access.Read, all), (Access.Read, operands[1][1] & all),
            sums ? (Access.Sum, kept) : (Access.Write, all), sums ? (Access.Maximum, kept) : (Access.Write, all),
        ];
        var random = new Random(3);
        var list = new List<LoopOperand>();
        var buffers = new List<(float[], int)>();
        foreach ((Access access, int axes) in parts)
        {
            list.Add(new LoopOperand(access, DenseStrides(extents, extents.Select((_, a) => (axes >> a & 1) != 0))));
            buffers.Add((Fill(random, extents.Where((_, a) => (axes >> a & 1) != 0).Aggregate(1, (a, b) => a * b)), 0));
        }

        return (new LoopNest(body, extents, [.. list]), [.. buffers]);
    }

    private static (float[] Buffer, int Offset)[] Clone((float[] Buffer, int Offset)[] operands)
    {
        var clones = new Dictionary<float[], float[]>();
        foreach ((float[] buffer, _) in operands) clones[buffer] = [.. buffer];
        return [.. operands.Select(o => (clones[o.Buffer], o.Offset))];
    }

    private static void Check((LoopNest Nest, (float[] Buffer, int Offset)[] Operands) drawn, VectorWidth width, string name)
    {
        (LoopNest nest, (float[] Buffer, int Offset)[] operands) = drawn;
        (double[] Values, double[] Scales)[] expected = LoopInterpreter.Run(nest, operands);
        bool[] inPlace =
        [
            .. operands.Select((o, i) => nest.Operands[i].Access == Access.Read && operands.Skip(i + 1).Any(w => w.Buffer == o.Buffer)),
        ];
        SerialRunner.Run(LoopKernel.Create(nest, width, Cache), operands);
        for (int i = 0; i < operands.Length; i++)
        {
            if (inPlace[i]) continue;
            for (int e = 0; e < operands[i].Buffer.Length; e++)
            {
                double tolerance = 4e-6 * expected[i].Scales[e], error = Math.Abs(operands[i].Buffer[e] - expected[i].Values[e]);
                Assert.True(
                    error <= tolerance || double.IsNaN(expected[i].Values[e]) || operands[i].Buffer[e] == expected[i].Values[e],
                    $"{name}, extents {string.Join('x', nest.Extents)}, operand {i}, element {e}: "
                    + $"{operands[i].Buffer[e]}, expected {expected[i].Values[e]}");
            }
        }
    }
}
