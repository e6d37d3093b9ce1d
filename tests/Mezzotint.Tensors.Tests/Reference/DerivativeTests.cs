using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Tests.Reference;

/// <summary>First and second derivatives of every primitive against finite differences.</summary>
public sealed class DerivativeTests
{
    public static TheoryData<UnaryFunction> UnaryFunctions => [.. Enum.GetValues<UnaryFunction>()];

    public static TheoryData<BinaryFunction> BinaryFunctions => [.. Enum.GetValues<BinaryFunction>()];

    [Theory]
    [MemberData(nameof(UnaryFunctions))]
    public void Of_a_function_of_one_argument(UnaryFunction function)
    {
        bool positive = function is UnaryFunction.SquareRoot or UnaryFunction.Logarithm or UnaryFunction.Reciprocal;
        Check(x => Tensor.Apply(new Unary(function), x[0]), positive ? 0.3 : -1.4, 1.5, [2, 3, 5]);
    }

    [Theory]
    [MemberData(nameof(BinaryFunctions))]
    public void Of_a_function_of_two_arguments(BinaryFunction function) =>
        Check(
            x => Tensor.Apply(new Binary(function), x[0], x[1]),
            function is BinaryFunction.Divide or BinaryFunction.Power ? 0.4 : -1.4, 1.5, [3, 7], [3, 7]);

    [Fact]
    public void Of_functions_whose_arguments_are_broadcast() =>
        Check(x => x[0] * x[1] + x[2] / (2 + x[1]), -1, 1, [3, 1, 5], [4, 1], []);

    [Fact]
    public void Of_the_square_of_one_argument_used_as_two() =>
        Check(x => x[0] * x[0] + Tensor.Max(x[0], x[0]) + Tensor.Min(x[0], x[0]), -1, 1, [5]);

    [Fact]
    public void Of_a_choice() => Check(x => Tensor.Select(Tensor.Less(x[0], x[1]), x[1] * x[2], x[0]), -1, 1, [4, 3], [4, 3], [4, 3]);

    [Fact]
    public void Of_comparisons_which_have_none() =>
        Check(
            x => Tensor.Less(x[0], x[1]) + Tensor.LessOrEqual(x[0], x[1]) + Tensor.Equal(x[0], x[1]) + x[0] * x[1],
            -1, 1, [4, 3], [4, 3]);

