using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Tests.Reference;

namespace Mezzotint.Tensors.Tests.Devices;

/// <summary>Every primitive and its gradients on a device, on random shapes, against the reference.</summary>
public abstract class PrimitiveContract(DeviceFamily family)
{
    public static TheoryData<UnaryFunction> UnaryFunctions => [.. Enum.GetValues<UnaryFunction>()];

    public static TheoryData<BinaryFunction> BinaryFunctions => [.. Enum.GetValues<BinaryFunction>()];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 10)];

    public static MatrixTheoryData<Interpolation, bool> Resamplings => new(Enum.GetValues<Interpolation>(), [false, true]);

    [Theory]
    [MemberData(nameof(UnaryFunctions))]
    public void Functions_of_one_argument(UnaryFunction function)
    {
        var numbers = new Numbers((int)function);
        double low = function is UnaryFunction.SquareRoot or UnaryFunction.Logarithm ? 0.01 : -6;
        foreach (Shape shape in new Shape[] { [], [1], [3, 17], [2, 5, 7, 3], [1, 4, 4, 64] })
            CheckWithGradients($"{function} {shape}", x => Tensor.Apply(new Unary(function), x[0]), numbers.Tensor(shape, low, 6));
    }

    [Theory]
    [MemberData(nameof(UnaryFunctions))]
    public void Functions_of_one_argument_at_the_corners_of_their_range(UnaryFunction function)
    {
        float[] corners =
        [
            0, -0f, 1, -1, 0.5f, -0.5f, 1e-20f, -1e-20f, 80, -80, 100, -100, 1e10f, -1e10f, 1e30f,
            float.PositiveInfinity, float.NegativeInfinity, float.NaN,
        ];
        Tensor y = Tensor.Apply(new Unary(function), Tensor.Of([corners.Length], corners));
        family.Check($"{function}", y);
    }

    [Theory]
    [MemberData(nameof(BinaryFunctions))]
    public void Functions_of_two_arguments(BinaryFunction function)
    {
        var numbers = new Numbers((int)function);
        double low = function is BinaryFunction.Divide or BinaryFunction.Power ? 0.1 : -3;
        (Shape, Shape)[] shapes = [([], []), ([3, 17], [3, 17]), ([2, 5, 7, 3], [3]), ([4, 1, 5], [3, 1]), ([1, 64], [33, 1])];
        foreach ((Shape a, Shape b) in shapes)
            CheckWithGradients(
                $"{function} {a} {b}", x => Combined(function, x[0], x[1]), numbers.Tensor(a, low, 3), numbers.Tensor(b, low, 3));
    }

    [Theory]
    [MemberData(nameof(BinaryFunctions))]
    public void Functions_of_two_arguments_at_the_corners_of_their_range(BinaryFunction function)
    {
        float[] corners = [0, 1, -1, 0.5f, 2, 3, 1e-20f, 1e20f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        Tensor column = Tensor.Of([corners.Length, 1], corners), row = Tensor.Of([corners.Length], corners);
        family.Check($"{function}", Combined(function, column, row));
    }

    [Fact]
    public void Comparisons_and_choices()
    {
        var numbers = new Numbers(1);
        float[] values = [0, 1, -1, float.NaN, float.PositiveInfinity, 2, 2];
        Tensor column = Tensor.Of([7, 1], values), row = Tensor.Of([7], values), other = numbers.Tensor([7, 7]);
        family.Check("corners", Tensor.Equal(column, row), Tensor.Less(column, row), Tensor.LessOrEqual(column, row),
            Tensor.Select(row, other, column));
        CheckWithGradients(
            "choice", x => Tensor.Select(Tensor.Less(x[0], x[1]), x[1] * x[2], x[0]),
            numbers.Tensor([9, 17]), numbers.Tensor([17]), numbers.Tensor([9, 1]));
    }

    [Fact]
    public void Casts()
    {
        Tensor integers = Tensor.Of([6], new[] { 0, 1, -1, 1 << 24, int.MaxValue, int.MinValue });
        Tensor floats = Tensor.Of([10], new[] { 0, 0.9f, -0.9f, 1.5f, -1.5f, 16777217f, 1e20f, -1e20f, float.NaN, float.NegativeInfinity });
        family.Check("casts", integers.Cast(ElementType.Float32), floats.Cast(ElementType.Int32).Cast(ElementType.Float32) + 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Sums_and_maxima(int seed)
    {
        var numbers = new Numbers(seed);
        int rank = numbers.Integer(1, 4);
        Shape shape = Shape.Create([.. Enumerable.Range(0, rank).Select(_ => numbers.OneOf(1, 3, 5, 17, 32))]);
        int[] axes = [.. Enumerable.Range(0, rank).Where(_ => numbers.Chance(0.6))];
        Tensor x = numbers.Tensor(shape);
        CheckWithGradients($"seed {seed}, sum of {shape}", t => t[0].Sum(axes) * 2 + 1, x);
        CheckWithGradients($"seed {seed}, maximum of {shape}", t => t[0].MaxOver(axes), x);
        family.Check($"seed {seed}, sum of squares of {shape}", (x * x).Sum(), (x - x.Mean(axes)).Square().Mean(axes),
            x.MaxOver([.. Enumerable.Range(0, x.Shape.Rank)]));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Moments_of_channels(int seed)
    {
        var numbers = new Numbers(seed);
        int rank = numbers.Integer(2, 4), first = numbers.Integer(0, rank - 2);
        Shape shape = Shape.Create([.. Enumerable.Range(0, rank - 1).Select(_ => numbers.OneOf(1, 3, 5, 17, 32)), numbers.OneOf(1, 3, 17, 40, 64)]);
        int[] axes = [.. Enumerable.Range(first, rank - 1 - first)];
        Tensor x = numbers.Tensor(shape);
        CheckWithGradients($"seed {seed}, mean of {shape}", t => t[0].Moments(axes).Mean * 2 + 1, x);
        CheckWithGradients($"seed {seed}, variance of {shape}", t => t[0].Moments(axes).Variance, x);
        Tensor every = Tensor.Concat(rank - 1, x, x * 2), part = every.Slice(rank - 1, 1, shape[^1]);
        family.Check(
            $"seed {seed}, of a part of {every.Shape}", part.Moments(axes).Variance, part.Moments(axes).Mean, part.Flip(first).Moments(axes).Variance);
    }

    [Fact]
    public void A_small_variance_beside_a_large_mean_is_not_lost()
    {
        // Multiples of 1/256 beside thousands, which single precision holds exactly.
        var numbers = new Numbers(1);
        Tensor x = numbers.Tensor([2, 9, 31, 37], -1, 1), rounded = (x * 256).Cast(ElementType.Int32).Cast(ElementType.Float32) * (1f / 256);
        Tensor weights = Tensor.Of([1, 1, 37, 37], Enumerable.Range(0, 37 * 37).Select(i => i % 38 == 0 ? 1f : 0f).ToArray());
        Tensor far = rounded + 3000, made = far.Conv2d(weights, ConvolutionWindow.Square());
        foreach (int[] axes in new int[][] { [1, 2], [0, 1, 2] })
        {
            // The quotient of the two is 1 within what squares of exact deviations are rounded by.
            Tensor near = rounded.Moments(axes).Variance;
            Tensor quotient = Tensor.Concat(0, far.Moments(axes).Variance, made.Moments(axes).Variance) / Tensor.Concat(0, near, near);
            family.Check($"{axes.Length} axes", Tensor.Less((quotient - 1).Abs(), 0.002f * Tensor.Full(quotient.Shape, 1)));
        }
    }

    [Fact]
    public void Sums_of_very_many_numbers_keep_their_digits()
    {
        var numbers = new Numbers(1);
        Tensor rows = numbers.Tensor([3, 70_001], 0, 1), columns = numbers.Tensor([20_011, 5], 0, 1);
        family.Check("long sums", rows.Sum(1), rows.Sum(), columns.Sum(0), columns.Sum(), columns.MaxOver(0, 1), rows.MaxOver(1));
    }

    [Fact]
    public void A_NaN_wins_every_maximum()
    {
        float[] values = new float[100];
        values[57] = float.NaN;
        Tensor x = Tensor.Of([5, 20], values);
        family.Check("NaN", x.MaxOver(0), x.MaxOver(1), x.MaxOver([.. Enumerable.Range(0, x.Shape.Rank)]));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Moves_of_elements(int seed)
    {
        var numbers = new Numbers(seed);
        Shape shape = [numbers.Integer(1, 3), numbers.Integer(2, 5), numbers.Integer(2, 6), numbers.OneOf(1, 3, 4, 17)];
        Tensor x = numbers.Tensor(shape), y = numbers.Tensor(shape);
        int[] order = [.. Enumerable.Range(0, 4).OrderBy(_ => numbers.Integer(0, 1000))];
        int axis = numbers.Integer(0, 3);
        int step = numbers.Integer(1, 2), start = numbers.Integer(0, shape[axis] - 1);
        int count = numbers.Integer(1, (shape[axis] - 1 - start) / step + 1);
        int[] before = numbers.Integers([4], 0, 2), after = numbers.Integers([4], 0, 2), between = numbers.Integers([4], 0, 1);
        CheckWithGradients($"seed {seed}, permute", t => t[0].Permute(order), x);
        CheckWithGradients($"seed {seed}, slice", t => t[0].Slice(axis, start, count, step), x);
        CheckWithGradients($"seed {seed}, flip", t => t[0].Flip(axis, 2), x);
        CheckWithGradients($"seed {seed}, reshape", t => t[0].Permute(order).Reshape([(int)shape.Count]), x);
        CheckWithGradients($"seed {seed}, pad", t => Tensor.Apply(new Pad([.. before], [.. after], [.. between]), t[0]), x);
        CheckWithGradients($"seed {seed}, concat", t => Tensor.Concat(axis, t[0], t[1], t[0].Slice(axis, start, 1)), x, y);
        CheckWithGradients($"seed {seed}, broadcast", t => t[0].Slice(axis, start, 1).BroadcastTo(Shape.Create([2, .. shape])), x);
        family.Check($"seed {seed}, leaves as they are", x, x.Permute(order), x.Reshape([(int)shape.Count]), x.Slice(axis, start, 1),
            Tensor.Full(shape, 3), x);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Matrix_products(int seed)
    {
        var numbers = new Numbers(seed);
        int m = numbers.OneOf(1, 3, 17, 40), k = numbers.OneOf(1, 5, 17, 64), n = numbers.OneOf(1, 3, 16, 33, 70);
        int batch = numbers.Integer(1, 3);
        CheckWithGradients($"seed {seed}, {m} {k} {n}", x => x[0].MatMul(x[1]), numbers.Tensor([m, k]), numbers.Tensor([k, n]));
        CheckWithGradients(
            $"seed {seed}, batch {batch}, {m} {k} {n}", x => x[0].MatMul(x[1]),
            numbers.Tensor([batch, m, k]), numbers.Tensor([batch, k, n]));
        CheckWithGradients($"seed {seed}, transposed {m} {k}", x => x[0].Transpose().MatMul(x[0]), numbers.Tensor([m, k]));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Convolutions_of_all_kinds(int seed)
    {
        (Shape image, Shape weights, Shape result, ConvolutionWindow window) = DerivativeTests.Convolution(seed + 100);
        var numbers = new Numbers(seed);
        string name = $"seed {seed}, {image} {weights} {window}";
        CheckWithGradients(name, x => x[0].Conv2d(x[1], window), numbers.Tensor(image), numbers.Tensor(weights));
        CheckWithGradients(
            name, x => x[0].ConvTranspose2d(x[1], window, image[1], image[2]), numbers.Tensor(result), numbers.Tensor(weights));
        CheckWithGradients(
            name, x => Tensor.Apply(new Conv2dWeightGradient(window, weights[0], weights[1]), x[0], x[1]),
            numbers.Tensor(image), numbers.Tensor(result));
    }

    [Theory]
    [InlineData(1, 13, 15, 64, 64, 3, 1, 1)]
    [InlineData(2, 9, 8, 3, 64, 3, 1, 1)]
    [InlineData(1, 17, 19, 64, 3, 9, 1, 4)]
    [InlineData(2, 12, 10, 64, 32, 4, 2, 1)]
    [InlineData(1, 7, 7, 64, 17, 1, 1, 0)]
    [InlineData(3, 16, 16, 17, 64, 3, 2, 1)]
    [InlineData(1, 13, 11, 32, 40, 5, 1, 2)]
    [InlineData(2, 13, 14, 40, 32, 5, 2, 2)]
    [InlineData(1, 14, 12, 32, 32, 7, 2, 3)]
    [InlineData(1, 14, 12, 33, 32, 2, 1, 0)]
    public void Convolutions_as_networks_have_them(
        int batch, int height, int width, int channels, int outChannels, int kernel, int stride, int padding)
    {
        var numbers = new Numbers(channels + outChannels);
        ConvolutionWindow window = ConvolutionWindow.Square(stride, padding);
        Tensor image = numbers.Tensor([batch, height, width, channels]), weights = numbers.Tensor([kernel, kernel, channels, outChannels]);
        Tensor result = image.Conv2d(weights, window), adjoint = numbers.Tensor(result.Shape);
        family.Check($"{image.Shape} {weights.Shape}", [result, .. Gradients.Of((result * adjoint).Sum(), image, weights)]);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Max_pooling(int seed)
    {
        var numbers = new Numbers(seed);
        int kernel = numbers.Integer(1, 3);
        var window = new ConvolutionWindow(
            numbers.Integer(1, 3), numbers.Integer(1, 3), numbers.Integer(0, kernel - 1), numbers.Integer(0, kernel - 1),
            numbers.Integer(0, kernel - 1), numbers.Integer(0, kernel - 1), numbers.Integer(1, 2), numbers.Integer(1, 2));
        Shape shape = [numbers.Integer(1, 2), numbers.Integer(5, 9), numbers.Integer(5, 9), numbers.OneOf(1, 3, 17, 64)];
        Tensor image = numbers.Tensor(shape), picked = numbers.Tensor(shape);
        // Many ties: the first counts.
        Tensor coarse = Tensor.Of(shape, Array.ConvertAll(numbers.Integers(shape, 0, 3), i => (float)i));
        CheckWithGradients($"seed {seed}, {shape} {window}", x => x[0].MaxPool(kernel, window), image);
        CheckWithGradients($"seed {seed}, ties, {shape} {window}", x => x[0].MaxPool(kernel, window), coarse);
        CheckWithGradients(
            $"seed {seed}, pick, {shape} {window}", x => Tensor.Apply(new MaxPoolPick(kernel, kernel, window), x[0], x[1]), image, picked);
    }

    [Fact]
    public void Max_pooling_hands_a_NaN_on()
    {
        float[] values = new float[60];
        values[17] = float.NaN;
        family.Check("NaN", Tensor.Of([1, 5, 4, 3], values).MaxPool(2, ConvolutionWindow.Square(1, 1)),
            Tensor.Of([1, 10, 6, 1], values).MaxPool(3, ConvolutionWindow.Square(2)));
    }

    [Theory]
    [MemberData(nameof(Resamplings))]
    public void Resampling(Interpolation interpolation, bool antialias)
    {
        var numbers = new Numbers((int)interpolation);
        (Shape, int, int)[] sizes = [([2, 7, 5, 3], 14, 10), ([1, 9, 12, 1], 3, 4), ([1, 8, 5, 17], 5, 8), ([1, 6, 1, 64], 24, 2)];
        foreach ((Shape shape, int height, int width) in sizes)
            CheckWithGradients(
                $"{interpolation} {antialias} {shape} to {height}x{width}",
                x => x[0].Resize(height, width, interpolation, antialias), numbers.Tensor(shape));
        CheckWithGradients(
            "along the first axis", x => Tensor.Apply(new Resample(0, 5, interpolation, antialias, null), x[0]), numbers.Tensor([8, 3]));
        CheckWithGradients(
            "along the last axis", x => Tensor.Apply(new Resample(1, 5, interpolation, antialias, null), x[0]), numbers.Tensor([3, 9]));
    }

    [Fact]
    public void Gathering_rows_and_summing_them_by_index()
    {
        var numbers = new Numbers(2);
        Tensor indices = Tensor.Of([4, 5], numbers.Integers([4, 5], 0, 6));
        foreach (Shape table in new Shape[] { [7], [7, 1], [7, 3], [7, 2, 17], [7, 64] })
            CheckWithGradients($"gather from {table}", x => x[0].Gather(indices), numbers.Tensor(table));
        foreach (Shape values in new Shape[] { [4, 5], [4, 5, 3], [4, 5, 64] })
            CheckWithGradients($"sum of {values}", x => x[0].SegmentSum(indices, 8), numbers.Tensor(values));
        family.Check("integers", Tensor.Of([7, 2], numbers.Integers([7, 2], -5, 5)).Gather(indices).Cast(ElementType.Float32));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    public void An_index_without_a_row_is_refused(int index)
    {
        // Far enough back that a second thread, if there is one, meets it.
        int[] indices = new int[20_000];
        indices[^1] = index;
        Tensor table = new Numbers(3).Tensor([7, 16]), at = Tensor.Of([20_000], indices);
        family.CheckRefused<ArgumentException>($"{index}", table.Gather(at));
        family.CheckRefused<ArgumentException>($"{index}", table.Gather(Tensor.Of([20_000], new int[20_000])).SegmentSum(at, 7));
    }

    [Fact]
    public void Random_numbers()
    {
        var key = new Feed("key", [3], ElementType.Int32);
        var random = new RandomStream(key);
        Tensor uniform = random.Uniform([3, 17]), normal = random.Normal([1025]), again = random.Uniform([3, 17]);
        foreach (int step in new[] { 0, 1, 7 })
            family.Check($"step {step}", new Step([uniform, normal, again, uniform * 2 - again, random.Normal([])]),
                new Bindings().Set(key, RandomStream.Key(0xFEDCBA9876543210, step)));
    }

    [Fact]
    public void Compositions_of_primitives()
    {
        var numbers = new Numbers(4);
        CheckWithGradients("pixel shuffle", x => x[0].PixelShuffle(2), numbers.Tensor([2, 3, 4, 12]));
        CheckWithGradients("reflection", x => x[0].ReflectPad(2), numbers.Tensor([1, 5, 4, 3]));
        CheckWithGradients("softplus", x => x[0].Softplus(), numbers.Tensor([33], -30, 30));
    }

    private static Tensor Combined(BinaryFunction function, Tensor a, Tensor b) => function switch
    {
        BinaryFunction.Add => a + b,
        BinaryFunction.Subtract => a - b,
        BinaryFunction.Multiply => a * b,
        BinaryFunction.Divide => a / b,
        BinaryFunction.Maximum => Tensor.Max(a, b),
        BinaryFunction.Minimum => Tensor.Min(a, b),
        BinaryFunction.Power => a.Pow(b),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>Checks an expression, and the gradients of a loss that uses its value and each of its inputs twice.</summary>
    private void CheckWithGradients(string name, Func<Tensor[], Tensor> expression, params Tensor[] inputs)
    {
        Tensor value = expression(inputs);
        var numbers = new Numbers((int)value.Shape.Count);
        Tensor loss = (value * (numbers.Tensor(value.Shape) + 0.5f * value)).Sum();
        foreach (Tensor input in inputs) loss += 0.25f * (input * input).Sum();
        family.Check(name, [value, .. Gradients.Of(loss, inputs)]);
    }
}
