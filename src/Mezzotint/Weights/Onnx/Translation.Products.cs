using Mezzotint.Tensors.Ops;

namespace Mezzotint.Weights.Onnx;

/// <content>Convolutions, matrix products, pooling and tables.</content>
internal sealed partial class Translation
{
    // Ours are kh,kw,in,out. ONNX's are out,in,kh,kw for a convolution, and for a transposed one, named from its own side, in,out,kh,kw:
    // the same.
    private static readonly int[] WeightOrder = [3, 2, 0, 1];

    private Value Convolved(int node, int? bias)
    {
        TraceNode n = _trace.Nodes[node];
        RequireSame<Convolution>(n, op => op.Window);
        ConvolutionWindow window = ((Convolution)n.Op).Window;
        Value image = Whole(n.Inputs[0], ImageOrder), weights = Whole(n.Inputs[1], WeightOrder);
        Extent[] kernel = _trace.Nodes[n.Inputs[1]].Shape[..2];
        if (!kernel.All(extent => extent.IsFixed)) throw new Refusal($"{n.Title} has a kernel whose size depends on the input's");
        int[] inputs = bias is { } added ? [image.Id, weights.Id, added] : [image.Id, weights.Id];
        List<OnnxAttribute> attributes =
        [
            ("kernel_shape", [kernel[0].Value, kernel[1].Value]),
            ("strides", [window.StrideY, window.StrideX]),
            ("pads", [window.PadTop, window.PadLeft, window.PadBottom, window.PadRight]),
            ("dilations", [window.DilationY, window.DilationX]),
            ("group", (long)window.Groups),
        ];
        if (n.Op is Conv2dInputGradient)
        {
            Extent[] from = _trace.Nodes[n.Inputs[0]].Shape, to = n.Shape;
            long moreRows = More(n, from[1], to[1], kernel[0], window.StrideY, window.DilationY, window.PadTop + window.PadBottom);
            long moreColumns = More(n, from[2], to[2], kernel[1], window.StrideX, window.DilationX, window.PadLeft + window.PadRight);
            attributes.Add(("output_padding", [moreRows, moreColumns]));
        }

        int id = Emit(node, n.Op is Conv2d ? "Conv" : "ConvTranspose", inputs, [.. attributes]);
        return new Value(id, ImageOrder, [.. ImageOrder.Select(axis => n.Shape[axis])]);
    }

    /// <summary>How many rows a transposed convolution's result has beyond the fewest that its input is the convolution of.</summary>
    private static long More(TraceNode node, Extent from, Extent to, Extent kernel, long stride, long dilation, long padding)
    {
        Extent fewest = from.Map(extent => stride * (extent - 1) - padding) + kernel.Map(taps => (taps - 1) * dilation + 1);
        Extent more = to - fewest;
        return more.IsFixed ? more.Value
            : throw new Refusal($"{node.Title} gives sizes that differ from its input's by more or less, depending on the input");
    }

    /// <summary>A convolution's result plus a number for each channel is a convolution with a bias.</summary>
    private Value? Biased(int node)
    {
        int[] inputs = _trace.Nodes[node].Inputs;
        for (int i = 0; i < 2; i++)
        {
            TraceNode convolution = _trace.Nodes[inputs[i]];
            if (convolution.Op is not (Conv2d or Conv2dInputGradient) || _trace.Uses[inputs[i]] != 1) continue;
            TraceNode added = _trace.Nodes[inputs[1 - i]];
            int bias = Unrepeated(inputs[1 - i]);
            TraceNode channels = _trace.Nodes[bias];
            bool fits = added.IsConstant && channels.Shape.Length > 0 && channels.Shape[^1] == convolution.Shape[3]
                && channels.Shape[..^1].All(extent => extent.IsOne);
            if (fits && ValueOf(bias) is { Constant: { } constant })
            {
                int[] order = [.. Enumerable.Range(0, channels.Shape.Length)];
                return Convolved(inputs[i], Initializer(constant, order, [channels.Shape[^1]]));
            }
        }

        return null;
    }

    private Value Product(int node)
    {
        TraceNode n = _trace.Nodes[node];
        int[] order = [.. Enumerable.Range(0, n.Shape.Length)];
        int[] inputs = [.. n.Inputs.Select(input => Whole(input, order).Id)];
        return new Value(Emit(node, "MatMul", inputs), order, n.Shape);
    }

    private Value Pooled(int node, MaxPoolPick pool)
    {
        TraceNode n = _trace.Nodes[node];
        if (n.Inputs[0] != n.Inputs[1]) throw new Refusal($"{n.Title} picks from another image than it compares, which has no translation");
        RequireSame<MaxPoolPick>(n, op => op);
        ConvolutionWindow window = pool.Window;
        int[] inputs = [Whole(n.Inputs[0], ImageOrder).Id];
        int id = Emit(
            node, "MaxPool", inputs,
            ("kernel_shape", [pool.KernelHeight, pool.KernelWidth]),
            ("strides", [window.StrideY, window.StrideX]),
            ("pads", [window.PadTop, window.PadLeft, window.PadBottom, window.PadRight]),
            ("dilations", [window.DilationY, window.DilationX]));
        return new Value(id, ImageOrder, [.. ImageOrder.Select(axis => n.Shape[axis])]);
    }

    private Value Gathered(int node)
    {
        TraceNode n = _trace.Nodes[node];
        int[] inputs = [.. n.Inputs.Select(input => Whole(input, [.. Enumerable.Range(0, _trace.Nodes[input].Shape.Length)]).Id)];
        return new Value(Emit(node, "Gather", inputs, ("axis", 0L)), [.. Enumerable.Range(0, n.Shape.Length)], n.Shape);
    }
}
