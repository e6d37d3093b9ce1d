namespace Mezzotint.Tensors.Ops;

/// <summary>
/// What a convolution and both of its gradients share. The three are one trilinear form seen from its three sides, so each one's gradients
/// are the other two.
/// </summary>
internal abstract record Convolution(ConvolutionWindow Window) : Op
{
    public static ConvolutionGeometry Geometry(Shape image, Shape weights, ConvolutionWindow window) =>
        new(image[0], image[1], image[2], image[3], weights[3], weights[0], weights[1], window);

    protected void RequireWindow(ReadOnlySpan<Tensor> inputs)
    {
        RequireFloat(this, inputs);
        ConvolutionWindow w = Window;
        Require(w.StrideY >= 1 && w.StrideX >= 1 && w.DilationY >= 1 && w.DilationX >= 1 && w.Groups >= 1, this, inputs,
            "strides, dilations and groups must be at least 1.");
        Require(w.PadTop >= 0 && w.PadBottom >= 0 && w.PadLeft >= 0 && w.PadRight >= 0, this, inputs, "padding must be at least 0.");
    }

    /// <summary>Checks that an image, weights and the result of convolving them fit.</summary>
    protected void RequireFit(ReadOnlySpan<Tensor> inputs, Shape image, Shape weights, Shape? result)
    {
        RequireWindow(inputs);
        Require(image.Rank == 4 && weights.Rank == 4 && (result is null || result.Value.Rank == 4), this, inputs, "all must be of rank 4: images N,H,W,C, weights kh,kw,in,out.");
        int groups = Window.Groups;
        Require(image[3] % groups == 0 && weights[3] % groups == 0, this, inputs, $"{groups} groups do not divide the {image[3]} and {weights[3]} channels.");
        Require(weights[2] == image[3] / groups, this, inputs, $"the image has {image[3]} channels in {groups} group(s), but the weights take {weights[2]} a group.");
        ConvolutionGeometry geometry = Geometry(image, weights, Window);
        Require(geometry.OutHeight >= 1 && geometry.OutWidth >= 1, this, inputs, $"the {weights[0]}x{weights[1]} kernel does not fit into the padded image.");
        if (result is { } shape)
        {
            Shape expected = [image[0], geometry.OutHeight, geometry.OutWidth, weights[3]];
            Require(shape == expected, this, inputs, $"an image {image} under these weights gives {expected}, not {shape}.");
        }
    }

    protected static long Products(Shape output, Shape weights) => 2 * output[0] * (long)output[1] * output[2] * weights.Count;
}

/// <summary>The cross-correlation of an image [N,H,W,C] with weights [kh,kw,C/groups,O].</summary>
internal sealed record Conv2d(ConvolutionWindow Window) : Convolution(Window)
{
    public override string Name => "conv2d";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Shape image = inputs[0].Shape, weights = inputs[1].Shape;
        RequireFit(inputs, image, weights, null);
        ConvolutionGeometry geometry = Geometry(image, weights, Window);
        return [image[0], geometry.OutHeight, geometry.OutWidth, weights[3]];
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor image = output.Inputs[0], weights = output.Inputs[1];
        if (adjoints.Wants(image)) adjoints.Add(image, Tensor.Apply(new Conv2dInputGradient(Window, image.Shape[1], image.Shape[2]), adjoint, weights));
        if (adjoints.Wants(weights)) adjoints.Add(weights, Tensor.Apply(new Conv2dWeightGradient(Window, weights.Shape[0], weights.Shape[1]), image, adjoint));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => Products(output, inputs[1]);

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        if (input == 1) return Box.Whole(inputs[1]);
        Shape image = inputs[0], weights = inputs[1];
        int top = output.Start[1] * Window.StrideY - Window.PadTop, bottom = (output.Stop[1] - 1) * Window.StrideY - Window.PadTop;
        int left = output.Start[2] * Window.StrideX - Window.PadLeft, right = (output.Stop[2] - 1) * Window.StrideX - Window.PadLeft;
        return output
            .With(1, top, bottom + (weights[0] - 1) * Window.DilationY + 1, image[1])
            .With(2, left, right + (weights[1] - 1) * Window.DilationX + 1, image[2])
            .With(3, 0, image[3], image[3]);
    }
}

/// <summary>
/// The gradient of a convolution by its image, which is transposed convolution: from [N,H',W',O] and weights [kh,kw,C/groups,O] to
/// [N,H,W,C].
/// </summary>
internal sealed record Conv2dInputGradient(ConvolutionWindow Window, int Height, int Width) : Convolution(Window)
{
    public override string Name => "conv2d-input-gradient";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Shape result = inputs[0].Shape, weights = inputs[1].Shape;
        RequireWindow(inputs);
        Require(result.Rank == 4 && weights.Rank == 4, this, inputs, "both must be of rank 4: images N,H,W,C, weights kh,kw,in,out.");
        Require(Height >= 1 && Width >= 1, this, inputs, $"the image's size, {Height}x{Width}, must be positive.");
        Shape image = [result[0], Height, Width, weights[2] * Window.Groups];
        RequireFit(inputs, image, weights, result);
        return image;
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor result = output.Inputs[0], weights = output.Inputs[1];
        if (adjoints.Wants(result)) adjoints.Add(result, Tensor.Apply(new Conv2d(Window), adjoint, weights));
        if (adjoints.Wants(weights)) adjoints.Add(weights, Tensor.Apply(new Conv2dWeightGradient(Window, weights.Shape[0], weights.Shape[1]), adjoint, result));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => Products(inputs[0], inputs[1]);

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        if (input == 1) return Box.Whole(inputs[1]);
        Shape result = inputs[0], weights = inputs[1];
        return output
            .With(1, First(output.Start[1] + Window.PadTop - (weights[0] - 1) * Window.DilationY, Window.StrideY), (output.Stop[1] - 1 + Window.PadTop) / Window.StrideY + 1, result[1])
            .With(2, First(output.Start[2] + Window.PadLeft - (weights[1] - 1) * Window.DilationX, Window.StrideX), (output.Stop[2] - 1 + Window.PadLeft) / Window.StrideX + 1, result[2])
            .With(3, 0, result[3], result[3]);

        static int First(int position, int stride) => (int)Math.Ceiling(position / (double)stride);
    }
}

/// <summary>
/// The gradient of a convolution by its weights: from an image [N,H,W,C] and the result's adjoint [N,H',W',O] to [kh,kw,C/groups,O].
/// </summary>
internal sealed record Conv2dWeightGradient(ConvolutionWindow Window, int KernelHeight, int KernelWidth) : Convolution(Window)
{
    public override string Name => "conv2d-weight-gradient";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Shape image = inputs[0].Shape, result = inputs[1].Shape;
        RequireWindow(inputs);
        Require(image.Rank == 4 && result.Rank == 4, this, inputs, "both must be of rank 4, N,H,W,C.");
        Require(image[3] % Window.Groups == 0, this, inputs, $"{Window.Groups} groups do not divide the {image[3]} channels.");
        Shape weights = [KernelHeight, KernelWidth, image[3] / Window.Groups, result[3]];
        RequireFit(inputs, image, weights, result);
        return weights;
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor image = output.Inputs[0], result = output.Inputs[1];
        if (adjoints.Wants(image)) adjoints.Add(image, Tensor.Apply(new Conv2dInputGradient(Window, image.Shape[1], image.Shape[2]), result, adjoint));
        if (adjoints.Wants(result)) adjoints.Add(result, Tensor.Apply(new Conv2d(Window), image, adjoint));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => Products(inputs[1], output);

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs) => Box.Whole(inputs[input]);
}