    [Fact]
    public void Of_softplus_whose_derivative_at_0_is_a_half()
    {
        Check(x => x[0].Softplus(), -3, 3, [7]);
        Tensor zero = Tensor.Of([1], new float[1]);
        Assert.Equal(0.5, Mezzotint.Tensors.Reference.ReferenceDevice.EvaluateExact(Gradients.Of(zero.Softplus().Sum(), zero)[0])[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0, 2)]
    [InlineData(0, 1, 2)]
    [InlineData(-1)]
    public void Of_sums_and_maxima(params int[] axes)
    {
        Check(x => x[0].Sum(axes), -1, 1, [3, 5, 2]);
        Check(x => x[0].Mean(axes), -1, 1, [3, 5, 2]);
        Check(x => x[0].MaxOver(axes), -1, 1, [3, 5, 2]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1, 2)]
    [InlineData(0, 1, 2)]
    public void Of_moments(params int[] axes)
    {
        if (axes[^1] < 2)
        {
            Check(x => x[0].Moments(axes).Variance, -1, 1, [2, 3, 5]);
            return;
        }

        Check(x => x[0].Moments(axes).Mean, -1, 1, [2, 3, 2, 3]);
        Check(x => x[0].Moments(axes).Variance, -1, 1, [2, 3, 2, 3]);
        Check(x => (x[0] - x[0].Moments(axes).Mean) / (x[0].Moments(axes).Variance + 0.1f).Sqrt(), -1, 1, [2, 3, 2, 3]);
    }

    [Fact]
    public void Of_broadcasting_to_more_axes() => Check(x => x[0].BroadcastTo([2, 3, 4, 5]), -1, 1, [3, 1, 5]);

    [Fact]
    public void Of_views_of_the_same_elements() =>
        Check(x => x[0].Reshape([6, 10]).Transpose().Reshape([3, 5, 4]).Permute(2, 0, 1).Flip(0, 2), -1, 1, [3, 4, 5]);

    [Fact]
    public void Of_a_padding_that_also_spreads() =>
        Check(x => Tensor.Apply(new Pad([1, 0, 2], [0, 3, 1], [2, 0, 1]), x[0]), -1, 1, [2, 3, 1]);

    [Fact]
    public void Of_slices_with_steps() => Check(x => x[0].Slice(0, 1, 2, 2) * x[0].Slice(0, 0, 2).Slice(1, 0, 7), -1, 1, [4, 7]);

    [Fact]
    public void Of_a_concatenation_with_itself() => Check(x => Tensor.Concat(1, x[0], x[1], x[0]), -1, 1, [2, 3, 2], [2, 1, 2]);

    [Fact]
    public void Of_a_reflection() => Check(x => x[0].ReflectPad(2), -1, 1, [1, 4, 3, 2]);

    [Fact]
    public void Of_a_matrix_product()
    {
        Check(x => x[0].MatMul(x[1]), -1, 1, [3, 17], [17, 5]);
        Check(x => x[0].MatMul(x[1]), -1, 1, [2, 3, 4], [2, 4, 1]);
    }

    [Fact]
    public void Of_a_matrix_times_its_own_transpose() => Check(x => x[0].MatMul(x[0].Transpose()), -1, 1, [3, 4]);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Of_convolutions_of_all_kinds(int seed)
    {
        (Shape image, Shape weights, Shape result, ConvolutionWindow window) = Convolution(seed);
        Check(x => x[0].Conv2d(x[1], window), -1, 1, image, weights);
        Check(x => x[0].ConvTranspose2d(x[1], window, image[1], image[2]), -1, 1, result, weights);
        Check(x => Tensor.Apply(new Conv2dWeightGradient(window, weights[0], weights[1]), x[0], x[1]), -1, 1, image, result);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Of_max_pooling(int seed)
    {
        var numbers = new Numbers(seed);
        int kernel = numbers.Integer(1, 3);
        int padding = numbers.Integer(0, kernel - 1);
        ConvolutionWindow window = ConvolutionWindow.Square(numbers.Integer(1, 3), padding);
        Shape image = [numbers.Integer(1, 2), numbers.Integer(3, 7), numbers.Integer(3, 7), numbers.OneOf(1, 3)];
        Shape pooled = new Feed("", image).Tensor.MaxPool(kernel, window).Shape;
        Check(x => x[0].MaxPool(kernel, window), -1, 1, image);
        Check(x => Tensor.Apply(new MaxPoolPick(kernel, kernel, window), x[0], x[1]), -1, 1, image, image);
        Check(x => Tensor.Apply(new MaxPoolScatter(kernel, kernel, window), x[0], x[1]), -1, 1, image, pooled);
    }

    [Theory]
    [MemberData(nameof(Resamplings))]
    public void Of_resampling(Interpolation interpolation, bool antialias, int from, int to)
    {
        Check(x => Tensor.Apply(new Resample(1, to, interpolation, antialias, null), x[0]), -1, 1, [2, from, 3]);
        Check(x => x[0].Resize(to, from, interpolation, antialias), -1, 1, [1, from, to, 2]);
    }

    [Fact]
    public void Of_gathering_rows_and_summing_them_by_index()
    {
        Tensor indices = Tensor.Of([2, 3], new[] { 4, 0, 1, 4, 4, 2 });
        Check(x => x[0].Gather(indices), -1, 1, [5, 3]);
        Check(x => x[0].SegmentSum(indices, 6), -1, 1, [2, 3, 2]);
        Check(x => x[0].SegmentSum(indices, 5), -1, 1, [2, 3]);
    }

    [Fact]
    public void Of_channels_turned_into_pixels() => Check(x => x[0].PixelShuffle(3), -1, 1, [2, 2, 1, 18]);

    public static MatrixTheoryData<Interpolation, bool, int, int> Resamplings =>
        new(Enum.GetValues<Interpolation>(), [false, true], [2, 7], [3, 4, 14]);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 12)];

    /// <summary>The shapes of an image, of weights and of their convolution, and its window.</summary>
    internal static (Shape Image, Shape Weights, Shape Result, ConvolutionWindow Window) Convolution(int seed)
    {
        var numbers = new Numbers(seed);
        int kernelHeight = numbers.Integer(1, 4), kernelWidth = numbers.Integer(1, 4);
        int groups = numbers.OneOf(1, 1, 2, 3);
        int channels = groups == 1 ? numbers.OneOf(1, 3, 17) : groups * numbers.Integer(1, 2);
        int outChannels = groups == 1 ? numbers.OneOf(1, 2, 3, 17) : groups * numbers.Integer(1, 3);
        int height = numbers.Integer(3, 9), width = numbers.Integer(3, 9);
        ConvolutionWindow window = numbers.Window(height, width, kernelHeight, kernelWidth, groups);
        Shape image = [numbers.Integer(1, 3), height, width, channels];
        Shape weights = [kernelHeight, kernelWidth, channels / groups, outChannels];
        return (image, weights, new Feed("", image).Tensor.Conv2d(new Feed("", weights), window).Shape, window);
    }

    private static void Check(Func<Tensor[], Tensor> expression, double low, double high, params Shape[] shapes)
    {
        var numbers = new Numbers(shapes.Sum(shape => (int)shape.Count));
        FiniteDifferences.Check(expression, [.. shapes.Select(shape => numbers.Doubles(shape, low, high))], shapes, seed: 5);
    }
}
