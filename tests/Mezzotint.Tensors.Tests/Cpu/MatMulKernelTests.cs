using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class MatMulKernelTests : IDisposable
{
    private readonly ThreadTeam team = new(2);

    public void Dispose() => team.Dispose();

    public static TheoryData<VectorWidth> Widths => [.. KernelRunner.Widths];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_of_any_layout_equal_plain_loops(VectorWidth width)
    {
        (int, int, int)[] sizes =
        [
            (1, 1, 1), (7, 5, 3), (16, 64, 128), (33, 17, 600), (1, 70, 40), (130, 3, 50), (64, 10, 700), (29, 96, 1), (200, 130, 257),
        ];
        var random = new Random(2);
        foreach ((int rows, int columns, int depth) in sizes)
        {
            foreach (bool transposeA in (bool[])[false, true])
                foreach (bool transposeB in (bool[])[false, true])
                    foreach ((int batch, bool shared) in ((int, bool)[])[(1, false), (3, false), (2, true)])
                    {
                        MatMulGeometry geometry = Geometry(batch, rows, columns, depth, transposeA, transposeB, shared);
                        Check(geometry, width, random);
                    }
        }
        Check(new MatMulGeometry(2, 20, 30, 40, 10_000, 90, 2, 5_000, 93, 3), width, random);
    }

    [Fact]
    public void A_row_does_not_depend_on_the_rows_around_it_or_on_the_number_of_threads()
    {
        var random = new Random(4);
        using ThreadTeam one = new(1), three = new(3);
        foreach (int columns in (int[])[3, 40, 256])
        {
            const int depth = 1000, rows = 301;
            float[] a = KernelRunner.Random(random, rows * depth), b = KernelRunner.Random(random, depth * columns);
            Kernel kernel = new MatMulKernel(Geometry(1, rows, columns, depth, false, false, false), VectorWidth.Bits512);
            float[] all = KernelRunner.Run(one, kernel, 2, rows * columns, a, b);
            Assert.Equal(all, KernelRunner.Run(three, kernel, 2, rows * columns, a, b));
            Kernel few = new MatMulKernel(Geometry(1, 5, columns, depth, false, false, false), VectorWidth.Bits512);
            float[] some = KernelRunner.Run(team, few, 2, 5 * columns, a[(100 * depth)..(105 * depth)], b);
            Assert.Equal(all[(100 * columns)..(105 * columns)], some);
        }
    }

    [Fact]
    public void An_epilogue_sees_every_raw_result_once()
    {
        var random = new Random(6);
        foreach ((int rows, int columns, int depth) in ((int, int, int)[])[(50, 33, 20), (300, 700, 600), (40, 3, 100)])
        {
            float[] a = KernelRunner.Random(random, 2 * rows * depth), b = KernelRunner.Random(random, depth * columns);
            MatMulGeometry geometry = Geometry(2, rows, columns, depth, false, false, true);
            float[] plain = KernelRunner.Run(team, new MatMulKernel(geometry, VectorWidth.Bits512), 2, 2 * rows * columns, a, b);
            float[] halved = KernelRunner.Run(
                team, new MatMulKernel(geometry, VectorWidth.Bits512, epilogue: new Halving(rows, columns)), 2, 2 * rows * columns, a, b);
            Assert.Equal(plain.Select(value => value / 2), halved);
        }
    }

    private static MatMulGeometry Geometry(
        int batch, int rows, int columns, int depth, bool transposeA, bool transposeB, bool shared) => new(
        batch, rows, columns, depth,
        (long)rows * depth, transposeA ? 1 : depth, transposeA ? rows : 1,
        shared ? 0 : (long)depth * columns, transposeB ? 1 : columns, transposeB ? depth : 1);

    private void Check(MatMulGeometry g, VectorWidth width, Random random)
    {
        float[] a = KernelRunner.Random(
            random, (g.Batch - 1) * g.ABatchStride + (g.Rows - 1) * g.ARowStride + (g.Depth - 1) * g.ADepthStride + 1);
        float[] b = KernelRunner.Random(
            random, (g.Batch - 1) * g.BBatchStride + (g.Columns - 1) * g.BColumnStride + (g.Depth - 1) * g.BDepthStride + 1);
        int length = g.Batch * g.Rows * g.Columns;
        double[] sum = new double[length], absolute = new double[length];
        for (int n = 0, at = 0; n < g.Batch; n++)
            for (int row = 0; row < g.Rows; row++)
                for (int column = 0; column < g.Columns; column++, at++)
                {
                    for (int k = 0; k < g.Depth; k++)
                    {
                        double product = (double)a[n * g.ABatchStride + row * g.ARowStride + k * g.ADepthStride]
                            * b[n * g.BBatchStride + column * g.BColumnStride + k * g.BDepthStride];
                        sum[at] += product;
                        absolute[at] += Math.Abs(product);
                    }
                }
        float[] actual = KernelRunner.Run(team, new MatMulKernel(g, width), 2, length, a, b);
        KernelRunner.Near(sum, absolute, actual, g);
    }

    /// <summary>Writes half the raw results to operand 2, which must not have been written.</summary>
    private sealed class Halving(int rows, int columns) : Epilogue
    {
        public override unsafe void Run(float** operands, float* raw, long rowPitch, long columnPitch, in OutputBox box)
        {
            for (int row = 0; row < box.Columns; row++)
                for (int column = 0; column < box.Channels; column++)
                {
                    int at = (box.Image * rows + box.Column + row) * columns + box.Channel + column;
                    Assert.True(float.IsNaN(operands[2][at]));
                    operands[2][at] = raw[row * columnPitch + column] / 2;
                }
        }
    }
}
