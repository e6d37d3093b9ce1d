using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Tests.Reference;

namespace Mezzotint.Tensors.Tests.Devices;

/// <summary>What a planner may get wrong: values that share memory, are fused, recomputed, viewed, or read after they died.</summary>
public abstract class GraphContract(DeviceFamily family)
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_graphs(int seed)
    {
        var numbers = new Numbers(seed);
        var graph = new RandomGraph(numbers, Leaves(numbers));
        graph.Grow(numbers.Integer(5, 40), heavy: seed % 2 == 1);
        family.Check($"seed {seed}", graph.Some(4));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Gradients_of_random_graphs(int seed)
    {
        var numbers = new Numbers(1000 + seed);
        Tensor[] leaves = Leaves(numbers);
        var graph = new RandomGraph(numbers, leaves);
        graph.Grow(numbers.Integer(5, 20), heavy: seed % 2 == 1);
        Tensor loss = Tensor.Constant(0);
        foreach (Tensor value in graph.Some(3)) loss += (value.Tanh() * value).Mean();
        family.Check($"seed {1000 + seed}", [loss, .. Gradients.Of(loss, leaves)]);
    }

    [Fact]
    public void The_same_memory_read_in_two_shapes()
    {
        float[] values = new Numbers(1).Floats([12]);
        Tensor wide = Tensor.Of([2, 6], values), tall = Tensor.Of([6, 2], values);
        family.Check("shapes", wide.Sum(0), tall.Sum(0), wide.MatMul(tall));
    }

    [Fact]
    public void Outputs_that_are_leaves_views_or_one_another()
    {
        var numbers = new Numbers(2);
        Tensor x = numbers.Tensor([3, 4]), y = x.Tanh();
        var variable = new Variable("variable", [3, 4], numbers.Floats([3, 4]));
        family.Check("outputs", x, y, y, y.Transpose(), y.Transpose().Transpose(), y.Reshape([12]), x.Flip(0), variable,
            variable.Value.Detach(), 3, Tensor.Full([2, 2], 4), y.Slice(1, 1, 2));
    }

    [Fact]
    public void One_value_read_through_many_views()
    {
        Tensor x = new Numbers(3).Tensor([4, 6, 8]).Tanh();
        Tensor sum = x + x.Flip(0) + x.Flip(1, 2) + x.Permute(1, 0, 2).Reshape([4, 6, 8]) + x.Slice(2, 3, 1) + x.Slice(1, 1, 1).Flip(2);
        family.Check("views", sum, sum.Sum(1), sum.Transpose().Sum(2));
    }

    [Fact]
    public void Pads_and_concatenations_that_feed_convolutions()
    {
        var numbers = new Numbers(4);
        Tensor x = numbers.Tensor([2, 7, 6, 5]), w = numbers.Tensor([3, 3, 15, 8]), v = numbers.Tensor([1, 1, 8, 3]);
        Tensor joined = Tensor.Concat(3, x.Relu(), x.Flip(1), x * x.Mean(1, 2));
        Tensor y = joined.ReflectPad(1).Conv2d(w, new ConvolutionWindow());
        Tensor z = (Tensor.Max(y, 0.2f * y) + y.Mean(3)).Pad([0, 1, 2, 0], [0, 0, 1, 0]).Conv2d(v, ConvolutionWindow.Square(2));
        Tensor loss = (z.PixelShuffle(1) * z).Mean();
        family.Check("pads", [z, .. Gradients.Of(loss, x, w, v)]);
    }

    [Fact]
    public void Dense_blocks_whose_concatenations_grow()
    {
        var numbers = new Numbers(5);
        Tensor x = numbers.Tensor([1, 9, 8, 6]), grown = x;
        var weights = new List<Tensor>();
        for (int layer = 0; layer < 4; layer++)
        {
            Tensor w = numbers.Tensor([3, 3, grown.Shape[3], 5], -0.2, 0.2), b = numbers.Tensor([5]);
            weights.AddRange([w, b]);
            Tensor y = grown.Conv2d(w, ConvolutionWindow.Square(padding: 1)) + b;
            grown = Tensor.Concat(3, grown, Tensor.Max(y, 0.2f * y));
        }

        Tensor result = (x + 0.2f * grown.Slice(3, 20, 6)).Resize(18, 16, Interpolation.Nearest).Slice(2, 0, 15);
        family.Check("dense block", [result, .. Gradients.Of(result.Square().Mean(), [x, .. weights])]);
    }

    [Fact]
    public void Parts_of_concatenations_that_others_read_too()
    {
        var numbers = new Numbers(10);
        Tensor x = numbers.Tensor([2, 7, 9, 16]), w = numbers.Tensor([3, 3, 16, 20], -0.2, 0.2), v = numbers.Tensor([3, 3, 20, 17], -0.2, 0.2);
        Tensor u = numbers.Tensor([1, 1, 69, 18], -0.2, 0.2), t = numbers.Tensor([4, 4, 18, 33], -0.2, 0.2);
        ConvolutionWindow same = ConvolutionWindow.Square(padding: 1);
        Tensor a = x.Conv2d(w, same).Relu(), b = a.Conv2d(v, same), squeezed = a.Mean(1, 2);
        Tensor inner = Tensor.Concat(3, b.Tanh(), a, x), outer = Tensor.Concat(3, inner, x * squeezed.Slice(3, 2, 16)), twice = Tensor.Concat(3, b, b);
        Tensor y = outer.Conv2d(u, ConvolutionWindow.Square()), z = y.Flip(1).ConvTranspose2d(t.Permute(0, 1, 3, 2), ConvolutionWindow.Square(2, 1), 14, 18);
        Tensor few = inner.Slice(3, 5, 20).Conv2d(v, same), permuted = a.Permute(0, 3, 1, 2).Reshape([2, 20, 63]), pooled = a.MaxPool(2, ConvolutionWindow.Square(2));
        Tensor[] results = [inner, twice, y, z, few, permuted, pooled, b.Slice(2, 0, 5, 2), squeezed];
        Tensor loss = results.Aggregate(Tensor.Constant(0), (sum, result) => sum + (result * result.Tanh()).Mean());
        family.Check("parts", [.. results]);
        family.Check("parts alone", y, few);
        family.Check("gradients of parts", [loss, .. Gradients.Of(loss, x, w, v, u, t)]);
    }

    [Fact]
    public void Concatenations_along_every_axis_within_one_another()
    {
        var numbers = new Numbers(11);
        Tensor x = numbers.Tensor([3, 4, 5, 18]), w = numbers.Tensor([3, 3, 18, 18], -0.2, 0.2);
        for (int outer = 0; outer < 4; outer++)
        {
            for (int inner = 0; inner < 4; inner++)
            {
                Tensor a = x.Conv2d(w, ConvolutionWindow.Square(padding: 1)) + 1, b = x.Tanh();
                Tensor once = Tensor.Concat(inner, a.Flip(inner), a, b), again = Tensor.Concat(outer, once, once * 0.5f, once.Flip(outer));
                Tensor loss = (again * again.Sigmoid()).Mean() + (a * a).Mean(0).Sum();
                family.Check($"axis {inner} in axis {outer}", [again, again.Sum(3), loss, .. Gradients.Of(loss, x, w)]);
            }
        }
    }

    [Fact]
    public void Upsampling_by_shuffled_channels_after_every_kind_of_epilogue()
    {
        var numbers = new Numbers(6);
        foreach ((int factor, int channels) in new[] { (2, 1), (2, 3), (3, 3), (4, 3), (2, 16) })
        {
            int shuffled = channels * factor * factor;
            Tensor x = numbers.Tensor([2, 5, 6, 8]), w = numbers.Tensor([3, 3, 8, shuffled]), b = numbers.Tensor([shuffled]);
            Tensor y = (x.Conv2d(w, ConvolutionWindow.Square(padding: 1)) + b).PixelShuffle(factor);
            Tensor residual = numbers.Tensor(y.Shape), slope = numbers.Tensor([channels]);
            Tensor z = Tensor.Max(y, 0) + slope * Tensor.Min(y, 0) + residual;
            family.Check($"factor {factor}, {channels} channels", [z, .. Gradients.Of(z.Square().Mean(), x, w, b, slope)]);
        }
    }

    [Fact]
    public void Reductions_of_what_is_computed_on_the_way()
    {
        var numbers = new Numbers(7);
        foreach (Shape shape in new Shape[] { [4, 9, 11, 3], [4, 9, 11, 17], [4, 9, 11, 64], [700, 33], [5, 3000] })
        {
            Tensor x = numbers.Tensor(shape), y = numbers.Tensor(shape);
            int[] outer = [.. Enumerable.Range(0, shape.Rank - 1)];
            Tensor mean = x.Mean(outer), variance = (x - mean).Square().Mean(outer);
            Tensor soft = (x - x.MaxOver(-1)).Exp();
            family.Check($"{shape}", (x - mean) / (variance + 1e-5f).Sqrt(), (x * y).Sum(-1), soft / soft.Sum(-1), (x - y).Abs().Mean(),
                Tensor.Less(x, y).Sum());
        }
    }

    [Theory]
    [InlineData(3, 16, 7, 1, 2)]
    [InlineData(16, 24, 3, 1, 2)]
    [InlineData(32, 40, 3, 2, 2)]
    [InlineData(32, 40, 4, 1, 2)]
    [InlineData(8, 3, 5, 1, 2)]
    [InlineData(16, 33, 1, 1, 2)]
    [InlineData(5, 20, 2, 2, 3)]
    public void Moments_of_what_a_convolution_makes(int channels, int outChannels, int kernel, int stride, int batch)
    {
        var numbers = new Numbers(channels + outChannels);
        Tensor x = numbers.Tensor([batch, 13, 21, channels]), bias = numbers.Tensor([outChannels]);
        Tensor w = numbers.Tensor([kernel, kernel, channels, outChannels], -0.2, 0.2), back = numbers.Tensor([kernel, kernel, outChannels, channels], -0.2, 0.2);
        ConvolutionWindow window = ConvolutionWindow.Square(stride, kernel / 2);
        Tensor[] made =
        [
            x.Conv2d(w, window), (x.Conv2d(w, window) + bias).Relu(),
            x.ConvTranspose2d(back, window, 12 * stride + kernel - kernel / 2 * 2, 20 * stride + kernel - kernel / 2 * 2) + bias,
        ];
        foreach (Tensor y in made)
        {
            foreach (int[] axes in new int[][] { [1, 2], [0, 1, 2], [2] })
            {
                (Tensor mean, Tensor variance) = y.Moments(axes);
                Tensor normal = (y - mean) / (variance + 0.1f).Sqrt(), joined = Tensor.Concat(3, normal.Relu(), y, x.Mean(1, 2).BroadcastTo([batch, y.Shape[1], y.Shape[2], channels]));
                Tensor loss = (normal * joined.Slice(3, 0, outChannels).Tanh()).Mean();
                family.Check($"{y.Op.Name} over {axes.Length} axes from {axes[0]}", [mean, variance, normal, joined]);
                family.Check($"{y.Op.Name} over {axes.Length} axes from {axes[0]}, gradients", [variance, loss, .. Gradients.Of(loss, x, w, back, bias)]);
            }
        }
    }

    [Fact]
    public void Moments_of_rows_that_tasks_cut()
    {
        var numbers = new Numbers(12);
        Tensor x = numbers.Tensor([1, 2, 6007, 5]), y = x.Conv2d(numbers.Tensor([1, 1, 5, 65]), ConvolutionWindow.Square());
        Tensor row = x.Slice(1, 1, 1).Conv2d(numbers.Tensor([1, 3, 5, 20]), new ConvolutionWindow());
        family.Check("wide", y.Moments(1, 2).Mean, y.Moments(1, 2).Variance, y.Sum(3), row.Moments(1, 2).Variance, row);
    }

    [Fact]
    public void A_chain_too_long_for_one_method()
    {
        Tensor x = new Numbers(8).Tensor([37]), y = x;
        for (int i = 0; i < 400; i++) y = (y + x) * (i % 2 == 0 ? 0.5f : 0.75f);
        family.Check("chain", y);
    }

    [Fact]
    public void Many_outputs_of_one_loop()
    {
        Tensor x = new Numbers(9).Tensor([5, 50]);
        family.Check("outputs", [.. Enumerable.Range(1, 60).Select(i => x * i + (x * 0.1f * i).Tanh())]);
    }

    private static Tensor[] Leaves(Numbers numbers)
    {
        Shape shape = [numbers.Integer(1, 3), numbers.Integer(1, 6), numbers.Integer(2, 7), numbers.OneOf(1, 3, 4, 8, 17)];
        return [numbers.Tensor(shape), numbers.Tensor(shape), numbers.Tensor(Shape.Create(shape.Span[2..])), numbers.Tensor([]),
            numbers.Tensor([numbers.Integer(2, 40)])];
    }
}
