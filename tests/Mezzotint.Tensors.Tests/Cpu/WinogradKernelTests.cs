using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class WinogradKernelTests : IDisposable
{
    /// <summary>Four units in the last place of what is rounded on the way, as sums of products are granted elsewhere.</summary>
    private const double RoundOff = 8.0 / (1 << 24);

    /// <summary>What of the largest result any one may be wrong by.</summary>
    private const double OfScale = 1e-5;

    private readonly ThreadTeam team = new(2);

    public void Dispose() => team.Dispose();

    [Fact]
    public void Convolution_and_input_gradient_equal_plain_loops_on_random_geometries()
    {
        var random = new Random(21);
        for (int i = 0; i < 72; i++) Check(RandomGeometry(random, i % 2 == 0 ? 3 : 4), i % 6 == 0 ? 2 : 4, random);
        for (int i = 0; i < 24; i++) Check(RandomGeometry(random, 4, stride: 1), 3, random);
        for (int i = 0; i < 36; i++) Check(RandomGeometry(random, 3, stride: 2), 4, random);
    }

    [Theory]
    [InlineData(1, 9, 31, 64, 48)]
    [InlineData(2, 5, 4, 33, 100)]
    [InlineData(1, 13, 13, 100, 64)]
    public void Convolution_of_4x4_with_stride_1_and_its_input_gradient_equal_plain_loops_on_layers(
        int batch, int height, int width, int channels, int outChannels) =>
        Check(new(batch, height, width, channels, outChannels, 4, 4, ConvolutionWindow.Square(padding: 1)), 3, new Random(1));

    [Theory]
    [InlineData(2, 1, 4, 1, 9, 31, 64, 48)]
    [InlineData(5, 1, 2, 2, 13, 7, 33, 100)]
    [InlineData(5, 2, 4, 2, 13, 18, 40, 64)]
    [InlineData(6, 2, 4, 1, 20, 11, 64, 33)]
    [InlineData(7, 2, 3, 2, 17, 14, 48, 40)]
    [InlineData(8, 2, 3, 1, 16, 16, 33, 64)]
    [InlineData(9, 2, 2, 1, 19, 13, 32, 48)]
    public void Convolution_and_input_gradient_of_other_kernels_equal_plain_loops(
        int kernel, int stride, int side, int batch, int height, int width, int channels, int outChannels) =>
        Check(
            new(batch, height, width, channels, outChannels, kernel, kernel, ConvolutionWindow.Square(stride, (kernel - 1) / 2)), side, new Random(1));

    [Theory]
    [InlineData(4, 3, 1, 1, 8, 8, 300, 200)]
    [InlineData(4, 3, 1, 3, 5, 7, 260, 331)]
    [InlineData(2, 3, 1, 1, 9, 6, 400, 330)]
    [InlineData(4, 4, 2, 2, 8, 12, 200, 260)]
    [InlineData(4, 4, 2, 1, 9, 9, 200, 260)]
    [InlineData(4, 3, 2, 2, 9, 12, 200, 260)]
    [InlineData(3, 4, 1, 1, 9, 9, 200, 170)]
    [InlineData(2, 5, 1, 1, 7, 9, 200, 170)]
    [InlineData(4, 5, 2, 1, 9, 12, 200, 170)]
    [InlineData(3, 7, 2, 1, 9, 12, 200, 170)]
    public void Weights_that_are_transformed_where_they_are_used_give_the_same_bits(
        int side, int kernel, int stride, int batch, int height, int width, int channels, int outChannels)
    {
        var random = new Random(6);
        var geometry = new ConvolutionGeometry(
            batch, height, width, channels, outChannels, kernel, kernel,
            ConvolutionWindow.Square(stride, padding: 1));
        float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(geometry));
        float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(geometry));
        float[] dy = KernelRunner.Random(random, ConvolutionReference.OutputSize(geometry));
        foreach (VectorWidth vectors in KernelRunner.Widths)
        {
            WinogradKernel forward = WinogradKernel.Forward(geometry, side, vectors, keepsWeights: false);
            WinogradKernel backward = WinogradKernel.InputGradient(geometry, side, vectors, keepsWeights: false);
            Assert.Equal((-1, -1), (forward.PreparedOperand, backward.PreparedOperand));
            Assert.Equal(Forward(geometry, side, vectors, x, w), KernelRunner.Run(team, forward, 2, dy.Length, x, w));
            Assert.Equal(InputGradient(geometry, side, vectors, dy, w), KernelRunner.Run(team, backward, 2, x.Length, dy, w));
        }
    }

    [Theory]
    [InlineData(4, 1, 9, 31, 64, 64)]
    [InlineData(4, 3, 8, 8, 48, 48)]
    [InlineData(4, 2, 3, 2, 17, 100)]
    [InlineData(4, 1, 24, 24, 100, 16)]
    [InlineData(4, 1, 5, 70, 16, 192)]
    [InlineData(4, 5, 4, 4, 200, 70)]
    [InlineData(4, 1, 33, 29, 8, 12)]
    [InlineData(2, 1, 9, 11, 64, 48)]
    [InlineData(2, 2, 3, 2, 300, 900)]
    public void Convolution_and_input_gradient_equal_plain_loops_on_layers(
        int side, int batch, int height, int width, int channels, int outChannels) =>
        Check(new(batch, height, width, channels, outChannels, 3, 3, ConvolutionWindow.Square(padding: 1)), side, new Random(1));

    [Theory]
    [InlineData(4, 1, 16, 64, 64, 48)]
    [InlineData(4, 2, 17, 31, 40, 33)]
    [InlineData(4, 3, 8, 8, 128, 80)]
    [InlineData(4, 1, 36, 30, 32, 100)]
    [InlineData(4, 5, 8, 8, 48, 64)]
    [InlineData(4, 2, 5, 3, 300, 200)]
    public void Convolution_with_stride_2_and_its_input_gradient_equal_plain_loops_on_layers(
        int side, int batch, int height, int width, int channels, int outChannels) =>
        Assert.All(
            [3, 4],
            kernel => Check(
                new(batch, height, width, channels, outChannels, kernel, kernel, ConvolutionWindow.Square(stride: 2, padding: 1)), side, new Random(1)));

    [Fact]
    public void An_image_of_zeros_gives_zeros_and_one_pixel_gives_the_kernel()
    {
        var geometry = new ConvolutionGeometry(1, 12, 12, 16, 16, 3, 3, ConvolutionWindow.Square(padding: 1));
        float[] w = KernelRunner.Random(new Random(2), ConvolutionReference.WeightSize(geometry)), x = new float[12 * 12 * 16];
        Assert.All(Forward(geometry, 4, VectorWidth.Bits256, x, w), value => Assert.Equal(0, value));

        x[(5 * 12 + 6) * 16 + 3] = 1;
        float[] y = Forward(geometry, 4, VectorWidth.Bits256, x, w);
        for (int tap = 0; tap < 9; tap++)
            for (int o = 0; o < 16; o++)
                Assert.Equal(w[(tap * 16 + 3) * 16 + o], y[((6 - tap / 3) * 12 + 7 - tap % 3) * 16 + o], 1e-5);
    }

    [Fact]
    public void Results_are_the_same_bits_on_any_number_of_threads_and_at_any_place_of_a_batch()
    {
        using ThreadTeam one = new(1), three = new(3);
        var random = new Random(11);
        foreach (VectorWidth width in KernelRunner.Widths)
        {
            foreach ((int side, int kernel, int stride, int channels, int outChannels) in ((int, int, int, int, int)[])
                [(4, 3, 1, 64, 64), (4, 3, 1, 48, 100), (4, 3, 1, 128, 200), (4, 3, 1, 17, 3), (2, 3, 1, 64, 80), (2, 3, 1, 600, 500),
                    (4, 4, 2, 64, 100), (4, 4, 2, 200, 300), (4, 3, 2, 64, 100), (4, 3, 2, 200, 300), (3, 4, 1, 64, 80)])
            {
                ConvolutionWindow window = ConvolutionWindow.Square(stride, padding: 1);
                var batch = new ConvolutionGeometry(3, 21, 18, channels, outChannels, kernel, kernel, window);
                ConvolutionGeometry single = batch with { Batch = 1 };
                float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(batch));
                float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(batch));
                int image = (int)ConvolutionReference.InputSize(single), result = (int)ConvolutionReference.OutputSize(single);
                float[] all = KernelRunner.Run(one, WinogradKernel.Forward(batch, side, width), 2, 3 * result, x, w);
                Assert.Equal(all, KernelRunner.Run(team, WinogradKernel.Forward(batch, side, width), 2, 3 * result, x, w));
                Assert.Equal(all, KernelRunner.Run(three, WinogradKernel.Forward(batch, side, width), 2, 3 * result, x, w));
                float[] back = KernelRunner.Run(one, WinogradKernel.InputGradient(batch, side, width), 2, 3 * image, all, w);
                Assert.Equal(back, KernelRunner.Run(three, WinogradKernel.InputGradient(batch, side, width), 2, 3 * image, all, w));
                for (int n = 0; n < 3; n++)
                {
                    float[] alone = Forward(single, side, width, x[(n * image)..((n + 1) * image)], w);
                    Assert.Equal(all[(n * result)..((n + 1) * result)], alone);
                    Assert.Equal(back[(n * image)..((n + 1) * image)], InputGradient(single, side, width, alone, w));
                }
            }
        }
    }

    [Theory]
    [InlineData(4, 16, 24, 1)]
    [InlineData(4, 64, 64, 1)]
    [InlineData(4, 20, 33, 0)]
    [InlineData(4, 9, 130, 2)]
    [InlineData(2, 9, 130, 2)]
    public void A_crop_on_multiples_of_the_tile_gives_the_same_bits(int side, int channels, int outChannels, int padding)
    {
        const int Height = 40, Width = 37, Top = 8, Left = 12, Rows = 21, Columns = 18;
        var random = new Random(5);
        foreach (VectorWidth width in KernelRunner.Widths)
        {
            var whole = new ConvolutionGeometry(2, Height, Width, channels, outChannels, 3, 3, ConvolutionWindow.Square(padding: padding));
            ConvolutionGeometry crop = whole with { Batch = 1, Height = Rows, Width = Columns };
            float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(whole));
            float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(whole)), part = Crop(x, channels);
            Same(
                Forward(whole, side, width, x, w), whole.OutHeight, whole.OutWidth,
                Forward(crop, side, width, part, w), crop.OutHeight, crop.OutWidth, outChannels);

            // The gradient's source is a crop of the output.
            int more = 2 - 2 * padding;
            ConvolutionGeometry large = whole with
            {
                Height = Height + more,
                Width = Width + more,
                InChannels = outChannels,
                OutChannels = channels,
            };
            ConvolutionGeometry small = large with { Batch = 1, Height = Rows + more, Width = Columns + more };
            Same(
                InputGradient(large, side, width, x, w), large.Height, large.Width,
                InputGradient(small, side, width, part, w), small.Height, small.Width, outChannels);
        }

        // Inner tiles: those whose pixels lie in the crop.
        static void Same(float[] whole, int height, int width, float[] crop, int rows, int columns, int channels)
        {
            for (int row = 4; row < (rows - 5) / 4 * 4; row++)
            {
                for (int column = 4; column < (columns - 5) / 4 * 4; column++)
                {
                    Assert.Equal(
                        whole.AsSpan(((height + Top + row) * width + Left + column) * channels, channels),
                        crop.AsSpan((row * columns + column) * channels, channels));
                }
            }
        }

        static float[] Crop(float[] image, int channels)
        {
            var crop = new float[Rows * Columns * channels];
            for (int row = 0; row < Rows; row++)
            {
                image.AsSpan(((Height + Top + row) * Width + Left) * channels, Columns * channels)
                    .CopyTo(crop.AsSpan(row * Columns * channels));
            }

            return crop;
        }
    }

    [Theory]
    [InlineData(2, 13, 30, 64, 64)]
    [InlineData(1, 9, 10, 20, 150)]
    public void An_epilogue_sees_every_raw_result_once_and_writes_the_output(
        int batch, int height, int width, int channels, int outChannels)
    {
        var geometry = new ConvolutionGeometry(batch, height, width, channels, outChannels, 3, 3, ConvolutionWindow.Square(padding: 1));
        var random = new Random(3);
        float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(geometry));
        float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(geometry));
        int length = (int)ConvolutionReference.OutputSize(geometry);
        var doubling = new Doubling(geometry.OutHeight, geometry.OutWidth, outChannels, length);
        float[] doubled = KernelRunner.Run(
            team, WinogradKernel.Forward(geometry, 4, VectorWidth.Bits512, epilogue: doubling), 2, length, x, w);
        Assert.Equal(Forward(geometry, 4, VectorWidth.Bits512, x, w).Select(value => 2 * value), doubled);
        Assert.All(doubling.Visits, visits => Assert.Equal(1, visits));
    }

    [Theory]
    [InlineData(64, 3, 4)]
    [InlineData(512, 3, 4)]
    [InlineData(512, 2, 4)]
    [InlineData(512, 4, 3)]
    [InlineData(512, 5, 2)]
    public void The_error_stays_far_below_the_scale_of_the_output_on_smooth_pictures_with_edges(int channels, int kernel, int results)
    {
        const int Side = 20;
        var geometry = new ConvolutionGeometry(1, Side, Side, channels, 16, kernel, kernel, ConvolutionWindow.Square(padding: kernel / 2));
        var random = new Random(9);
        var x = new float[Side * Side * channels];
        for (int c = 0; c < channels; c++)
        {
            double level = random.NextDouble(), slope = (random.NextDouble() - 0.5) / Side, step = random.NextDouble();
            int edge = random.Next(Side);
            for (int i = 0; i < Side * Side; i++)
                x[i * channels + c] = (float)(level + slope * (i / Side) + (i % Side > edge ? step : 0) + 0.02 * random.NextDouble());
        }

        float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(geometry));
        (double[] sum, _) = ConvolutionReference.Forward(geometry, x, w);
        foreach (VectorWidth width in KernelRunner.Widths) WithinScale(sum, Forward(geometry, results, width, x, w), width);
    }

    private static ConvolutionGeometry RandomGeometry(Random random, int kernel) => RandomGeometry(random, kernel, kernel == 4 ? 2 : 1);

    private static ConvolutionGeometry RandomGeometry(Random random, int kernel, int stride)
    {
        while (true)
        {
            int Channels() => new[] { 1, 3, 8, 16, 17, 48, 64, 100 }[random.Next(8)];
            var window = new ConvolutionWindow(
                stride, stride, PadTop: random.Next(3), PadBottom: random.Next(3), PadLeft: random.Next(3), PadRight: random.Next(3));
            var geometry = new ConvolutionGeometry(
                random.Next(1, 4), random.Next(1, 20), random.Next(1, 24), Channels(), Channels(), kernel, kernel, window);
            if (geometry.OutHeight < 1 || geometry.OutWidth < 1) continue;
            if ((double)ConvolutionReference.OutputSize(geometry) * geometry.InChannels * kernel * kernel < 2e6) return geometry;
        }
    }

    private float[] Forward(ConvolutionGeometry geometry, int side, VectorWidth width, float[] x, float[] w) =>
        KernelRunner.Run(team, WinogradKernel.Forward(geometry, side, width), 2, (int)ConvolutionReference.OutputSize(geometry), x, w);

    private float[] InputGradient(ConvolutionGeometry geometry, int side, VectorWidth width, float[] dy, float[] w) =>
        KernelRunner.Run(team, WinogradKernel.InputGradient(geometry, side, width), 2, (int)ConvolutionReference.InputSize(geometry), dy, w);

    private void Check(ConvolutionGeometry g, int side, Random random)
    {
        float[] x = KernelRunner.Random(random, ConvolutionReference.InputSize(g));
        float[] w = KernelRunner.Random(random, ConvolutionReference.WeightSize(g));
        float[] dy = KernelRunner.Random(random, ConvolutionReference.OutputSize(g));
        Shape image = [g.Batch, g.Height, g.Width, g.InChannels], weights = [g.KernelHeight, g.KernelWidth, g.InChannels, g.OutChannels];
        Shape result = [g.Batch, g.OutHeight, g.OutWidth, g.OutChannels];
        (double[] forward, _) = ConvolutionReference.Forward(g, x, w);
        (double[] backward, _) = ConvolutionReference.InputGradient(g, dy, w);
        double[] forwardTerms = WinogradRoundOff.Terms(new Conv2d(g.Window), side, Values.Of(image, x), Values.Of(weights, w), result);
        double[] backwardTerms = WinogradRoundOff.Terms(
            new Conv2dInputGradient(g.Window, g.Height, g.Width), side, Values.Of(result, dy), Values.Of(weights, w), image);
        foreach (VectorWidth width in KernelRunner.Widths)
        {
            Near(forward, forwardTerms, Forward(g, side, width, x, w), $"{width}, convolution of {g}");
            Near(backward, backwardTerms, InputGradient(g, side, width, dy, w), $"{width}, gradient of {g}");
        }
    }

    private static void Near(double[] expected, double[] terms, float[] actual, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double allowed = RoundOff * terms[i] + 1e-30;
            if (!(Math.Abs(expected[i] - actual[i]) <= allowed))
                Assert.Fail($"{what}: element {i} is {actual[i]}, and should be {expected[i]} to within {allowed}");
        }

        WithinScale(expected, actual, what);
    }

    private static void WithinScale(double[] expected, float[] actual, object what)
    {
        double scale = expected.Max(Math.Abs), worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= OfScale * scale, $"{what}: wrong by {worst / scale} of the largest result");
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
