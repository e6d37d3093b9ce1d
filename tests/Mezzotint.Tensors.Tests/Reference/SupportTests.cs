using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tensors.Tests.Reference;

/// <summary>How far an output pixel sees, as the primitives report it, against what changes when pixels do.</summary>
public sealed class SupportTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Pixels_outside_the_support_of_a_box_do_not_change_it(int seed)
    {
        var numbers = new Numbers(seed);
        Shape shape = [numbers.Integer(1, 2), numbers.Integer(6, 12), numbers.Integer(6, 12), numbers.Integer(1, 3)];
        var image = new Feed("image", shape);
        Tensor output = image;
        int operations = numbers.Integer(1, 6);
        for (int i = 0; i < operations; i++) output = Extend(output, numbers);

        Box box = RandomBox(output.Shape, numbers), support = SupportOf(image, output, box);
        double[] before = numbers.Doubles(shape);
        double[] after = [.. before.Select((x, i) => Inside(support, shape, i) ? x : x + numbers.Between(-1, 1))];
        double[] first = Evaluate(output, image, before), second = Evaluate(output, image, after);
        for (int i = 0; i < first.Length; i++)
            if (Inside(box, output.Shape, i))
                Assert.True(first[i] == second[i],
                    $"seed {seed}: {output} changed at {i} by pixels outside {support.Start}..{support.Stop}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_support_of_a_chain_of_convolutions_is_tight(int seed)
    {
        var numbers = new Numbers(seed);
        Shape shape = [1, 20, 18, 1];
        var image = new Feed("image", shape);
        Tensor output = image;
        for (int i = 0; i < 2; i++)
        {
            // A kernel that is as long as its stride or longer leaves out no pixel, and one of positive weights cancels none.
            int stride = numbers.Integer(1, 2), kernel = numbers.Integer(stride, 3);
            Tensor weights = numbers.Tensor([kernel, kernel, 1, 1], 0.5, 1);
            ConvolutionWindow window = ConvolutionWindow.Square(stride, numbers.Integer(0, kernel - 1));
            bool transposed = i == 1 && numbers.Chance(0.5);
            output = transposed
                ? output.ConvTranspose2d(weights, ConvolutionWindow.Square(stride), (output.Shape[1] - 1) * stride + kernel,
                    (output.Shape[2] - 1) * stride + kernel)
                : output.Conv2d(weights, window);
        }

        Box box = RandomBox(output.Shape, numbers), support = SupportOf(image, output, box);
        foreach (int axis in new[] { 1, 2 })
        {
            // Lines of pixels, lit one after the other.
            int[] seen = [.. Enumerable.Range(0, shape[axis]).Where(line => Shines(Evaluate(output, image, Lit(line))))];
            Assert.Equal((support.Start[axis], support.Stop[axis] - 1), (seen[0], seen[^1]));

            bool Shines(double[] result) => Enumerable.Range(0, result.Length).Any(i => result[i] != 0 && Inside(box, output.Shape, i));

            double[] Lit(int line) =>
                [.. Enumerable.Range(0, (int)shape.Count).Select(i => (axis == 1 ? i / shape[2] : i % shape[2]) == line ? 1.0 : 0)];
        }
    }

    private static Tensor Extend(Tensor x, Numbers numbers)
    {
        Shape s = x.Shape;
        int height = s[1], width = s[2], channels = s[3];
        switch (numbers.Integer(0, 12))
        {
            case 0:
                int kernel = numbers.Integer(1, 3), groups = channels % 2 == 0 ? numbers.OneOf(1, 2) : 1;
                return x.Conv2d(numbers.Tensor([kernel, kernel, channels / groups, 2 * groups]),
                    Window(numbers, height, width, kernel, groups));
            case 1:
                int stride = numbers.Integer(1, 2), taps = numbers.Integer(1, 3);
                return x.ConvTranspose2d(numbers.Tensor([taps, taps, 2, channels]), ConvolutionWindow.Square(stride),
                    (height - 1) * stride + taps, (width - 1) * stride + taps);
            case 2:
                return x.Pad([0, numbers.Integer(0, 2), 0, 0], [0, 0, numbers.Integer(0, 2), 0]);
            case 3:
                return Tensor.Apply(new Pad([0, 1, 0, 0], [0, 0, 2, 0], [0, numbers.Integer(0, 1), numbers.Integer(0, 2), 0]), x);
            case 4:
                return height > 3 ? x.Slice(1, 1, (height - 1) / 2, 2).Slice(2, 0, width - numbers.Integer(0, 1)) : x;
            case 5:
                return x.Resize(numbers.Integer(3, 14), numbers.Integer(3, 14), numbers.OneOf(Enum.GetValues<Interpolation>()),
                    numbers.Chance(0.5));
            case 6:
                return channels % 4 == 0 ? x.PixelShuffle(2) : Tensor.Concat(3, x, x.Sin(), x.Cos(), x.Flip(1)).PixelShuffle(2);
            case 7:
                return Tensor.Concat(1, x.Slice(1, 0, (height + 1) / 2).Tanh(), x);
            case 8:
                return Math.Min(height, width) > 3
                    ? x.MaxPool(2, ConvolutionWindow.Square(numbers.Integer(1, 2), numbers.Integer(0, 1)))
                    : x.Flip(2);
            case 9:
                return numbers.Chance(0.2) ? x - x.Moments(2).Variance : x + x.Mean(3) + numbers.Tensor([channels]);
            case 10:
                return x.Flip(1, 2).Permute(0, 2, 1, 3);
            case 11:
                return Math.Min(height, width) > 2 ? x.ReflectPad(1) : x;
            default:
                return height % 2 == 0
                    ? x.Reshape([s[0] * 2, height / 2, width, channels])
                    : x.Reshape([s[0], height, width * channels, 1]);
        }
    }

    private static ConvolutionWindow Window(Numbers numbers, int height, int width, int kernel, int groups) =>
        Math.Min(height, width) > 6
            ? numbers.Window(height, width, kernel, kernel, groups)
            : ConvolutionWindow.Square(padding: 1, groups: groups);

    /// <summary>The part of an image that a part of an output is computed from, by following the primitives' own reports.</summary>
    private static Box SupportOf(Tensor image, Tensor output, Box box)
    {
        var boxes = new Dictionary<Tensor, Box> { [output] = box };
        var order = new PriorityQueue<Tensor, long>([(output, -output.Id)]);
        while (order.TryDequeue(out Tensor? tensor, out _))
        {
            Shape[] shapes = [.. tensor.Inputs.ToArray().Select(input => input.Shape)];
            for (int i = 0; i < shapes.Length; i++)
            {
                Tensor input = tensor.Inputs[i];
                Box needed = tensor.Op.Support(i, boxes[tensor], shapes);
                if (boxes.TryGetValue(input, out Box known)) boxes[input] = known.Union(needed);
                else order.Enqueue(input, -input.Id);
                boxes.TryAdd(input, needed);
            }
        }

        return boxes[image];
    }

    private static Box RandomBox(Shape shape, Numbers numbers)
    {
        int[] start = [.. shape.Select(extent => numbers.Integer(0, extent - 1))];
        int[] stop = [.. shape.Select((extent, axis) => numbers.Integer(start[axis] + 1, Math.Min(extent, start[axis] + 3)))];
        return new Box(IntList.Create(start), IntList.Create(stop));
    }

    private static bool Inside(Box box, Shape shape, int index)
    {
        bool inside = true;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            int at = index % shape[axis];
            inside &= at >= box.Start[axis] && at < box.Stop[axis];
            index /= shape[axis];
        }

        return inside;
    }

    private static double[] Evaluate(Tensor output, Tensor image, double[] pixels) =>
        ReferenceDevice.EvaluateExact(output, new Dictionary<Tensor, double[]> { [image] = pixels });
}
