namespace Mezzotint.Tensors.Ops;

/// <summary>
/// A moment of each channel over pixels: over a run of axes that ends before the last, which stay with extent 1. Devices that have no way
/// of their own take it as sums (<see cref="AsSums"/>).
/// </summary>
internal abstract record Moment(IntList Axes) : Op
{
    /// <summary>Elements over which one value is taken.</summary>
    public static int CountOf(Shape input, Shape output) => checked((int)(input.Count / output.Count));

    /// <summary>The result's element that an element adds to.</summary>
    public static int Target(int element, int count, int channels) => element / channels / count * channels + element % channels;

    /// <summary>The same in terms of sums.</summary>
    public abstract Tensor AsSums(Tensor x);

    public sealed override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        RequireFloat(this, inputs);
        Shape shape = inputs[0].Shape;
        bool isRun = Axes.Count > 0 && Axes[0] >= 0 && Axes[0] + Axes.Count == shape.Rank - 1 && Axes.Zip(Axes.Skip(1)).All(pair => pair.First + 1 == pair.Second);
        Require(isRun, this, inputs, "it is taken over a run of axes that ends before the last, the channels.");
        foreach (int axis in Axes) shape = shape.With(axis, 1);
        return shape;
    }

    public sealed override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        Box box = output;
        foreach (int axis in Axes) box = box.With(axis, 0, inputs[0][axis], inputs[0][axis]);
        return box;
    }

    /// <summary>
    /// The deviations from a sample of each channel: sums of squares of the values themselves would lose a small variance beside a large
    /// mean.
    /// </summary>
    protected (Tensor Sample, Tensor Deviation) FromSample(Tensor x)
    {
        Tensor sample = x;
        foreach (int axis in Axes) sample = sample.Slice(axis, 0, 1);
        return (sample, x - sample);
    }
}

/// <summary>The mean.</summary>
internal sealed record Mean(IntList Axes) : Moment(Axes)
{
    public override string Name => "mean";

    public override Tensor AsSums(Tensor x)
    {
        (Tensor sample, Tensor deviation) = FromSample(x);
        return sample + deviation.Mean([.. Axes]);
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor x = output.Inputs[0];
        adjoints.Add(x, (adjoint * (1f / CountOf(x.Shape, output.Shape))).BroadcastTo(x.Shape));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => inputs[0].Count;
}

/// <summary>The variance, biased: the mean square of the deviations from the mean.</summary>
internal sealed record Variance(IntList Axes) : Moment(Axes)
{
    public override string Name => "variance";

    public override Tensor AsSums(Tensor x)
    {
        (_, Tensor deviation) = FromSample(x);
        int[] axes = [.. Axes];
        return (deviation.Square().Mean(axes) - deviation.Mean(axes).Square()).Relu();
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor x = output.Inputs[0];
        if (!adjoints.Wants(x)) return;
        adjoints.Add(x, (x - Tensor.Apply(new Mean(Axes), x)) * (adjoint * (2f / CountOf(x.Shape, output.Shape))));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 3 * inputs[0].Count;
}
