using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// The discriminator of Real-ESRGAN (Wang, Xie, Dong and Shan 2021; after Schönfeld et al. 2020): a U-Net that halves three times and
/// doubles again by interpolation, adding what it saw on the way down, with spectral norm in all layers but the first and the last. It
/// judges every pixel: images N,H,W,C to N,H,W,1, above zero for real.
/// </summary>
public sealed class UNetDiscriminator : Module
{
    /// <summary>What sides must be multiples of.</summary>
    public const int Reduction = 1 << Halvings;

    private const int Halvings = 3;
    private const float Slope = 0.2f;

    private readonly Conv2d _first, _last;
    private readonly Conv2d[] _down, _up, _refine;

    /// <summary>A discriminator.</summary>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="channels">Channels of the first layer, 64 as published; they double with each halving.</param>
    /// <param name="imageChannels">Channels of the images.</param>
    /// <param name="name">The path of its variables; empty for a network by itself.</param>
    public UNetDiscriminator(Initialization initialization, int channels = 64, int imageChannels = 3, string name = "")
        : base(name)
    {
        _first = Add(new Conv2d(PathOf("first"), imageChannels, channels, 3, initialization));
        _down = [.. Enumerable.Range(0, Halvings).Select(i => Add(new Conv2d(
            PathOf($"down.{i}"), channels << i, channels << (i + 1), 4, initialization, stride: 2, padding: 1, bias: false, spectral: true)))];
        _up = [.. Enumerable.Range(0, Halvings).Select(i => Add(new Conv2d(
            PathOf($"up.{i}"), channels << (Halvings - i), channels << (Halvings - i - 1), 3, initialization, bias: false, spectral: true)))];
        _refine = [.. Enumerable.Range(0, 2).Select(i => Add(new Conv2d(
            PathOf($"refine.{i}"), channels, channels, 3, initialization, bias: false, spectral: true)))];
        _last = Add(new Conv2d(PathOf("last"), channels, 1, 3, initialization));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        var seen = new Stack<Tensor>();
        Tensor x = _first.Apply(input, pass).LeakyRelu(Slope);
        foreach (Conv2d layer in _down)
        {
            seen.Push(x);
            x = layer.Apply(x, pass).LeakyRelu(Slope);
        }

        foreach (Conv2d layer in _up)
        {
            Tensor doubled = x.Resize(2 * x.Shape[1], 2 * x.Shape[2], Interpolation.Bilinear);
            x = layer.Apply(doubled, pass).LeakyRelu(Slope) + seen.Pop();
        }

        foreach (Conv2d layer in _refine) x = layer.Apply(x, pass).LeakyRelu(Slope);
        return _last.Apply(x, pass);
    }
}
