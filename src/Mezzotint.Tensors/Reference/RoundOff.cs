using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>
/// How far an evaluation in single precision may be from the exact one, to first order: every operation hands on the errors of its inputs,
/// multiplied by the absolute values of its derivatives, and adds its own, a fixed part of its result or of the sum of its absolute terms
/// (running error analysis: Higham, Accuracy and Stability of Numerical Algorithms, 3.3). Moving elements adds none, so it is held to the
/// bit. Where an error could tip a comparison, the result may be either way.
/// </summary>
/// <param name="unit">The relative error of one operation.</param>
internal sealed class RoundOff(double unit)
{
    public Values Propagate(Op op, Values[] inputs, Values[] errors, Values output)
    {
        double[] bound = op switch
        {
            Unary unary => ForEach(output, i => Of(unary.Function, inputs[0].Elements[i], errors[0].Elements[i], output.Elements[i])),
            Binary binary => ForEach(output, i => Of(
                binary.Function,
                inputs[0].Elements[i], errors[0].Elements[i], inputs[1].Elements[i], errors[1].Elements[i], output.Elements[i])),
            Compare => ForEach(output, i =>
                CouldCross(inputs[0].Elements[i] - inputs[1].Elements[i], errors[0].Elements[i] + errors[1].Elements[i]) ? 1 : 0),
            Select => ForEach(output, i => Choice(i, inputs, errors)),
            Cast { To: ElementType.Float32 } =>
                ForEach(output, i => Math.Abs(output.Elements[i]) <= 1 << 24 ? 0 : unit * Math.Abs(output.Elements[i])),
            Cast => ForEach(output, i => Steps(inputs[0].Elements[i], errors[0].Elements[i])),
            StopGradient or Reshape or Broadcast or Permute or Pad or Slice or Flip or Concat =>
                Primitive.Compute(op, errors, output.Shape),
            Gather => Primitive.Compute(op, [errors[0], inputs[1]], output.Shape),
            Maximum => Primitive.Compute(op, errors, output.Shape),
            Moment => Moments(op is Variance, inputs[0], errors[0], output),
            Sum => Primitive.Compute(op, [WithRounding(inputs[0], errors[0])], output.Shape),
            SegmentSum => Primitive.Compute(op, [WithRounding(inputs[0], errors[0]), inputs[1]], output.Shape),
            Resample resample => Interpolate(resample, WithRounding(inputs[0], errors[0]), output.Shape),
            Convolution or MatMul => Products(op, inputs, errors, output.Shape),
            MaxPoolPick pick => Pick(pick, inputs, errors, output),
            MaxPoolScatter scatter => Scatter(scatter, inputs, errors),
            RandomNumbers { Distribution: Distribution.Uniform } => new double[output.Elements.Length],
            RandomNumbers => ForEach(output, i => unit * Math.Abs(output.Elements[i])),
            _ => throw new NotSupportedException($"The error of the operation '{op.Name}' is not known."),
        };
        return new Values(output.Shape, bound);
    }

    private double Of(UnaryFunction function, double x, double error, double y) => function switch
    {
        UnaryFunction.Negate or UnaryFunction.Absolute => error,
        UnaryFunction.Rectify => x < -error ? 0 : error,
        UnaryFunction.Sign => CouldCross(x, error) ? 2 : 0,
        UnaryFunction.Floor => Steps(x, error),
        UnaryFunction.Reciprocal => Rounded(y) + Amplified(error, y * y, x),
        UnaryFunction.SquareRoot => Rounded(y) + Amplified(error, 0.5 / y, x),
        UnaryFunction.Exponential => Rounded(y) + Times(error, y),
        UnaryFunction.Logarithm => Rounded(y) + Amplified(error, 1 / x, x),
        UnaryFunction.HyperbolicTangent => Rounded(y) + Times(error, 1 - y * y),
        UnaryFunction.Sigmoid => Rounded(y) + Times(error, y * (1 - y)),
        UnaryFunction.Sine => Rounded(y) + Times(error, Math.Cos(x)) + error * error,
        UnaryFunction.Cosine => Rounded(y) + Times(error, Math.Sin(x)) + error * error,
        _ => throw new NotSupportedException($"The error of the function {function} is not known."),
    };

