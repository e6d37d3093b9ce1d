using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// A small classifier of small images: N,H,W,C to logits [N, classes], by two convolutions of 3x3 and stride 2 (32 and 64 channels) and a
/// dense layer of 128, with ReLU, and dropout before the last. It is made to be trained in seconds, on images whose worth is asked for.
/// </summary>
public sealed class SmallClassifier : Module
{
    private const int Narrow = 32, Wide = 64, Hidden = 128;
    private const double Dropped = 0.5;

    private readonly Conv2d _first, _second;
    private readonly Linear _hidden, _last;
    private readonly Dropout _dropout;

    /// <summary>A classifier.</summary>
    /// <param name="width">Columns of an image.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="initialization">Where first values come from.</param>
    public SmallClassifier(int width, int height, int channels, int classes, Initialization initialization)
        : base("")
    {
        _first = Add(new Conv2d("first", channels, Narrow, 3, initialization, stride: 2));
        _second = Add(new Conv2d("second", Narrow, Wide, 3, initialization, stride: 2));
        _hidden = Add(new Linear("hidden", Quarter(width) * Quarter(height) * Wide, Hidden, initialization));
        _dropout = Add(new Dropout("dropout", Dropped));
        _last = Add(new Linear("last", Hidden, classes, initialization));
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = _second.Apply(_first.Apply(input, pass).Relu(), pass).Relu();
        x = _hidden.Apply(x.Reshape(Shape.Create([input.Shape[0], (int)(x.Shape.Count / input.Shape[0])])), pass).Relu();
        return _last.Apply(_dropout.Apply(x, pass), pass);
    }

    private static int Quarter(int side) => ((side + 1) / 2 + 1) / 2;
}
