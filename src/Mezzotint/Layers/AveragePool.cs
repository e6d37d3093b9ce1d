using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// The mean of each window of an image N,H,W,C, over those of its pixels that lie in the image, or with the padding as zeros.
/// </summary>
public sealed class AveragePool : Module
{
    private readonly int _kernel, _stride, _padding;
    private readonly bool _countBorder;

    /// <summary>A pooling of square windows.</summary>
    /// <param name="name">The path.</param>
    /// <param name="kernel">The window's side, in pixels.</param>
    /// <param name="stride">Pixels from one window to the next.</param>
    /// <param name="padding">How far windows reach over the edge, in pixels; at most half of <paramref name="kernel"/>.</param>
    /// <param name="countBorder">Whether padding counts, as zeros.</param>
    public AveragePool(string name, int kernel, int stride, int padding, bool countBorder = false)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(padding, kernel / 2);
        (_kernel, _stride, _padding, _countBorder) = (kernel, stride, padding, countBorder);
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass) => Along(2, Along(1, input));

    /// <summary>The means along one axis: the taps of all windows as strided slices.</summary>
    private Tensor Along(int axis, Tensor input)
    {
        int extent = input.Shape[axis], count = (extent + 2 * _padding - _kernel) / _stride + 1;
        int[] margin = new int[input.Shape.Rank];
        margin[axis] = _padding;
        Tensor padded = input.Pad(margin, margin);
        Tensor sum = padded.Slice(axis, 0, count, _stride);
        for (int tap = 1; tap < _kernel; tap++) sum += padded.Slice(axis, tap, count, _stride);

        var shares = new float[count];
        for (int i = 0; i < count; i++)
        {
            int first = i * _stride - _padding;
            shares[i] = 1f / (_countBorder ? _kernel : Math.Min(first + _kernel, extent) - Math.Max(first, 0));
        }

        return sum * Tensor.Of(axis == 1 ? [count, 1, 1] : [count, 1], shares);
    }
}
