using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Networks;

/// <summary>
/// Inception v3 (Szegedy et al. 2016), whose features the published Frechet distances compare and whose classes the Inception score counts.
/// Variables are named as torchvision's (<c>Mixed_5b.branch1x1.conv.weight</c>).
/// </summary>
/// <remarks>
/// Two sets of weights are in use. That of the original scores (TensorFlow's graph of 2015-12-05, which pytorch-fid has as a PyTorch file)
/// has 1,008 classes, its average poolings leave the border out of the mean, and its last block has a maximum pooling. torchvision's has
/// 1,000 classes, and its average poolings count the border as zeros. Both take 299x299 pixels from -1 to 1.
/// </remarks>
public sealed class InceptionV3 : Module, IFeatureNetwork
{
    /// <summary>The side that images are resized to, in pixels.</summary>
    public const int Side = 299;

    /// <summary>The name of the 2,048 features before the classes, which scores are made of.</summary>
    public const string Pool3 = "pool3";

    /// <summary>The name of the classes' logits.</summary>
    public const string Logits = "logits";

    private const int ClassesOfOriginal = 1008, ClassesOfTorchvision = 1000, Features2048 = 2048;

    private readonly Unit[] _stem;
    private readonly Block[] _blocks;
    private readonly Linear _classes;

    /// <summary>The network, with first values that only show its shape: its use is with trained weights.</summary>
    /// <param name="initialization">Where first values come from.</param>
    /// <param name="torchvision">Whether it is torchvision's, or that of the original scores.</param>
    /// <param name="resize">How images are brought to its size.</param>
    public InceptionV3(Initialization initialization, bool torchvision = false, InceptionResize resize = InceptionResize.LegacyPyTorch)
        : base("")
    {
        (Torchvision, Resize) = (torchvision, resize);
        Initialization i = initialization;
        _stem =
        [
            Add(new Unit("Conv2d_1a_3x3", 3, 32, (3, 3), i, stride: 2, padded: false)), Add(new Unit("Conv2d_2a_3x3", 32, 32, (3, 3), i, padded: false)),
            Add(new Unit("Conv2d_2b_3x3", 32, 64, (3, 3), i)), Add(new Unit("Conv2d_3b_1x1", 64, 80, (1, 1), i)),
            Add(new Unit("Conv2d_4a_3x3", 80, 192, (3, 3), i, padded: false)),
        ];
        _blocks =
        [
            Add(Fine("Mixed_5b", 192, 32, i)), Add(Fine("Mixed_5c", 256, 64, i)), Add(Fine("Mixed_5d", 288, 64, i)), Add(Reduction("Mixed_6a", 288, i)),
            Add(Middle("Mixed_6b", 128, i)), Add(Middle("Mixed_6c", 160, i)), Add(Middle("Mixed_6d", 160, i)), Add(Middle("Mixed_6e", 192, i)),
            Add(LastReduction("Mixed_7a", i)), Add(Coarse("Mixed_7b", 1280, Average, i)), Add(Coarse("Mixed_7c", 2048, torchvision ? Average : Pooling.Maximum, i)),
        ];
        _classes = Add(new Linear("fc", Features2048, torchvision ? ClassesOfTorchvision : ClassesOfOriginal, i));
    }

    /// <summary>Whether it is torchvision's, or that of the original scores.</summary>
    public bool Torchvision { get; }

