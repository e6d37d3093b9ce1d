namespace Mezzotint.Tensors.Ops;

/// <summary>
/// Resizes one axis by a fixed linear map: separable interpolation, each output sample a weighted sum of input samples. Its gradient is its
/// transpose.
/// </summary>
internal sealed record Resample(int Axis, int Extent, Interpolation Interpolation, bool Antialias, int? TransposeOf) : Op
{
    public override string Name => "resample";

    /// <summary>The linear map from the input's samples to the output's.</summary>
    public ResampleTaps Taps(Shape input) => TransposeOf is { } original
        ? ResampleTaps.For(original, input[Axis], Interpolation, Antialias).Transposed()
        : ResampleTaps.For(input[Axis], Extent, Interpolation, Antialias);

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        RequireFloat(this, inputs);
        Require(Axis >= 0 && Axis < inputs[0].Shape.Rank, this, inputs, $"there is no axis {Axis}.");
        Require(Extent >= 1, this, inputs, $"the new extent, {Extent}, must be at least 1.");
        return inputs[0].Shape.With(Axis, Extent);
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        int extent = output.Inputs[0].Shape[Axis];
        adjoints.Add(output.Inputs[0], Tensor.Apply(this with { Extent = extent, TransposeOf = TransposeOf is null ? extent : null }, adjoint));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) =>
        2 * Taps(inputs[0]).Weight.Length * (output.Count / output[Axis]);

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        ResampleTaps taps = Taps(inputs[0]);
        int start = int.MaxValue, stop = 0;
        for (int tap = taps.RowStart[output.Start[Axis]]; tap < taps.RowStart[output.Stop[Axis]]; tap++)
        {
            start = Math.Min(start, taps.Index[tap]);
            stop = Math.Max(stop, taps.Index[tap] + 1);
        }

        return output.With(Axis, start, stop, inputs[0][Axis]);
    }
}