    private double Of(BinaryFunction function, double a, double errorOfA, double b, double errorOfB, double y) => function switch
    {
        BinaryFunction.Add or BinaryFunction.Subtract => Rounded(y) + errorOfA + errorOfB,
        BinaryFunction.Multiply => Rounded(y) + Times(errorOfA, b) + Times(errorOfB, a) + errorOfA * errorOfB,
        BinaryFunction.Divide => Rounded(y) + Times(errorOfA, 1 / b) + Amplified(errorOfB, y / b, b),
        BinaryFunction.Maximum => CouldCross(a - b, errorOfA + errorOfB) ? Math.Max(errorOfA, errorOfB) : a > b ? errorOfA : errorOfB,
        BinaryFunction.Minimum => CouldCross(a - b, errorOfA + errorOfB) ? Math.Max(errorOfA, errorOfB) : a < b ? errorOfA : errorOfB,
        BinaryFunction.Power => 2 * Rounded(y) + Amplified(errorOfA, a == 0 ? 0 : b * y / a, a) + Times(errorOfB, y * Math.Log(a)),
        _ => throw new NotSupportedException($"The error of the function {function} is not known."),
    };

    /// <summary>What rounding a result adds; infinities and NaN are exact.</summary>
    private double Rounded(double y) => double.IsFinite(y) ? unit * Math.Abs(y) : 0;

    private static double Times(double error, double derivative) => error == 0 ? 0 : error * Math.Abs(derivative);

    /// <summary>An error times a derivative, unbounded where the error reaches the function's pole at 0.</summary>
    private static double Amplified(double error, double derivative, double x) =>
        error == 0 ? 0 : error < Math.Abs(x) / 2 ? 2 * error * Math.Abs(derivative) : double.PositiveInfinity;

    private static bool CouldCross(double difference, double error) => error > 0 && !(Math.Abs(difference) > error);

    /// <summary>How many integers lie within the error.</summary>
    private static double Steps(double x, double error) => error == 0 ? 0 : Math.Floor(x + error) - Math.Floor(x - error);

    private static double Choice(int i, Values[] inputs, Values[] errors)
    {
        double whenTrue = errors[1].Elements[i], whenFalse = errors[2].Elements[i];
        return CouldCross(inputs[0].Elements[i], errors[0].Elements[i])
            ? Math.Max(whenTrue, whenFalse) + Math.Abs(inputs[1].Elements[i] - inputs[2].Elements[i])
            : inputs[0].Elements[i] != 0 ? whenTrue : whenFalse;
    }

    /// <summary>The terms of a sum: their errors, and what rounding adds for each.</summary>
    private Values WithRounding(Values terms, Values errors) => Scaled(terms.Absolute(), unit).Plus(errors);

    private static Values Scaled(Values values, double factor) =>
        values with { Elements = Array.ConvertAll(values.Elements, x => x * factor) };

    private double[] Products(Op op, Values[] inputs, Values[] errors, Shape output)
    {
        Values left = inputs[0].Absolute(), right = inputs[1].Absolute();
        int together = ConvolutionChoice.ResultsTogether(op, [left.Shape, right.Shape]);
        bool inTiles = together > 1;
        double[] bound = Primitive.Compute(op, [inTiles ? errors[0] : WithRounding(left, errors[0]), right], output);
        if (inTiles)
        {
            double[] terms = op is Conv2dWeightGradient gradient
                ? WinogradRoundOff.WeightGradientTerms(gradient, together, left, right, output)
                : WinogradRoundOff.Terms((Convolution)op, together, left, right, output);
            for (int i = 0; i < bound.Length; i++) bound[i] += unit * terms[i];
        }

        if (errors[1].Elements.All(error => error == 0)) return bound;
        double[] ofRight = Primitive.Compute(op, [left.Plus(errors[0]), errors[1]], output);
        for (int i = 0; i < bound.Length; i++) bound[i] += ofRight[i];
        return bound;
    }

