using Mezzotint.Tensors.Ops;

namespace Mezzotint.Weights.Onnx;

/// <content>
/// Resizing. Resize agrees with ours for nearest and, unless the kernel is widened, bilinear samples. Bicubic samples and widened kernels
/// read beyond the
/// edges, where ours mirror the image and Resize does not: the mirror image is made first, or, for one size only, the whole map is a
/// matrix.
/// </content>
internal sealed partial class Translation
{
    private Value Resampled(int node, Resample resample)
    {
        TraceNode n = _trace.Nodes[node];
        RequireSame<Resample>(n, op => (op.Axis, op.Interpolation, op.Antialias, op.TransposeOf is null));
        if (resample.TransposeOf is not null) throw new Refusal($"{n.Title} is the gradient of a resize, which has no translation");
        if (n.Shape.Length != 4 || resample.Axis is not (1 or 2))
            throw new Refusal($"{n.Title} resizes another axis than an image's rows or columns");
        if (resample.Interpolation == Interpolation.Nearest) return Resized(node, resample, "nearest");
        Extent from = _trace.Nodes[n.Inputs[0]].Shape[resample.Axis], to = n.Shape[resample.Axis];
        bool widened = resample.Antialias && !(to >= from);
        if (resample.Interpolation == Interpolation.Bilinear && !widened) return Resized(node, resample, "linear");
        if (from.IsFixed && to.IsFixed) return ByMatrix(node, resample);
        if (resample.Interpolation is not (Interpolation.Bilinear or Interpolation.Bicubic))
            throw new Refusal($"{n.Title} resizes as {resample.Interpolation} does, which has no translation for all sizes");
        return to.Over(from) switch
        {
            (var factor, 1) => Enlarged(node, resample, factor),
            (1, var factor) => Shrunk(node, resample, factor),
            _ => throw new Refusal($"{n.Title} resizes by a factor that is not a whole number, and so differently at each size"),
        };
    }

    /// <summary>One operator for both axes of an image where they are resized one after the other in the same way.</summary>
    private Value Resized(int node, Resample resample, string mode)
    {
        TraceNode n = _trace.Nodes[node];
        int image = n.Inputs[0];
        TraceNode inner = _trace.Nodes[image];
        bool both = inner.Op is Resample first && first.Axis != resample.Axis && first.Interpolation == resample.Interpolation
            && first.TransposeOf is null
            && (mode == "nearest" || !first.Antialias || inner.Shape[first.Axis] >= _trace.Nodes[inner.Inputs[0]].Shape[first.Axis]);
        if (both) image = inner.Inputs[0];
        Value from = Whole(image, ImageOrder);
        Extent[] to = [.. ImageOrder.Select(axis => n.Shape[axis])];
        OnnxAttribute[] attributes = mode == "nearest"
            ? [("mode", mode), ("coordinate_transformation_mode", "half_pixel"), ("nearest_mode", "round_prefer_ceil")]
            : [("mode", mode), ("coordinate_transformation_mode", "half_pixel")];
        return new Value(Emit(node, "Resize", ResizeInputs(node, from, to), attributes), ImageOrder, to);
    }

    /// <summary>Whole factors are given as such; otherwise the sizes are, lest a rounded factor give another.</summary>
    private int[] ResizeInputs(int node, Value from, Extent[] to)
    {
        (long Numerator, long Denominator)?[] factors = [.. to.Zip(from.Extents, (after, before) => after.Over(before))];
        if (!factors.All(factor => factor is { Denominator: 1 }))
            return [from.Id, GraphBuilder.Absent, GraphBuilder.Absent, Extents(node, to, from)];
        int scales = Graph.Floats("scales", [factors.Length], [.. factors.Select(factor => (float)factor!.Value.Numerator)]);
        return [from.Id, GraphBuilder.Absent, scales];
    }

    private Value ByMatrix(int node, Resample resample)
    {
        TraceNode n = _trace.Nodes[node];
        ResampleTaps taps = resample.Taps(_trace.Nodes[n.Inputs[0]].First.Shape);
        bool rows = resample.Axis == 1;
        int height = rows ? taps.OutExtent : taps.InExtent, width = rows ? taps.InExtent : taps.OutExtent;
        var matrix = new float[height * width];
        for (int j = 0; j < taps.OutExtent; j++)
            for (int tap = taps.RowStart[j]; tap < taps.RowStart[j + 1]; tap++)
                matrix[rows ? j * width + taps.Index[tap] : taps.Index[tap] * width + j] = taps.Weight[tap];
        int weights = Graph.Floats("resample", [height, width], matrix);
        Value image = Whole(n.Inputs[0], ImageOrder);
        return Moved(node, image, Emit(node, "MatMul", rows ? [weights, image.Id] : [image.Id, weights]));
    }

