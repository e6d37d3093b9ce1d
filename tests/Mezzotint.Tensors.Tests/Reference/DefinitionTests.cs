using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tensors.Tests.Reference;

/// <summary>Primitives whose definition is not obvious, against loops and figures of their own.</summary>
public sealed class DefinitionTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_convolution_correlates_the_padded_image_with_the_weights(int seed)
    {
        (Shape image, Shape weights, Shape result, ConvolutionWindow w) = DerivativeTests.Convolution(seed);
        var numbers = new Numbers(seed);
        float[] x = numbers.Floats(image), k = numbers.Floats(weights);
        double[] y = ReferenceDevice.EvaluateExact(Tensor.Of(image, x).Conv2d(Tensor.Of(weights, k), w));

        int perGroup = weights[3] / w.Groups;
        for (int trial = 0; trial < 50; trial++)
        {
            int n = numbers.Integer(0, result[0] - 1), row = numbers.Integer(0, result[1] - 1), column = numbers.Integer(0, result[2] - 1),
                o = numbers.Integer(0, result[3] - 1);
            double expected = 0;
            for (int i = 0; i < image[1]; i++)
            {
                for (int j = 0; j < image[2]; j++)
                {
                    // The tap that lies on pixel (i, j), if any.
                    int down = i + w.PadTop - row * w.StrideY, across = j + w.PadLeft - column * w.StrideX;
                    if (down % w.DilationY != 0 || across % w.DilationX != 0) continue;
                    (down, across) = (down / w.DilationY, across / w.DilationX);
                    if (down < 0 || down >= weights[0] || across < 0 || across >= weights[1]) continue;
                    for (int c = 0; c < weights[2]; c++)
                        expected += x[((n * image[1] + i) * image[2] + j) * image[3] + o / perGroup * weights[2] + c]
                            * (double)k[((down * weights[1] + across) * weights[2] + c) * weights[3] + o];
                }
            }

            Assert.Equal(expected, y[((n * result[1] + row) * result[2] + column) * result[3] + o], 1e-9);
        }
    }

    [Fact]
    public void Moments_are_what_their_sums_say()
    {
        Tensor x = new Numbers(1).Tensor([3, 4, 5, 2]);
        foreach (int[] axes in new int[][] { [2], [1, 2], [0, 1, 2] })
        {
            (Tensor mean, Tensor variance) = x.Moments(axes);
            double[][] values = ReferenceDevice.EvaluateExact(
            [
                mean, variance, ((Moment)mean.Op).AsSums(x), ((Moment)variance.Op).AsSums(x), x.Mean(axes), (x - x.Mean(axes)).Square().Mean(axes),
            ]);
            for (int i = 0; i < values[0].Length; i++)
            {
                Assert.Equal(values[4][i], values[0][i], 1e-7);
                Assert.Equal(values[4][i], values[2][i], 1e-7);
                Assert.Equal(values[5][i], values[1][i], 1e-7);
                Assert.Equal(values[5][i], values[3][i], 1e-7);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_convolution_and_its_gradients_are_one_trilinear_form(int seed)
    {
        (Shape image, Shape weights, Shape result, ConvolutionWindow window) = DerivativeTests.Convolution(seed);
        var numbers = new Numbers(seed);
        Tensor x = numbers.Tensor(image), w = numbers.Tensor(weights), y = numbers.Tensor(result);
        double[][] forms = ReferenceDevice.EvaluateExact(
        [
            (x.Conv2d(w, window) * y).Sum(),
            (x * y.ConvTranspose2d(w, window, image[1], image[2])).Sum(),
            (w * Tensor.Apply(new Conv2dWeightGradient(window, weights[0], weights[1]), x, y)).Sum(),
        ]);
        Assert.Equal(forms[0][0], forms[1][0], 1e-9);
        Assert.Equal(forms[0][0], forms[2][0], 1e-9);
    }

    [Fact]
    public void A_matrix_product_is_rows_times_columns() =>
        Assert.Equal(
            [58.0, 64, 139, 154],
            ReferenceDevice.EvaluateExact(
                Tensor.Of([2, 3], new float[] { 1, 2, 3, 4, 5, 6 }).MatMul(Tensor.Of([3, 2], new float[] { 7, 8, 9, 10, 11, 12 }))));

    [Theory]
    [MemberData(nameof(DerivativeTests.Resamplings), MemberType = typeof(DerivativeTests))]
    public void A_resampling_keeps_a_constant_and_its_gradient_is_its_transpose(Interpolation interpolation, bool antialias, int from,
        int to)
    {
        var numbers = new Numbers(from + 100 * to);
        Tensor constant = Tensor.Full([1, from, from, 2], 3), x = numbers.Tensor([1, from, from, 2]), y = numbers.Tensor([1, to, from, 2]);
        Assert.All(ReferenceDevice.EvaluateExact(constant.Resize(to, to, interpolation, antialias)), value => Assert.Equal(3, value, 1e-6));

        Tensor form = (x.Resize(to, from, interpolation, antialias) * y).Sum();
        double[][] pair = ReferenceDevice.EvaluateExact([form, (x * Gradients.Of(form, x)[0]).Sum()]);
        Assert.Equal(pair[0][0], pair[1][0], 1e-12);
    }

    [Fact]
    public void Bicubic_weights_are_those_of_the_published_kernel()
    {
        // Keys' kernel with a = -1/2 at distances 1.75, 0.75, 0.25 and 1.25: an enlargement by two.
        double[] row = Resized([0, 0, 0, 1, 0, 0, 0], 14, Interpolation.Bicubic, antialias: false);
        Assert.Equal([-0.0234375, -0.0703125, 0.2265625, 0.8671875, 0.8671875, 0.2265625, -0.0703125, -0.0234375], row[3..11], Near(1e-7));
        Assert.All([.. row[..3], .. row[11..]], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Antialiased_bicubic_weights_are_those_of_MATLABs_imresize()
    {
        // Halving weighs an output's neighbours by the kernel at multiples of 1/2 from 1/4, halved; edges are mirrored, edge pixel
        // included.
        double[] k = [-0.01171875, -0.03515625, 0.11328125, 0.43359375, 0.43359375, 0.11328125, -0.03515625, -0.01171875];
        double[] first = [k[3] + k[2], k[4] + k[1], k[5] + k[0], k[6], k[7], 0, 0, 0];
        double[] second = [k[1] + k[0], k[2], k[3], k[4], k[5], k[6], k[7], 0];
        for (int i = 0; i < 8; i++)
        {
            var impulse = new float[8];
            impulse[i] = 1;
            double[] halved = Resized(impulse, 4, Interpolation.Bicubic, antialias: true);
            Assert.Equal([first[i], second[i], second[7 - i], first[7 - i]], halved, Near(1e-7));
        }
    }

    [Fact]
    public void Nearest_takes_the_pixel_in_which_the_sample_lies_and_the_later_on_a_tie()
    {
        Assert.Equal([1.0, 1, 1, 2, 2, 2], Resized([1, 2], 6, Interpolation.Nearest, antialias: false));
        Assert.Equal([2.0, 5, 8], Resized([1, 2, 3, 4, 5, 6, 7, 8, 9], 3, Interpolation.Nearest, antialias: true));
        Assert.Equal([2.0, 4], Resized([1, 2, 3, 4], 2, Interpolation.Nearest, antialias: false));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(49)]
    public void An_antialiased_reduction_by_a_whole_factor_has_no_stray_taps(int factor)
    {
        // Of an odd factor f, the outermost of the 4f + 1 samples under the widened kernel have weight 0.
        var taps = ResampleTaps.For(20 * factor, 20, Interpolation.Bicubic, antialias: true);
        for (int row = 4; row < 16; row++)
            Assert.All(
                Enumerable.Range(taps.RowStart[row], taps.RowStart[row + 1] - taps.RowStart[row]),
                tap => Assert.InRange(taps.Index[tap], (row - 2) * factor + factor / 2 + 1, (row + 2) * factor + factor / 2 - 1));
    }

    [Fact]
    public void Max_pooling_takes_the_largest_pixel_a_NaN_before_all_and_padding_never()
    {
        float nan = float.NaN;
        Tensor image = Tensor.Of([1, 3, 4, 1], new[] { -1, -2, -3, -4, -5, -6, -7, nan, -9, -8, -7, -6 });
        Assert.Equal([-1.0, -2, -4, -5, -6, nan], ReferenceDevice.EvaluateExact(image.MaxPool(2, new ConvolutionWindow(2, 2, 1, 1, 1, 1))));
    }

    [Fact]
    public void Of_equal_pixels_the_first_gets_the_gradient_of_max_pooling()
    {
        Tensor image = Tensor.Of([1, 2, 2, 1], new float[] { 0, 7, 7, 7 });
        Assert.Equal([0.0, 1, 0, 0],
            ReferenceDevice.EvaluateExact(Gradients.Of(image.MaxPool(2, new ConvolutionWindow()).Sum(), image)[0]));
    }

    [Fact]
    public void A_pixel_shuffle_lays_groups_of_channels_out_as_a_block_of_pixels()
    {
        Tensor image = Tensor.Of([1, 1, 2, 8], Enumerable.Range(0, 16).ToArray());
        Tensor shuffled = image.Cast(ElementType.Float32).PixelShuffle(2);
        Assert.Equal<Shape>([1, 2, 4, 2], shuffled.Shape);
        Assert.Equal([0.0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15], ReferenceDevice.EvaluateExact(shuffled));
    }

    [Fact]
    public void A_reflection_does_not_repeat_the_edge() =>
        Assert.Equal(
            [5.0, 4, 5, 6, 5, 2, 1, 2, 3, 2, 5, 4, 5, 6, 5, 2, 1, 2, 3, 2],
            ReferenceDevice.EvaluateExact(Tensor.Of([1, 2, 3, 1], new float[] { 1, 2, 3, 4, 5, 6 }).ReflectPad(1)));

    [Fact]
    public void Padding_slicing_and_flipping_count_from_the_start()
    {
        Tensor x = Tensor.Of([3], new float[] { 1, 2, 3 });
        Assert.Equal([0.0, 1, 0, 0, 2, 0, 0, 3, 0, 0], ReferenceDevice.EvaluateExact(Tensor.Apply(new Pad([1], [2], [2]), x)));
        Assert.Equal([1.0, 3], ReferenceDevice.EvaluateExact(x.Slice(0, 0, 2, 2)));
        Assert.Equal([3.0, 2, 1], ReferenceDevice.EvaluateExact(x.Flip(-1)));
    }

    [Fact]
    public void A_NaN_is_handed_on_by_every_function_and_holds_in_no_comparison()
    {
        Tensor nan = Tensor.Constant(float.NaN), one = Tensor.Constant(1);
        foreach (UnaryFunction function in Enum.GetValues<UnaryFunction>())
            Assert.Equal(double.NaN, ReferenceDevice.EvaluateExact(Tensor.Apply(new Unary(function), nan))[0]);
        foreach (BinaryFunction function in Enum.GetValues<BinaryFunction>())
            foreach ((Tensor a, Tensor b) in new[] { (nan, one), (one, nan), (nan, Tensor.Constant(0)) })
                Assert.Equal(double.NaN, ReferenceDevice.EvaluateExact(Tensor.Apply(new Binary(function), a, b))[0]);
        foreach (Comparison comparison in Enum.GetValues<Comparison>())
            foreach ((Tensor a, Tensor b) in new[] { (nan, one), (one, nan), (nan, nan) })
                Assert.Equal(0, ReferenceDevice.EvaluateExact(Tensor.Apply(new Compare(comparison), a, b))[0]);
        Assert.Equal([double.NaN], ReferenceDevice.EvaluateExact(Tensor.Of([3], new[] { 1, float.NaN, 2 }).MaxOver(0)));
    }

    [Fact]
    public void Casts_round_towards_zero_and_stop_at_the_ends_of_the_range() =>
        Assert.Equal(
            [1.0, -1, 0, int.MaxValue, int.MinValue, 0],
            ReferenceDevice.EvaluateExact(Tensor.Of([6], new[] { 1.9f, -1.9f, -0.5f, 1e20f, -1e20f, float.NaN }).Cast(ElementType.Int32)));

    [Fact]
    public void An_index_without_a_row_is_refused()
    {
        Tensor index = Tensor.Of([1], new[] { 3 });
        Assert.Throws<ArgumentException>(() => ReferenceDevice.EvaluateExact(Tensor.Of([3], new float[3]).Gather(index)));
    }

    public static TheoryData<int> Seeds => DerivativeTests.Seeds;

    private static double[] Resized(float[] row, int extent, Interpolation interpolation, bool antialias) =>
        ReferenceDevice.EvaluateExact(Tensor.Of([1, 1, row.Length, 1], row).Resize(1, extent, interpolation, antialias));

    private static Func<double, double, bool> Near(double tolerance) => (a, b) => Math.Abs(a - b) <= tolerance;
}
