using Mezzotint.Tensors.Ops;

namespace Mezzotint.Weights.Onnx;

/// <content>Expressions of several of our operations that are one operator of ONNX.</content>
internal sealed partial class Translation
{
    /// <summary>A sum times the share of one element is a mean, whatever the size.</summary>
    private Value? Averaged(int node)
    {
        TraceNode product = _trace.Nodes[node];
        if (product.Op is not Binary { Function: BinaryFunction.Multiply }) return null;
        for (int i = 0; i < 2; i++)
        {
            TraceNode total = _trace.Nodes[product.Inputs[i]], factor = _trace.Nodes[Unrepeated(product.Inputs[1 - i])];
            if (total.Op is not Sum sum || factor.Op is not Tensors.Ops.Constant) continue;
            RequireSame<Sum>(total, op => op.Axes);
            Extent[] summed = _trace.Nodes[total.Inputs[0]].Shape;
            Extent count = sum.Axes.Aggregate(_one, (extents, axis) => extents * summed[axis]);
            Extent share = count.Map(elements => BitConverter.SingleToInt32Bits(1f / elements));
            bool isMean = !count.IsOne && share == Each<Tensors.Ops.Constant>(factor, op => BitConverter.SingleToInt32Bits(op.Value));
            if (isMean) return Reduced(product.Inputs[i], "ReduceMean", sum.Axes);
        }

        return null;
    }

    /// <summary>
    /// What is centred, times scales over its deviation, with mean and deviation over rows and columns, is an instance norm.
    /// </summary>
    private Value? Normalised(int node)
    {
        int[] inputs = _trace.Nodes[node].Inputs;
        for (int i = 0; i < 2; i++)
        {
            int centred = inputs[i], factor = Unrepeated(inputs[1 - i]), inverse = factor;
            int? scales = null;
            if (CentredImage(centred) is not { } image) continue;
            if (_trace.Nodes[factor] is { Op: Binary { Function: BinaryFunction.Multiply } } scaled)
            {
                int constant = _trace.Nodes[scaled.Inputs[0]].IsConstant ? 0 : 1;
                (scales, inverse) = (Unrepeated(scaled.Inputs[constant]), Unrepeated(scaled.Inputs[1 - constant]));
            }

            Extent channels = _trace.Nodes[image].Shape[3];
            if (!channels.IsFixed || VarianceEpsilon(inverse, image) is not { } epsilon) continue;
            long[] shape = [channels.Value];
            int scale;
            if (scales is null) scale = Graph.Floats("ones", shape, [.. Enumerable.Repeat(1f, (int)channels.Value)]);
            else if (_trace.Nodes[scales.Value] is { IsFixed: true, Shape: [var only] } && only == channels)
                scale = ValueOf(scales.Value).Id;
            else continue;
            Value value = Whole(image, ImageOrder);
            int[] operands = [value.Id, scale, Graph.Floats("zeros", shape, new float[channels.Value])];
            return Moved(node, value, Emit(node, "InstanceNormalization", operands, ("epsilon", epsilon)));
        }

        return null;
    }

    /// <summary>The image that a node is, less its means over rows and columns.</summary>
    private int? CentredImage(int node)
    {
        TraceNode difference = _trace.Nodes[node];
        if (difference.Op is not Binary { Function: BinaryFunction.Subtract } || difference.Shape.Length != 4) return null;
        return IsOverPixels<Mean>(Unrepeated(difference.Inputs[1]), difference.Inputs[0]) ? difference.Inputs[0] : null;
    }

    /// <summary>Whether a node is a moment of an image over rows and columns.</summary>
    private bool IsOverPixels<T>(int node, int image)
        where T : Moment =>
        _trace.Nodes[node] is { Op: T } moment && moment.Inputs[0] == image && moment.Ops.All(op => ((T)op).Axes.SequenceEqual([1, 2]));

    /// <summary>
    /// What is added to the variance of an image before a node takes the inverse of its root; null where the node does not.
    /// </summary>
    private float? VarianceEpsilon(int node, int image)
    {
        if (_trace.Nodes[node] is not { Op: Unary { Function: UnaryFunction.Reciprocal } } reciprocal) return null;
        if (_trace.Nodes[reciprocal.Inputs[0]] is not { Op: Unary { Function: UnaryFunction.SquareRoot } } root) return null;
        if (_trace.Nodes[root.Inputs[0]] is not { Op: Binary { Function: BinaryFunction.Add } } sum) return null;
        if (_trace.Nodes[Unrepeated(sum.Inputs[1])] is not { IsFixed: true, Op: Tensors.Ops.Constant epsilon }) return null;
        return IsOverPixels<Variance>(sum.Inputs[0], image) ? epsilon.Value : null;
    }

    /// <summary>max(x, 0) + slope · min(x, 0) with fixed slopes is a PRelu.</summary>
    private Value? Rectified(int node)
    {
        int[] inputs = _trace.Nodes[node].Inputs;
        for (int i = 0; i < 2; i++)
        {
            TraceNode scaled = _trace.Nodes[inputs[1 - i]];
            if (Clipped(inputs[i], BinaryFunction.Maximum) is not { } x) continue;
            if (scaled.Op is not Binary { Function: BinaryFunction.Multiply }) continue;
            for (int j = 0; j < 2; j++)
            {
                if (Clipped(scaled.Inputs[j], BinaryFunction.Minimum) != x || !_trace.Nodes[scaled.Inputs[1 - j]].IsConstant) continue;
                Value image = ValueOf(x), slope = ValueOf(scaled.Inputs[1 - j]);
                if (slope.Constant is null || !slope.Axes.All(image.Axes.Contains)) continue;
                slope = Arranged(scaled.Inputs[1 - j], slope, [.. image.Axes.SkipWhile(axis => !slope.Axes.Contains(axis))]);
                return image with { Id = Emit(node, "PRelu", [image.Id, slope.Id]), Constant = null };
            }
        }

        return null;
    }

    /// <summary>The larger of x and a share of it is a LeakyRelu.</summary>
    private Value? Leaking(int node)
    {
        int[] inputs = _trace.Nodes[node].Inputs;
        for (int i = 0; i < 2; i++)
        {
            TraceNode scaled = _trace.Nodes[inputs[1 - i]];
            if (scaled.Op is not Binary { Function: BinaryFunction.Multiply }) continue;
            for (int j = 0; j < 2; j++)
            {
                TraceNode slope = _trace.Nodes[Unrepeated(scaled.Inputs[1 - j])];
                if (scaled.Inputs[j] != inputs[i]) continue;
                if (slope is not { IsFixed: true, Op: Tensors.Ops.Constant { Value: >= 0 and <= 1 } share }) continue;
                Value image = ValueOf(inputs[i]);
                return image with { Id = Emit(node, "LeakyRelu", [image.Id], ("alpha", share.Value)), Constant = null };
            }
        }

        return null;
    }

    /// <summary>What a node is the larger or smaller of, and zero.</summary>
    private int? Clipped(int node, BinaryFunction function)
    {
        TraceNode n = _trace.Nodes[node];
        if (n.Op is not Binary binary || binary.Function != function) return null;
        for (int i = 0; i < 2; i++)
            if (_trace.Nodes[Unrepeated(n.Inputs[1 - i])] is { IsFixed: true, Op: Tensors.Ops.Constant { Value: 0 } }) return n.Inputs[i];
        return null;
    }
}
