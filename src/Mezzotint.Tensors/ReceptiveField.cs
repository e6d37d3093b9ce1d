using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <summary>How far an output pixel sees, found from the graph before anything runs: every operation tells which part of its inputs a
/// part of its output needs.</summary>
public static class ReceptiveField
{
    private const int ProbeSide = 4096;

    /// <summary>
    /// How many pixels beyond its own an input pixel's part of the output depends on, in every direction; null where it depends on all of
    /// the image (a global statistic).
    /// </summary>
    /// <param name="channels">Channels of the input image.</param>
    /// <param name="scale">Output pixels, each way, for one of the input.</param>
    /// <param name="network">The function of an image N,H,W,C.</param>
    public static int? Radius(int channels, int scale, Func<Tensor, Tensor> network)
    {
        Tensor input = new Feed("image", [1, ProbeSide, ProbeSide, channels]);
        Tensor output = network(input);
        return Beyond(input, output, scale, ProbeSide / 2, 1, sharedRounding: false);
    }

    /// <summary>
    /// How an image may be computed in tiles that give the bits of the image computed whole; null where that depends on all of the image.
    /// Where a network's layers compute squares of pixels together, pixels beyond the receptive field still share in their rounding.
    /// </summary>
    /// <param name="channels">Channels of the input image.</param>
    /// <param name="scale">Output pixels, each way, for one of the input.</param>
    /// <param name="network">The function of an image N,H,W,C.</param>
    public static TileFit? Tiles(int channels, int scale, Func<Tensor, Tensor> network)
    {
        Tensor input = new Feed("image", [1, ProbeSide, ProbeSide, channels]);
        Tensor output = network(input);
        int grid = 1;
        foreach (Tensor tensor in Graph(output))
        {
            if (tensor.Op is not Convolution) continue;

            // Where a result is smaller than the image, blocks of its pixels have become one, and tiles begin where blocks do.
            int side = Math.Max(1, ConvolutionChoice.TileSideOf(tensor.Op, ShapesOf(tensor.Inputs)));
            grid = LeastCommonMultiple(grid, side * Math.Max(1, (int)Math.Round((double)ProbeSide / tensor.Shape[1])));
        }

        int centre = ProbeSide / 2 / grid * grid;
        if (Beyond(input, output, scale, centre, grid, sharedRounding: true) is not { } margin) return null;
        return new TileFit((margin + grid - 1) / grid * grid, grid);

        static int LeastCommonMultiple(int a, int b)
        {
            int multiple = a;
            while (multiple % b != 0) multiple += a;
            return multiple;
        }
    }

    /// <summary>How far beyond a square of input pixels the same part of the output sees; null if to the edge.</summary>
    private static int? Beyond(Tensor input, Tensor output, int scale, int start, int side, bool sharedRounding)
    {
        Box box = Box.Whole(output.Shape)
            .With(1, start * scale, (start + side) * scale, output.Shape[1])
            .With(2, start * scale, (start + side) * scale, output.Shape[2]);
        if (Needed(output, box, input, sharedRounding) is not { } needed) return 0;
        int beyond = 0;
        for (int axis = 1; axis <= 2; axis++)
        {
            if (needed.Start[axis] == 0 || needed.Stop[axis] == ProbeSide) return null;
            beyond = Math.Max(beyond, Math.Max(start - needed.Start[axis], needed.Stop[axis] - side - start));
        }

        return beyond;
    }

    private static IEnumerable<Tensor> Graph(Tensor output)
    {
        var reached = new HashSet<Tensor>(ReferenceEqualityComparer.Instance) { output };
        var pending = new Stack<Tensor>(reached);
        while (pending.TryPop(out Tensor? tensor))
        {
            yield return tensor;
            foreach (Tensor operand in tensor.Inputs)
                if (reached.Add(operand)) pending.Push(operand);
        }
    }

    private static Shape[] ShapesOf(ReadOnlySpan<Tensor> tensors)
    {
        var shapes = new Shape[tensors.Length];
        for (int i = 0; i < shapes.Length; i++) shapes[i] = tensors[i].Shape;
        return shapes;
    }

    /// <summary>The box of one tensor that a box of another, which may depend on it, is computed from; null where it does not.</summary>
    /// <param name="output">The tensor that depends.</param>
    /// <param name="box">A part of it.</param>
    /// <param name="input">The tensor it depends on.</param>
    /// <param name="sharedRounding">Whether elements count that only share in the rounding of the box.</param>
    internal static Box? Needed(Tensor output, Box box, Tensor input, bool sharedRounding = false)
    {
        var needed = new Dictionary<Tensor, Box>(ReferenceEqualityComparer.Instance) { [output] = box };
        var latestFirst = new PriorityQueue<Tensor, long>([(output, -output.Id)]);
        while (latestFirst.TryDequeue(out Tensor? tensor, out _))
        {
            if (tensor == input) continue;
            Shape[] shapes = ShapesOf(tensor.Inputs);
            Box part = needed[tensor];
            if (sharedRounding && ConvolutionChoice.TileSideOf(tensor.Op, shapes) is > 1 and int side)
            {
                for (int axis = 1; axis <= 2; axis++)
                    part = part.With(axis, part.Start[axis] / side * side, (part.Stop[axis] + side - 1) / side * side, tensor.Shape[axis]);
            }

            for (int i = 0; i < shapes.Length; i++)
            {
                Tensor operand = tensor.Inputs[i];
                Box own = tensor.Op.Support(i, part, shapes);
                if (needed.TryGetValue(operand, out Box known))
                {
                    needed[operand] = known.Union(own);
                }
                else
                {
                    needed[operand] = own;
                    latestFirst.Enqueue(operand, -operand.Id);
                }
            }
        }

        return needed.TryGetValue(input, out Box found) ? found : null;
    }
}
