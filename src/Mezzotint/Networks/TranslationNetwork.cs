using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// A network from what is given to pictures of the same size: a generator and, where it carries style, the encoder that takes the style
/// from a picture, and what styles there were in training.
/// </summary>
public sealed class TranslationNetwork : Module
{
    // How much of the running mean of styles a step renews.
    private const float MeanRate = 0.01f;

    private readonly IStyledGenerator _generator;
    private readonly Module? _encoder;

    internal TranslationNetwork(TranslatorDescription description, ulong seed)
        : base("")
    {
        Description = description;
        var initialization = new Initialization(seed);
        TranslatorDescription d = description;
        int style = d.Style == StyleKind.Adain ? d.StyleSize : 0;
        int given = d.Condition.Channels + (d.Style == StyleKind.Instances ? d.StyleSize : 0);
        Module generator = d.Generator switch
        {
            TranslationGenerator.Unet => new UNet(given, ImageChannels, initialization, d.Channels, d.Depth, d.Dropout, style),
            TranslationGenerator.Global => new Pix2PixHDGlobal(given, ImageChannels, initialization, d.Channels, d.Depth, d.Blocks, style),
            _ => new Pix2PixHDEnhancer(given, ImageChannels, initialization, d.Channels, d.Depth, d.Blocks, d.LocalBlocks, style),
        };
        _generator = (IStyledGenerator)Add(generator);
        switch (d.Style)
        {
            case StyleKind.Instances:
                // The paper's encoder is its global generator without residual blocks.
                _encoder = Add(new Pix2PixHDGlobal("encoder", ImageChannels, d.StyleSize, initialization, d.StyleChannels, 4, 0));
                Shape shape = [d.Condition.Classes + 1, d.Clusters, d.StyleSize];
                Clusters = Statistic("clusters", shape, new float[shape.Count]);
                break;
            case StyleKind.Adain:
                _encoder = Add(new StyleEncoder("encoder", ImageChannels, d.StyleSize, initialization, d.StyleChannels));
                MeanStyle = Statistic("style.mean", [d.StyleSize], new float[d.StyleSize]);
                break;
        }
    }

    /// <summary>Channels of the pictures it makes.</summary>
    public const int ImageChannels = 3;

    /// <summary>What it is.</summary>
    public TranslatorDescription Description { get; }

    /// <summary>The sides of its inputs are multiples of this.</summary>
    public int Multiple => _generator.Multiple;

    /// <summary>The shortest side it takes, in pixels: what is mirrored at the edges has to have something to mirror.</summary>
    public int Shortest => Description.Generator == TranslationGenerator.Unet ? Multiple : 2 * Multiple;

    /// <summary>
    /// Of instances: styles of each class, [classes + 1, clusters, elements], the last class being that of unknown pixels.
    /// </summary>
    public Variable? Clusters { get; }

    /// <summary>Of AdaIN: the mean of the styles in training, which stands for a style where none is given.</summary>
    public Variable? MeanStyle { get; }

    /// <summary>The global generator's parameters, which an enhancer begins with and at first leaves alone; else none.</summary>
    public IEnumerable<Variable> GlobalParameters => _generator is Pix2PixHDEnhancer enhancer ? enhancer.Global.Parameters : [];

    /// <summary>The style of pictures.</summary>
    /// <param name="images">N,H,W,3 in [-1, 1].</param>
    /// <param name="segments">Of instances: the segment of each pixel, integers [N,H,W], no two images sharing one.</param>
    /// <param name="rows">Of instances: how many segments there may be.</param>
    /// <param name="pass">The pass; while training it renews the mean of styles.</param>
    /// <returns>[N, elements], or for instances features of each pixel, N,H,W,elements; null where the network carries no style.</returns>
    public Tensor? StyleOf(Tensor images, Tensor? segments, int rows, Pass pass)
    {
        if (_encoder is null) return null;
        Tensor style = _encoder.Apply(images, pass);
        if (Description.Style == StyleKind.Instances)
        {
            (_, Tensor mean) = SegmentMeans(style, segments!, rows);
            return mean.Gather(segments!);
        }

        if (pass.Training) pass.Updates.Assign(MeanStyle!, pass.Read(MeanStyle!) + MeanRate * (style.Mean(0).Reshape([Description.StyleSize]) - pass.Read(MeanStyle!)));
        return style;
    }

    /// <summary>How many pixels segments have, [rows, 1], and the means of features over them, [rows, elements].</summary>
    /// <param name="features">N,H,W,elements.</param>
    /// <param name="segments">Integers [N,H,W].</param>
    /// <param name="rows">How many segments there may be.</param>
    public static (Tensor Counts, Tensor Means) SegmentMeans(Tensor features, Tensor segments, int rows)
    {
        Tensor counts = Tensor.Full([.. segments.Shape, 1], 1).SegmentSum(segments, rows);
        return (counts, features.SegmentSum(segments, rows) / Tensor.Max(counts, 1));
    }

    /// <summary>What the style encoder makes of pictures, before any mean over segments.</summary>
    public Tensor Encode(Tensor images, Pass pass) =>
        (_encoder ?? throw new InvalidOperationException("The network carries no style.")).Apply(images, pass);

    /// <summary>Writes a translation.</summary>
    /// <param name="fed">What is given, as <see cref="ConditionDescription"/> lays it out.</param>
    /// <param name="style">As <see cref="StyleOf"/> gives it; null where the network carries none.</param>
    /// <param name="pass">The pass.</param>
    /// <returns>N,H,W,3 in [-1, 1]; of a picture with holes what is known is kept exactly.</returns>
    public Tensor Translate(Tensor fed, Tensor? style, Pass pass)
    {
        Tensor input = Description.Condition.Input(fed);
        bool beside = Description.Style == StyleKind.Instances;
        Tensor made = beside
            ? _generator.Apply(Tensor.Concat(3, input, style!), null, pass)
            : _generator.Apply(input, style, pass);
        return Description.Condition.Compose(fed, made);
    }

    /// <summary>
    /// The same network whose dropout drops nothing: what is published drops in use as well, so that noise makes results differ.
    /// </summary>
    public TranslationNetwork WithoutDropout()
    {
        if (Description.Dropout == 0) return this;
        TranslationNetwork still = (Description with { Dropout = 0 }).Build();
        foreach ((Variable variable, Variable value) in still.Variables.Zip(Variables)) variable.Set(value.ToArray());
        return still;
    }

    /// <summary>
    /// A pass in which it translates as published: pix2pix's batch norms take the picture's own statistics, with updates that nobody keeps.
    /// </summary>
    /// <param name="random">What dropout draws from; null where there is none.</param>
    public Pass InUse(RandomStream? random = null) =>
        Description.Generator == TranslationGenerator.Unet ? new Pass(new Updates(), random) : Pass.Inference;

    /// <summary>A translation of the mean style.</summary>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        int count = input.Shape[0];
        return Description.Style switch
        {
            StyleKind.Instances => Translate(input, Tensor.Full([.. input.Shape.Take(3), Description.StyleSize], 0), pass),
            StyleKind.Adain => Translate(input, pass.Read(MeanStyle!).BroadcastTo([count, Description.StyleSize]), pass),
            _ => Translate(input, null, pass),
        };
    }
}