    /// <summary>How images are brought to its size.</summary>
    public InceptionResize Resize { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Layers { get; } = ["pool1", "pool2", "mixed6", Pool3, Logits];

    /// <inheritdoc/>
    public int Channels => 3;

    /// <inheritdoc/>
    public string Preparation
    {
        get
        {
            string resize = Resize switch
            {
                InceptionResize.Clean => $"clean: bicubic to {Side}x{Side} as PIL resizes (antialiased, unrounded), (x - 128)/128 of 0..255",
                InceptionResize.LegacyTensorFlow =>
                    $"legacy_tensorflow: bilinear to {Side}x{Side} as TensorFlow 1 resizes (pixels' corners, no antialiasing), (x - 128)/128 of 0..255",
                _ => $"bilinear to {Side}x{Side} as PyTorch resizes (pixels' middles, no antialiasing), from -1 to 1",
            };
            return $"{resize}, Inception v3 {(Torchvision ? "of torchvision" : "of TensorFlow 2015-12-05")}";
        }
    }

    private Pooling Average => Torchvision ? Pooling.AverageWithBorder : Pooling.Average;

    /// <inheritdoc/>
    /// <param name="images">N,H,W,3 in [0, 1], of any size.</param>
    /// <param name="layers">Names from <see cref="Layers"/>: after the first and the second maximum pooling, before the second reduction,
    /// and the mean of the last block over its pixels, N,2048.</param>
    public IReadOnlyList<Tensor> Features(Tensor images, params IReadOnlyList<string> layers)
    {
        Tensor x = Resize switch
        {
            InceptionResize.Clean => ByBytes(Tensor.Min(Tensor.Max(images.Resize(Side, Side, Interpolation.BicubicWithin, antialias: true), 0), 1)),
            InceptionResize.LegacyTensorFlow => ByBytes(images.Resize(Side, Side, Interpolation.BilinearFromCorners)),
            _ => images.Resize(Side, Side, Interpolation.Bilinear) * 2 - 1,
        };
        var found = new Dictionary<string, Tensor>();
        for (int i = 0; i < _stem.Length; i++)
        {
            x = _stem[i].Apply(x, Pass.Inference);
            if (i is 2 or 4) found[i == 2 ? "pool1" : "pool2"] = x = Halved(x);
        }

        for (int i = 0; i < _blocks.Length; i++)
        {
            x = _blocks[i].Apply(x, Pass.Inference);
            if (i == 7) found["mixed6"] = x;
        }

        Tensor features = found[Pool3] = x.Mean(1, 2).Reshape([x.Shape[0], Features2048]);
        found[Logits] = _classes.Apply(features, Pass.Inference);
        return
        [
            .. layers.Select(layer => found.GetValueOrDefault(layer)
                ?? throw new ArgumentException($"There is no feature '{layer}'; there are {string.Join(", ", Layers)}.", nameof(layers))),
        ];
    }

    /// <summary>The logits [N, 1008], or [N, 1000] of torchvision's.</summary>
    protected override Tensor Forward(Tensor input, Pass pass) => Features(input, Logits)[0];

    /// <summary>TensorFlow's graph takes 128 from numbers of 0 to 255, and divides by it.</summary>
    private static Tensor ByBytes(Tensor images) => images * (255f / 128) - 1;

    private static Tensor Halved(Tensor x) => x.MaxPool(3, ConvolutionWindow.Square(stride: 2));

    // The kinds of blocks, by the figures of the paper: 5, 10 (the reduction), 6, the second reduction, and 7.
    private Block Fine(string name, int from, int pooled, Initialization i) => new(name, from, i, Average, pooled, reduces: false,
    [
        [("branch1x1", 64, (1, 1))],
        [("branch5x5_1", 48, (1, 1)), ("branch5x5_2", 64, (5, 5))],
        [("branch3x3dbl_1", 64, (1, 1)), ("branch3x3dbl_2", 96, (3, 3)), ("branch3x3dbl_3", 96, (3, 3))],
    ]);

    private static Block Reduction(string name, int from, Initialization i) => new(name, from, i, Pooling.Maximum, 0, reduces: true,
    [
        [("branch3x3", 384, (3, 3))],
        [("branch3x3dbl_1", 64, (1, 1)), ("branch3x3dbl_2", 96, (3, 3)), ("branch3x3dbl_3", 96, (3, 3))],
    ]);

    private Block Middle(string name, int within, Initialization i) => new(name, 768, i, Average, 192, reduces: false,
    [
        [("branch1x1", 192, (1, 1))],
        [("branch7x7_1", within, (1, 1)), ("branch7x7_2", within, (1, 7)), ("branch7x7_3", 192, (7, 1))],
        [
            ("branch7x7dbl_1", within, (1, 1)), ("branch7x7dbl_2", within, (7, 1)), ("branch7x7dbl_3", within, (1, 7)), ("branch7x7dbl_4", within, (7, 1)),
            ("branch7x7dbl_5", 192, (1, 7)),
        ],
    ]);

    private static Block LastReduction(string name, Initialization i) => new(name, 768, i, Pooling.Maximum, 0, reduces: true,
    [
        [("branch3x3_1", 192, (1, 1)), ("branch3x3_2", 320, (3, 3))],
        [("branch7x7x3_1", 192, (1, 1)), ("branch7x7x3_2", 192, (1, 7)), ("branch7x7x3_3", 192, (7, 1)), ("branch7x7x3_4", 192, (3, 3))],
    ]);

    private static Block Coarse(string name, int from, Pooling pooling, Initialization i) => new(name, from, i, pooling, 192, reduces: false,
    [
        [("branch1x1", 320, (1, 1))],
        [("branch3x3_1", 384, (1, 1)), ("branch3x3_2a", 384, (1, 3)), ("branch3x3_2b", 384, (3, 1))],
        [("branch3x3dbl_1", 448, (1, 1)), ("branch3x3dbl_2", 384, (3, 3)), ("branch3x3dbl_3a", 384, (1, 3)), ("branch3x3dbl_3b", 384, (3, 1))],
    ]);

    /// <summary>What the pooled branch of a block does, over 3x3 pixels.</summary>
    private enum Pooling
    {
        Average,
        AverageWithBorder,
        Maximum,
    }

    /// <summary>A convolution without a bias, batch norm and a rectifier.</summary>
    private sealed class Unit : Module
    {
        private const float Epsilon = 1e-3f;

        private readonly Variable _weight;
        private readonly BatchNorm _norm;
        private readonly ConvolutionWindow _window;

        public Unit(string name, int from, int to, (int Height, int Width) kernel, Initialization initialization, int stride = 1, bool padded = true)
            : base(name)
        {
            (int y, int x) = padded ? (kernel.Height / 2, kernel.Width / 2) : (0, 0);
            _window = new ConvolutionWindow(StrideY: stride, StrideX: stride, PadTop: y, PadBottom: y, PadLeft: x, PadRight: x);
            Shape shape = [kernel.Height, kernel.Width, from, to];
            string path = PathOf("conv.weight");
            _weight = Parameter("conv.weight", shape, initialization.Weights(path, shape, kernel.Height * kernel.Width * from));
            _norm = Add(new BatchNorm(PathOf("bn"), to, epsilon: Epsilon));
        }

        protected override Tensor Forward(Tensor input, Pass pass) => _norm.Apply(input.Conv2d(pass.Read(_weight), _window), pass).Relu();
    }

    /// <summary>
    /// Branches of units beside one another, joined along the channels. The last two of a branch whose names end in a and b fork.
    /// </summary>
    private sealed class Block : Module
    {
        private readonly List<(Unit Unit, bool Forks)[]> _branches = [];
        private readonly Unit? _pooled;
        private readonly AveragePool? _average;
        private readonly bool _reduces;

        public Block(
            string name, int from, Initialization initialization, Pooling pooling, int pooled, bool reduces,
            (string Name, int Channels, (int Height, int Width) Kernel)[][] branches)
            : base(name)
        {
            _reduces = reduces;
            foreach (var branch in branches)
            {
                int channels = from;
                var units = new List<(Unit, bool)>();
                for (int i = 0; i < branch.Length; i++)
                {
                    (string unit, int to, var kernel) = branch[i];
                    bool last = i == branch.Length - 1, forks = unit[^1] is 'a' or 'b';
                    // A reduction's last convolution goes in steps of 2, without a border.
                    units.Add((Add(new Unit(PathOf(unit), channels, to, kernel, initialization, reduces && last ? 2 : 1, !(reduces && last))), forks));
                    if (!forks) channels = to;
                }

                _branches.Add([.. units]);
            }

            if (pooled > 0) _pooled = Add(new Unit(PathOf("branch_pool"), from, pooled, (1, 1), initialization));
            if (pooling != Pooling.Maximum) _average = new AveragePool("", 3, 1, 1, countBorder: pooling == Pooling.AverageWithBorder);
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            var joined = new List<Tensor>();
            foreach (var branch in _branches)
            {
                Tensor x = input;
                bool forked = false;
                foreach ((Unit unit, bool forks) in branch)
                {
                    if (forks) joined.Add(unit.Apply(x, pass));
                    else x = unit.Apply(x, pass);
                    forked |= forks;
                }

                if (!forked) joined.Add(x);
            }

            Tensor pooled = _reduces ? Halved(input)
                : _average is not null ? _average.Apply(input, pass)
                : input.MaxPool(3, ConvolutionWindow.Square(stride: 1, padding: 1));
            joined.Add(_pooled is null ? pooled : _pooled.Apply(pooled, pass));
            return Tensor.Concat(3, [.. joined]);
        }
    }
}
