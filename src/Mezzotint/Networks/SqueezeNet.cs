using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// SqueezeNet 1.1 or 1.0 (Iandola et al. 2016): a small classifier of photographs, of "fire" modules that squeeze channels by a 1x1
/// convolution and expand them by 1x1 and 3x3 ones. Version 1.0 begins with a wider convolution and pools later. Variables are named as
/// torchvision's (<c>features.3.squeeze.weight</c>).
/// </summary>
public sealed class SqueezeNet : Module, IFeatureNetwork
{
    /// <summary>The name of the classes' logits.</summary>
    public const string Logits = "logits";

    private const int FirstFire = 2;

    // Blue, green and red on average over the photographs that Caffe's networks learned from, from 0 to 255.
    private static readonly float[] CaffeMean = [104, 117, 123];

    // torchvision's number of each fire module, its channels before, squeezed, and expanded by each of the two; a pooling lies before the
    // marked ones.
    private static readonly (int Number, int From, int Squeezed, int Expanded, bool Pooled)[]
        Fires11 =
        [
            (3, 64, 16, 64, true), (4, 128, 16, 64, false), (6, 128, 32, 128, true), (7, 256, 32, 128, false), (9, 256, 48, 192, true),
            (10, 384, 48, 192, false), (11, 384, 64, 256, false), (12, 512, 64, 256, false),
        ],
        Fires10 =
        [
            (3, 96, 16, 64, true), (4, 128, 16, 64, false), (5, 128, 32, 128, false), (7, 256, 32, 128, true), (8, 256, 48, 192, false),
            (9, 384, 48, 192, false), (10, 384, 64, 256, false), (12, 512, 64, 256, true),
        ];

    private readonly Conv2d _first, _last;
    private readonly Fire[] _fires;
    private readonly bool[] _pooled;

    /// <summary>The network, with first values that only show its shape: its use is with trained weights.</summary>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="caffe">Whether the weights are Caffe's, which take blue, green and red from 0 to 255 less their mean, or
    /// torchvision's.</param>
    /// <param name="original">Whether it is version 1.0.</param>
    public SqueezeNet(Initialization initialization, bool caffe = false, bool original = false)
        : base("")
    {
        (Caffe, Original) = (caffe, original);
        var fires = original ? Fires10 : Fires11;
        _first = Add(new Conv2d("features.0", 3, original ? 96 : 64, original ? 7 : 3, initialization, stride: 2, padding: 0));
        _pooled = [.. fires.Select(fire => fire.Pooled)];
        _fires = [.. fires.Select(fire => Add(new Fire($"features.{fire.Number}", fire.From, fire.Squeezed, fire.Expanded, initialization)))];
        _last = Add(new Conv2d("classifier.1", 512, 1000, 1, initialization, padding: caffe ? 1 : 0)); // Caffe's has a border of biases, and averages it too
        Layers = ["relu1", .. fires.Select((_, i) => $"fire{FirstFire + i}"), Logits];
    }

    /// <summary>Whether the weights are Caffe's.</summary>
    public bool Caffe { get; }

    /// <summary>Whether it is version 1.0, and not 1.1.</summary>
    public bool Original { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Layers { get; }

    /// <inheritdoc/>
    public int Channels => 3;

    /// <inheritdoc/>
    public string Preparation => Caffe ? "not resized; blue, green and red from 0 to 255 less 104, 117, 123 (Caffe)" : ImageNetColours.Description;

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Features(Tensor images, params IReadOnlyList<string> layers)
    {
        int[] depths = [.. layers.Select(layer => Layers.ToList().IndexOf(layer))];
        int unknown = Array.IndexOf(depths, -1);
        if (unknown >= 0) throw new ArgumentException($"There is no feature '{layers[unknown]}'; there are {string.Join(", ", Layers)}.", nameof(layers));
        var found = new Tensor[depths.Max() + 1];
        Tensor colours = Caffe ? images.Flip(3) * 255 - Tensor.Of([3], CaffeMean) : ImageNetColours.Of(images);
        Tensor x = found[0] = _first.Apply(colours, Pass.Inference).Relu();
        for (int i = 0; i < _fires.Length && i + 1 < found.Length; i++)
        {
            if (_pooled[i]) x = Pooled(x);
            found[i + 1] = x = _fires[i].Apply(x, Pass.Inference);
        }

        if (found.Length == Layers.Count) found[^1] = _last.Apply(x, Pass.Inference).Relu().Mean(1, 2).Reshape([x.Shape[0], 1000]);
        return [.. depths.Select(depth => found[depth])];
    }

    /// <summary>The logits [N, 1000].</summary>
    protected override Tensor Forward(Tensor input, Pass pass) => Features(input, Logits)[0];

    /// <summary>Maxima of 3x3 pixels in steps of 2, the last window hanging over where it must, to leave out none.</summary>
    private static Tensor Pooled(Tensor x)
    {
        int Over(int extent) => (extent - 3) % 2 == 0 ? 0 : 1;
        return x.MaxPool(3, new ConvolutionWindow(StrideY: 2, StrideX: 2, PadBottom: Over(x.Shape[1]), PadRight: Over(x.Shape[2])));
    }

    private sealed class Fire : Module
    {
        private readonly Conv2d _squeeze, _expand1, _expand3;

        public Fire(string name, int from, int squeezed, int expanded, Initialization initialization)
            : base(name)
        {
            _squeeze = Add(new Conv2d(PathOf("squeeze"), from, squeezed, 1, initialization));
            _expand1 = Add(new Conv2d(PathOf("expand1x1"), squeezed, expanded, 1, initialization));
            _expand3 = Add(new Conv2d(PathOf("expand3x3"), squeezed, expanded, 3, initialization));
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            Tensor squeezed = _squeeze.Apply(input, pass).Relu();
            return Tensor.Concat(3, _expand1.Apply(squeezed, pass).Relu(), _expand3.Apply(squeezed, pass).Relu());
        }
    }
}
