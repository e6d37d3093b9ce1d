using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// The compact network of Real-ESRGAN for general pictures and animation (Wang et al. 2021; SRVGGNetCompact in its authors' code): a plain
/// row of 3x3 convolutions with a learned rectifier each, a sub-pixel convolution, and the input by nearest neighbours added. Variables are
/// named as in the authors' files, where rectifiers count too.
/// </summary>
public sealed class SrVgg : SuperResolver
{
    private readonly Conv2d[] _convolutions;
    private readonly PRelu[] _rectifiers;
    private readonly Conv2d _last;

    /// <summary>The network.</summary>
    /// <param name="scale">1 to 4; of 1 it restores.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of the features.</param>
    /// <param name="convolutions">Convolutions between the first and the last: 32 for general pictures, 16 for animation.</param>
    public SrVgg(int scale, Initialization initialization, int channels = 64, int convolutions = 32)
        : base(scale)
    {
        _convolutions = new Conv2d[convolutions + 1];
        _rectifiers = new PRelu[convolutions + 1];
        for (int i = 0; i <= convolutions; i++)
        {
            _convolutions[i] = Add(new Conv2d($"body.{2 * i}", i == 0 ? 3 : channels, channels, 3, initialization));
            _rectifiers[i] = Add(new PRelu($"body.{2 * i + 1}", channels));
        }

        _last = Add(new Conv2d($"body.{2 * convolutions + 2}", channels, 3 * scale * scale, 3, initialization, gain: 0.1));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        for (int i = 0; i < _convolutions.Length; i++) x = _rectifiers[i].Apply(_convolutions[i].Apply(x, pass), pass);
        return _last.Apply(x, pass).PixelShuffle(Scale)
            + input.Resize(input.Shape[1] * Scale, input.Shape[2] * Scale, Interpolation.Nearest);
    }
}