    /// <summary>
    /// A bicubic enlargement by a whole factor: of the image with its edges mirrored, cut to what came of the image itself.
    /// </summary>
    private Value Enlarged(int node, Resample resample, long factor)
    {
        const int Reach = 2;
        const float Keys = -0.5f;
        int place = Array.IndexOf(ImageOrder, resample.Axis);
        int mirrored = WithMirroredEdges(node, Whole(_trace.Nodes[node].Inputs[0], ImageOrder).Id, place, Reach);
        var scales = new float[] { 1, 1, 1, 1 };
        scales[place] = factor;
        int larger = Emit(
            node, "Resize", [mirrored, GraphBuilder.Absent, Graph.Floats("scales", [4], scales)],
            ("mode", "cubic"), ("coordinate_transformation_mode", "half_pixel"), ("cubic_coeff_a", Keys));
        int[] inputs = [larger, Graph.Integers(Reach * factor), Graph.Integers(-Reach * factor), Graph.Integers(place)];
        return new Value(Emit(node, "Slice", inputs), ImageOrder, [.. ImageOrder.Select(axis => _trace.Nodes[node].Shape[axis])]);
    }

    /// <summary>
    /// A reduction by a whole factor takes the same weights for every sample: a convolution of each channel, its edges mirrored.
    /// </summary>
    private Value Shrunk(int node, Resample resample, long factor)
    {
        TraceNode n = _trace.Nodes[node];
        const int Far = 32;
        ResampleTaps taps = ResampleTaps.For((int)(2 * Far * factor), 2 * Far, resample.Interpolation, resample.Antialias);
        int first = taps.Index[taps.RowStart[Far]], last = taps.Index[taps.RowStart[Far + 1] - 1];
        int count = taps.RowStart[Far + 1] - taps.RowStart[Far];
        int start = (int)(Far * factor), before = start - first, after = Math.Max(0, last - start - (int)factor + 1);
        float[] weights = taps.Weight[taps.RowStart[Far]..taps.RowStart[Far + 1]];
        if (before < 0 || last - first + 1 != count) throw new Refusal($"{n.Title} skips samples, which has no translation for every size");

        Extent channels = n.Shape[3];
        if (!channels.IsFixed) throw new Refusal($"{n.Title} resizes an image whose channels depend on its size");
        int place = Array.IndexOf(ImageOrder, resample.Axis), margin = Math.Max(before, after);
        int image = Whole(n.Inputs[0], ImageOrder).Id;
        if (margin > 0) image = WithMirroredEdges(node, image, place, margin);
        if (margin > before)
            image = Emit(node, "Slice", [image, Graph.Integers(margin - before), Graph.Integers(End), Graph.Integers(place)]);
        bool rows = place == 2;
        long[] shape = rows ? [channels.Value, 1, count, 1] : [channels.Value, 1, 1, count];
        float[] repeated = [.. Enumerable.Range(0, (int)channels.Value).SelectMany(_ => weights)];
        int id = Emit(
            node, "Conv", [image, Graph.Floats("resample", shape, repeated)],
            ("kernel_shape", shape[2..]), ("strides", rows ? [factor, 1] : [1, factor]), ("group", channels.Value));
        return new Value(id, ImageOrder, [.. ImageOrder.Select(axis => n.Shape[axis])]);
    }

    /// <summary>An image with its first and last lines along one axis mirrored outwards, the edge itself repeated.</summary>
    private int WithMirroredEdges(int node, int image, int place, int margin)
    {
        int axis = Graph.Integers(place), backwards = Graph.Integers(-1);
        int first = Emit(node, "Slice", [image, Graph.Integers(margin - 1), Graph.Integers(BeforeStart), axis, backwards]);
        int last = Emit(node, "Slice", [image, Graph.Integers(-1), Graph.Integers(-margin - 1), axis, backwards]);
        return Emit(node, "Concat", [first, image, last], ("axis", (long)place));
    }
}
