namespace Mezzotint.Tensors.Ops;

/// <summary>
/// For every window of the first input, the second input's element at the place of the window's first maximum (a NaN wins, padding never
/// does). With the image itself as second input this is max-pooling.
/// </summary>
internal sealed record MaxPoolPick(int KernelHeight, int KernelWidth, ConvolutionWindow Window) : Op
{
    public override string Name => "max-pool";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        RequireFloat(this, inputs);
        Shape image = inputs[0].Shape;
        Require(image.Rank == 4 && inputs[1].Shape == image, this, inputs, "it takes images N,H,W,C of one shape.");
        return MaxPoolScatter.Pooled(this, inputs, image, KernelHeight, KernelWidth, Window);
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        if (adjoints.Wants(output.Inputs[1]))
            adjoints.Add(output.Inputs[1], Tensor.Apply(new MaxPoolScatter(KernelHeight, KernelWidth, Window), output.Inputs[0], adjoint));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => output.Count * KernelHeight * KernelWidth;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        int top = output.Start[1] * Window.StrideY - Window.PadTop, bottom = (output.Stop[1] - 1) * Window.StrideY - Window.PadTop;
        int left = output.Start[2] * Window.StrideX - Window.PadLeft, right = (output.Stop[2] - 1) * Window.StrideX - Window.PadLeft;
        return output
            .With(1, top, bottom + (KernelHeight - 1) * Window.DilationY + 1, inputs[0][1])
            .With(2, left, right + (KernelWidth - 1) * Window.DilationX + 1, inputs[0][2]);
    }
}

/// <summary>
/// The transpose of <see cref="MaxPoolPick"/>: adds each element of the second input at the place of its window's first maximum in the
/// first.
/// </summary>
internal sealed record MaxPoolScatter(int KernelHeight, int KernelWidth, ConvolutionWindow Window) : Op
{
    public override string Name => "max-pool-scatter";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        RequireFloat(this, inputs);
        Shape image = inputs[0].Shape;
        Require(image.Rank == 4, this, inputs, "it takes images N,H,W,C.");
        Require(inputs[1].Shape == Pooled(this, inputs, image, KernelHeight, KernelWidth, Window), this, inputs, "the second is not the size of the pooled first.");
        return image;
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        if (adjoints.Wants(output.Inputs[1]))
            adjoints.Add(output.Inputs[1], Tensor.Apply(new MaxPoolPick(KernelHeight, KernelWidth, Window), output.Inputs[0], adjoint));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => inputs[1].Count * KernelHeight * KernelWidth;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs) => Box.Whole(inputs[input]);

    public static Shape Pooled(Op op, ReadOnlySpan<Tensor> inputs, Shape image, int kernelHeight, int kernelWidth, ConvolutionWindow window)
    {
        Require(kernelHeight >= 1 && kernelWidth >= 1, op, inputs, "the window's extents must be at least 1.");
        Require(window.StrideY >= 1 && window.StrideX >= 1 && window.DilationY >= 1 && window.DilationX >= 1, op, inputs,
            "strides and dilations must be at least 1.");
        Require(window.PadTop >= 0 && window.PadBottom >= 0 && window.PadLeft >= 0 && window.PadRight >= 0, op, inputs, "padding must be at least 0.");
        Require(window.DilationY <= image[1] && window.DilationX <= image[2], op, inputs,
            "the dilation must not be above the image's size, lest a window hold padding alone.");
        Require(window.PadTop < kernelHeight && window.PadBottom < kernelHeight && window.PadLeft < kernelWidth && window.PadRight < kernelWidth, op, inputs,
            "the padding must be less than the window.");
        int height = window.OutExtent(image[1], kernelHeight, vertical: true), width = window.OutExtent(image[2], kernelWidth, vertical: false);
        Require(height >= 1 && width >= 1, op, inputs, $"the {kernelHeight}x{kernelWidth} window does not fit into the padded image.");
        return [image[0], height, width, image[3]];
    }
}
