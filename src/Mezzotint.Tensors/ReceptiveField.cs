using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <summary>How far an output pixel sees, found from the graph before anything runs: every operation tells which part of its inputs a part of its output needs.</summary>
public static class ReceptiveField
{
    private const int ProbeSide = 4096;

    /// <summary>
    /// How many pixels beyond its own an input pixel's part of the output depends on, in every direction; null where it depends on all of the image
    /// (a global statistic).
    /// </summary>
    /// <param name="channels">Channels of the input image.</param>
    /// <param name="scale">Output pixels, each way, for one of the input.</param>
    /// <param name="network">The function of an image N,H,W,C.</param>
    public static int? Radius(int channels, int scale, Func<Tensor, Tensor> network)
    {
        Tensor input = new Feed("image", [1, ProbeSide, ProbeSide, channels]);
        Tensor output = network(input);
        const int Centre = ProbeSide / 2;
        Box box = Box.Whole(output.Shape)
            .With(1, Centre * scale, (Centre + 1) * scale, output.Shape[1])
            .With(2, Centre * scale, (Centre + 1) * scale, output.Shape[2]);
        if (Needed(output, box, input) is not { } needed) return 0;
        int radius = 0;
        for (int axis = 1; axis <= 2; axis++)
        {
            if (needed.Start[axis] == 0 || needed.Stop[axis] == ProbeSide) return null;
            radius = Math.Max(radius, Math.Max(Centre - needed.Start[axis], needed.Stop[axis] - 1 - Centre));
        }

        return radius;
    }

    /// <summary>The box of one tensor that a box of another, which may depend on it, is computed from; null where it does not.</summary>
    internal static Box? Needed(Tensor output, Box box, Tensor input)
    {
        var needed = new Dictionary<Tensor, Box>(ReferenceEqualityComparer.Instance) { [output] = box };
        var latestFirst = new PriorityQueue<Tensor, long>([(output, -output.Id)]);
        while (latestFirst.TryDequeue(out Tensor? tensor, out _))
        {
            if (tensor == input) continue;
            Shape[] shapes = [.. tensor.Inputs.ToArray().Select(operand => operand.Shape)];
            for (int i = 0; i < shapes.Length; i++)
            {
                Tensor operand = tensor.Inputs[i];
                Box own = tensor.Op.Support(i, needed[tensor], shapes);
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
