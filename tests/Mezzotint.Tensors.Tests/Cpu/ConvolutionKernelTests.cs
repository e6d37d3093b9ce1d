using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class ConvolutionKernelTests : IDisposable
{
    private readonly ThreadTeam team = new(2);

    public void Dispose() => team.Dispose();

    [Fact]
    public void Convolution_and_gradients_equal_plain_loops_on_the_layers_networks_have()
    {
        foreach (ConvolutionGeometry geometry in Layers()) Check(geometry);
    }

    [Fact]
    public void Convolution_and_gradients_equal_plain_loops_on_random_geometries()
    {
        var random = new Random(7);
        for (int i = 0; i < 150; i++) Check(RandomGeometry(random));
    }

    [Fact]
    public void Results_are_the_same_bits_on_any_number_of_threads()
    {
        using ThreadTeam one = new(1), three = new(3);
        var random = new Random(11);
        foreach (ConvolutionGeometry geometry in Layers().Append(Image(3, 40, 37, 32, 48, 3, ConvolutionWindow.Square(padding: 1))))
        {
            foreach ((Kernel kernel, int output, long length, float[][] inputs) in Kernels(geometry, VectorWidth.Bits512, random))
            {
                float[] alone = KernelRunner.Run(one, kernel, output, (int)length, inputs);
                Assert.Equal(alone, KernelRunner.Run(team, kernel, output, (int)length, inputs));
                Assert.Equal(alone, KernelRunner.Run(three, kernel, output, (int)length, inputs));
            }
        }
    }

    [Theory]
    [InlineData(1, 2, 2, 300, 200, 4, 2)]
    [InlineData(1, 6, 6, 130, 260, 4, 2)]
    [InlineData(1, 5, 4, 200, 331, 3, 2)]
    [InlineData(1, 3, 5, 1100, 300, 1, 1)]
    [InlineData(2, 1, 1, 300, 260, 4, 1)]
    [InlineData(1, 1, 1, 100, 130, 5, 1)]
    public void Weights_that_are_packed_where_they_are_used_give_the_same_bits(
        int batch, int height, int width, int channels, int outChannels, int kernel, int stride)
    {
        var random = new Random(3);
        ConvolutionGeometry geometry = Image(batch, height, width, channels, outChannels, kernel, ConvolutionWindow.Square(stride, kernel == 5 ? 3 : kernel / 2));
        float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(geometry));
        float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(geometry));
        float[] dy = KernelRunner.Random(random, ConvolutionReference.OutputSize(geometry));
        foreach (VectorWidth vectors in KernelRunner.Widths)
        {
            var forward = new ConvolutionKernel(geometry, vectors, keepsWeights: false);
            var backward = new ConvolutionInputGradientKernel(geometry, vectors, keepsWeights: false);
            Assert.Equal((-1, -1), (forward.PreparedOperand, backward.PreparedOperand));
            Assert.Equal(
                KernelRunner.Run(team, new ConvolutionKernel(geometry, vectors), 2, dy.Length, x, w),
                KernelRunner.Run(team, forward, 2, dy.Length, x, w));
            Assert.Equal(
                KernelRunner.Run(team, new ConvolutionInputGradientKernel(geometry, vectors), 2, x.Length, dy, w),
                KernelRunner.Run(team, backward, 2, x.Length, dy, w));
        }
    }

    [Theory]
    [InlineData(3, 5, 3, 1)]
    [InlineData(64, 64, 3, 1)]
    [InlineData(17, 40, 3, 1)]
    [InlineData(64, 3, 9, 1)]
    [InlineData(3, 64, 4, 2)]
    [InlineData(512, 3, 3, 1)]
    [InlineData(256, 16, 1, 2)]
    [InlineData(12, 12, 5, 1, 12)]
    public void A_pixel_does_not_depend_on_the_image_around_it(int channels, int outChannels, int kernel, int stride, int groups = 1)
    {
        var random = new Random(5);
        const int height = 30, width = 34, cropTop = 6, cropLeft = 8, cropHeight = 15, cropWidth = 17;
        ConvolutionWindow window = ConvolutionWindow.Square(stride, kernel / 2, 1, groups);
        var whole = new ConvolutionGeometry(2, height, width, channels, outChannels, kernel, kernel, window);
        ConvolutionGeometry crop = whole with { Batch = 1, Height = cropHeight, Width = cropWidth };
        float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(whole));
        float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(whole));
        float[] part = Crop(x, height, width, channels, 1, cropTop, cropLeft, cropHeight, cropWidth);

        float[] large = KernelRunner.Run(
            team, new ConvolutionKernel(whole, VectorWidth.Bits512), 2, (int)ConvolutionReference.OutputSize(whole), x, w);
        float[] small = KernelRunner.Run(
            team, new ConvolutionKernel(crop, VectorWidth.Bits512), 2, (int)ConvolutionReference.OutputSize(crop), part, w);

        int edge = kernel; // in output pixels, more than enough
        for (int row = edge; row < crop.OutHeight - edge; row++)
        {
            for (int column = edge; column < crop.OutWidth - edge; column++)
            {
                int inLarge = ((whole.OutHeight + row + cropTop / stride) * whole.OutWidth + column + cropLeft / stride) * outChannels;
                int inSmall = (row * crop.OutWidth + column) * outChannels;
                Assert.Equal(large.AsSpan(inLarge, outChannels), small.AsSpan(inSmall, outChannels));
            }
        }

        // The transposed convolution, whose source is the crop of an output.
        var wide = new ConvolutionGeometry(2, height * stride, width * stride, outChannels, channels, kernel, kernel, window);
        wide = wide with
        {
            Height = (height - 1) * stride + kernel - 2 * (kernel / 2),
            Width = (width - 1) * stride + kernel - 2 * (kernel / 2),
        };
        ConvolutionGeometry narrow = wide with
        {
            Batch = 1,
            Height = (cropHeight - 1) * stride + kernel - 2 * (kernel / 2),
            Width = (cropWidth - 1) * stride + kernel - 2 * (kernel / 2),
        };
        w = KernelRunner.Random(random, ConvolutionReference.WeightSize(wide));
        large = KernelRunner.Run(
            team, new ConvolutionInputGradientKernel(wide, VectorWidth.Bits512), 2, (int)ConvolutionReference.InputSize(wide), x, w);
        small = KernelRunner.Run(
            team, new ConvolutionInputGradientKernel(narrow, VectorWidth.Bits512), 2, (int)ConvolutionReference.InputSize(narrow), part, w);
        edge = kernel * stride;
        for (int row = edge; row < narrow.Height - edge; row++)
        {
            for (int column = edge; column < narrow.Width - edge; column++)
            {
                int inLarge = ((wide.Height + row + cropTop * stride) * wide.Width + column + cropLeft * stride) * outChannels;
                int inSmall = (row * narrow.Width + column) * outChannels;
                Assert.Equal(large.AsSpan(inLarge, outChannels), small.AsSpan(inSmall, outChannels));
            }
        }
    }

    [Fact]
    public void An_epilogue_sees_every_raw_result_once_and_writes_the_output()
    {
        var random = new Random(3);
        foreach (ConvolutionGeometry geometry in Layers())
        {
            float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(geometry));
            float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(geometry));
            float[] dy = KernelRunner.Random(random, ConvolutionReference.OutputSize(geometry));

            int length = dy.Length;
            float[] plain = KernelRunner.Run(team, new ConvolutionKernel(geometry, VectorWidth.Bits512), 2, length, x, w);
            var doubling = new Doubling(geometry.OutHeight, geometry.OutWidth, geometry.OutChannels, length);
            float[] doubled = KernelRunner.Run(
                team, new ConvolutionKernel(geometry, VectorWidth.Bits512, epilogue: doubling), 2, length, x, w);
            Assert.Equal(plain.Select(value => 2 * value), doubled);
            Assert.All(doubling.Visits, visits => Assert.Equal(1, visits));

            plain = KernelRunner.Run(team, new ConvolutionInputGradientKernel(geometry, VectorWidth.Bits512), 2, x.Length, dy, w);
            doubling = new Doubling(geometry.Height, geometry.Width, geometry.InChannels, x.Length);
            doubled = KernelRunner.Run(
                team, new ConvolutionInputGradientKernel(geometry, VectorWidth.Bits512, epilogue: doubling), 2, x.Length, dy, w);
            Assert.Equal(plain.Select(value => 2 * value), doubled);
            Assert.All(doubling.Visits, visits => Assert.Equal(1, visits));
        }
    }

    private static float[] Crop(float[] image, int height, int width, int channels, int n, int top, int left, int rows, int columns)
    {
        var crop = new float[rows * columns * channels];
        for (int row = 0; row < rows; row++)
        {
            image.AsSpan(((n * height + top + row) * width + left) * channels, columns * channels)
                .CopyTo(crop.AsSpan(row * columns * channels));
        }
        return crop;
    }

    private static ConvolutionGeometry Image(
        int batch, int height, int width, int channels, int outChannels, int kernel, ConvolutionWindow window) =>
        new(batch, height, width, channels, outChannels, kernel, kernel, window);

    private static ConvolutionGeometry[] Layers() =>
    [
        Image(1, 9, 31, 64, 64, 3, ConvolutionWindow.Square(padding: 1)),
        Image(2, 9, 15, 3, 64, 9, ConvolutionWindow.Square(padding: 4)),
        Image(2, 9, 15, 64, 3, 9, ConvolutionWindow.Square(padding: 4)),
        Image(2, 16, 16, 3, 64, 4, ConvolutionWindow.Square(2, 1)),
        Image(3, 8, 8, 64, 128, 4, ConvolutionWindow.Square(2, 1)),
        Image(3, 4, 4, 130, 1, 4, ConvolutionWindow.Square()),
        Image(5, 4, 4, 64, 100, 4, ConvolutionWindow.Square()),
        Image(9, 4, 4, 512, 33, 3, ConvolutionWindow.Square(padding: 1)),
        Image(1, 9, 30, 20, 12, 1, ConvolutionWindow.Square()),
        Image(1, 9, 30, 64, 32, 1, ConvolutionWindow.Square(2)),
        Image(2, 10, 11, 40, 40, 3, ConvolutionWindow.Square(padding: 1, groups: 40)),
        Image(2, 10, 11, 32, 64, 3, ConvolutionWindow.Square(2, 1, groups: 4)),
        Image(1, 12, 12, 16, 16, 3, ConvolutionWindow.Square(padding: 2, dilation: 2)),
        Image(1, 1, 200, 1, 1, 7, new ConvolutionWindow(PadTop: 3, PadBottom: 3)),
        Image(1, 6, 300, 64, 32, 3, ConvolutionWindow.Square(padding: 1)),
    ];

    private static ConvolutionGeometry RandomGeometry(Random random)
    {
        while (true)
        {
            int Pick(params int[] values) => values[random.Next(values.Length)];
            int groups = Pick(1, 1, 1, 2, 3, 17), inGroup = Pick(1, 3, 17, 64, 5), outGroup = Pick(1, 3, 17, 64, 20);
            if (groups > 3) (inGroup, outGroup) = (Pick(1, 1, 2), Pick(1, 1, 3));
            var window = new ConvolutionWindow(
                Pick(1, 1, 2, 3), Pick(1, 1, 2, 3), random.Next(4), random.Next(4), random.Next(4), random.Next(4),
                Pick(1, 1, 2, 3), Pick(1, 1, 2, 3), groups);
            var geometry = new ConvolutionGeometry(
                random.Next(1, 4), random.Next(1, 20), random.Next(1, 24), inGroup * groups, outGroup * groups,
                Pick(1, 2, 3, 4, 5, 7, 9), Pick(1, 2, 3, 4, 5, 7, 9), window);
            if (geometry.OutHeight < 1 || geometry.OutWidth < 1) continue;
            double work = (double)ConvolutionReference.OutputSize(geometry) * geometry.KernelHeight * geometry.KernelWidth * inGroup;
            if (work < 2e6) return geometry;
        }
    }

    private static IEnumerable<(Kernel Kernel, int Output, long Length, float[][] Inputs)> Kernels(
        ConvolutionGeometry geometry, VectorWidth width, Random random)
    {
        float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(geometry));
        float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(geometry));
        float[] dy = KernelRunner.Random(random, ConvolutionReference.OutputSize(geometry));
        yield return (new ConvolutionKernel(geometry, width), 2, dy.Length, [x, w]);
        yield return (new ConvolutionInputGradientKernel(geometry, width), 2, x.Length, [dy, w]);
        yield return (new ConvolutionWeightGradientKernel(geometry, width), 2, w.Length, [x, dy]);
    }

    private void Check(ConvolutionGeometry geometry)
    {
        var expected = new List<(double[] Sum, double[] Absolute)>();
        foreach (VectorWidth width in KernelRunner.Widths)
        {
            int kind = 0;
            foreach ((Kernel kernel, int output, long length, float[][] inputs) in Kernels(geometry, width, new Random(1)))
            {
                if (expected.Count == kind)
                {
                    expected.Add(kind switch
                    {
                        0 => ConvolutionReference.Forward(geometry, inputs[0], inputs[1]),
                        1 => ConvolutionReference.InputGradient(geometry, inputs[0], inputs[1]),
                        _ => ConvolutionReference.WeightGradient(geometry, inputs[0], inputs[1]),
                    });
                }
                float[] actual = KernelRunner.Run(team, kernel, output, (int)length, inputs);
                KernelRunner.Near(expected[kind].Sum, expected[kind].Absolute, actual, $"{width} {kernel.GetType().Name} of {geometry}");
                kind++;
            }
        }
    }

    /// <summary>Writes twice the raw results to operand 2, and counts.</summary>
    private sealed class Doubling(int height, int width, int channels, int length) : Epilogue
    {
        public int[] Visits { get; } = new int[length];

        public override unsafe void Run(float** operands, float* raw, long rowPitch, long columnPitch, in OutputBox box)
        {
            for (int row = 0; row < box.Rows; row++)
                for (int column = 0; column < box.Columns; column++)
                    for (int channel = 0; channel < box.Channels; channel++)
                    {
                        int at = ((box.Image * height + box.Row + row) * width + box.Column + column) * channels + box.Channel + channel;
                        operands[2][at] = 2 * raw[row * rowPitch + column * columnPitch + channel];
                        Interlocked.Increment(ref Visits[at]);
                    }
        }
    }
}
