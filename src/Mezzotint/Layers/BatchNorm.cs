using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// Batch normalisation over N, H and W (Ioffe and Szegedy, 2015). In training it uses the batch's mean and (biased) variance and moves its
/// running statistics a tenth of the way towards them (the variance's unbiased estimate); otherwise it uses the running statistics.
/// </summary>
public sealed class BatchNorm : Module
{
    private const float UsualEpsilon = 1e-5f;
    private const float Momentum = 0.1f;

    private readonly Variable _scale;
    private readonly Variable _shift;
    private readonly Variable _mean;
    private readonly Variable _variance;
    private readonly float _epsilon;

    /// <summary>A normalisation that begins as mean 0 and variance 1.</summary>
    /// <param name="name">The path.</param>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="initialization">Where the scales' first values come from; null for 1.</param>
    /// <param name="epsilon">What is added to variances.</param>
    public BatchNorm(string name, int channels, Initialization? initialization = null, float epsilon = UsualEpsilon)
        : base(name)
    {
        _epsilon = epsilon;
        Shape shape = [channels];
        _scale = Parameter("weight", shape, initialization?.Scales(PathOf("weight"), shape) ?? Initialization.Constant(shape, 1));
        _shift = Parameter("bias", shape, new float[channels]);
        _mean = Statistic("running_mean", shape, new float[channels]);
        _variance = Statistic("running_var", shape, Initialization.Constant(shape, 1));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor scale = pass.Read(_scale), shift = pass.Read(_shift);
        if (!pass.Training)
        {
            // Folded to one multiplication and one addition a pixel, made once for the variables as they are.
            Tensor factor = scale / (pass.Read(_variance) + _epsilon).Sqrt();
            return input * factor + (shift - pass.Read(_mean) * factor);
        }

        int[] overPixels = [.. Enumerable.Range(0, input.Shape.Rank - 1)];
        float count = input.Shape.Count / _mean.Shape.Count;

        (Tensor mean, Tensor variance) = input.Moments(overPixels);
        Move(_mean, mean, pass);
        Move(_variance, variance * (count / Math.Max(1, count - 1)), pass);
        return (input - mean) * (scale / (variance + _epsilon).Sqrt()) + shift;
    }

    private static void Move(Variable running, Tensor now, Pass pass)
    {
        Tensor before = pass.Read(running);
        pass.Updates.Assign(running, before + Momentum * (now.Reshape(running.Shape).Detach() - before));
    }
}
