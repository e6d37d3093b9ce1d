using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// The small convolutional discriminator that goes with a dense generator: images N,H,W,C to one number each, [N, 1], by two convolutions
/// of 3x3 and stride 2 with LeakyReLU and dropout, and a dense layer; without norms of activations.
/// </summary>
public sealed class SmallDiscriminator : Module
{
    private const float Slope = 0.2f;

    private readonly Conv2d _first, _second;
    private readonly Dropout _dropout;
    private readonly Linear _last;

    /// <summary>A discriminator.</summary>
    /// <param name="name">The path.</param>
    /// <param name="size">The image's side, in pixels.</param>
    /// <param name="inChannels">Channels of the image, and planes of its classes.</param>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of the first convolution; the second has twice as many.</param>
    /// <param name="dropout">The share that is dropped after each convolution.</param>
    /// <param name="spectral">Whether all layers have spectral norm.</param>
    public SmallDiscriminator(
        string name, int size, int inChannels, Initialization initialization, int channels = 64, double dropout = 0.3, bool spectral = false)
        : base(name)
    {
        int side = (((size + 1) / 2) + 1) / 2;
        _first = Add(new Conv2d(PathOf("first"), inChannels, channels, 3, initialization, stride: 2, spectral: spectral));
        _second = Add(new Conv2d(PathOf("second"), channels, 2 * channels, 3, initialization, stride: 2, spectral: spectral));
        _dropout = Add(new Dropout(PathOf("dropout"), dropout));
        _last = Add(new Linear(PathOf("last"), side * side * 2 * channels, 1, initialization, spectral: spectral));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = _dropout.Apply(_first.Apply(input, pass).LeakyRelu(Slope), pass);
        x = _dropout.Apply(_second.Apply(x, pass).LeakyRelu(Slope), pass);
        return _last.Apply(x.Reshape(Shape.Create([input.Shape[0], (int)(x.Shape.Count / input.Shape[0])])), pass);
    }
}