    private static double[] Interpolate(Resample op, Values terms, Shape output)
    {
        ResampleTaps taps = op.Taps(terms.Shape);
        return Accumulation.Interpolate(terms, op.Axis, taps with { Weight = Array.ConvertAll(taps.Weight, Math.Abs) }, output);
    }

    /// <summary>
    /// Whichever way moments are taken: of the elements, of their deviations from the mean or from the first of them.
    /// </summary>
    private double[] Moments(bool isVariance, Values terms, Values errors, Values output)
    {
        double[] x = terms.Elements, e = errors.Elements;
        int pixels = Moment.CountOf(terms.Shape, output.Shape), channels = output.Shape[^1];
        double[] mean = Accumulation.MeanOver(i => x[i], terms.Shape, output.Shape);
        double[] bound = Accumulation.MeanOver(i => e[i] + e[Sample(i)] + 2 * unit * (Math.Abs(x[i]) + Math.Abs(x[Sample(i)])), terms.Shape, output.Shape);
        if (isVariance)
        {
            double[] ofMean = bound;
            bound = Accumulation.MeanOver(i => OfSquare(x[i] - mean[Target(i)], e[i] + ofMean[Target(i)], x[i] - x[Sample(i)]), terms.Shape, output.Shape);
        }

        return ForEach(output, i => bound[i] + Rounded(output.Elements[i]));

        int Target(int i) => Moment.Target(i, pixels, channels);

        int Sample(int i) => Moment.Target(i, pixels, channels) / channels * pixels * channels + i % channels;

        double OfSquare(double deviation, double error, double fromSample)
        {
            error += unit * Math.Abs(deviation);
            return 2 * Math.Abs(deviation) * error + error * error + 4 * unit * fromSample * fromSample;
        }
    }

    private static double[] Pick(MaxPoolPick op, Values[] inputs, Values[] errors, Values output)
    {
        var bound = new double[output.Elements.Length];
        Pooling.ForEachWindow(inputs[0].Shape, output.Shape, op.KernelHeight, op.KernelWidth, op.Window, (window, places) =>
        {
            foreach (int place in Candidates(inputs[0].Elements, errors[0].Elements, places))
                bound[window] = Math.Max(bound[window],
                    errors[1].Elements[place] + Math.Abs(inputs[1].Elements[place] - output.Elements[window]));
        });
        return bound;
    }

    private double[] Scatter(MaxPoolScatter op, Values[] inputs, Values[] errors)
    {
        var bound = new double[inputs[0].Elements.Length];
        Pooling.ForEachWindow(inputs[0].Shape, inputs[1].Shape, op.KernelHeight, op.KernelWidth, op.Window, (window, places) =>
        {
            double value = Math.Abs(inputs[1].Elements[window]);
            List<int> candidates = Candidates(inputs[0].Elements, errors[0].Elements, places);
            foreach (int place in candidates)
                bound[place] += errors[1].Elements[window] + (candidates.Count > 1 ? value : unit * value);
        });
        return bound;
    }

    /// <summary>The places of a window where, within the errors, its maximum may be.</summary>
    private static List<int> Candidates(double[] elements, double[] errors, List<int> places)
    {
        int best = Pooling.FirstMaximum(elements, places);
        return places.FindAll(place => place == best || CouldCross(elements[best] - elements[place], errors[best] + errors[place]));
    }

    private static double[] ForEach(Values output, Func<int, double> bound)
    {
        var bounds = new double[output.Elements.Length];
        for (int i = 0; i < bounds.Length; i++) bounds[i] = bound(i);
        return bounds;
    }
}
