using Mezzotint.Data;
using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint;

/// <summary>
/// Translates pictures and label maps with a trained network:
/// <c>Translator.Load("run").Translate(Picture.Load("in.jpg")).Save("out.png")</c>.
/// </summary>
/// <remarks>
/// A picture of any size is taken: it is continued at its right and bottom to what the network allows, and the result cut back. The
/// networks take statistics of the whole picture, so there are no tiles. One translator serves any number of threads at once.
/// </remarks>
public sealed class Translator
{
    private const ulong StylePurpose = 41;
    private const int LargestStyle = 512;
    private const int Channels = TranslationNetwork.ImageChannels;

    private readonly TranslationNetwork _network;
    private readonly Lazy<TranslationNetwork> _still;
    private readonly Device _device;
    private readonly Lazy<string> _weightsHash;

    /// <summary>A translator of a network.</summary>
    /// <param name="network">The network, trained.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <param name="name">What the model is called in the pictures it makes; null for no name.</param>
    public Translator(TranslationNetwork network, Device? device = null, string? name = null)
    {
        (_network, _device, Name) = (network, device ?? CpuDevice.Shared, name);
        _still = new Lazy<TranslationNetwork>(network.WithoutDropout);
        _weightsHash = new Lazy<string>(() => ContentHash.Of(network));
        LabelScheme = SchemeOf(network.Description.Condition);
    }

    /// <summary>What the model is called, or null.</summary>
    public string? Name { get; }

    /// <summary>The SHA-256 of the weights, in hexadecimal: of their names, shapes and values, whatever file they came in.</summary>
    public string WeightsHash => _weightsHash.Value;

    /// <summary>What the network is, and what it is given.</summary>
    public TranslatorDescription Description => _network.Description;

    /// <summary>What the numbers or colours of label maps mean; null where pictures are given.</summary>
    public LabelScheme? LabelScheme { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="model">A model's file, or the folder of a run.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <exception cref="WeightsException">There is no such model, or it does not translate.</exception>
    public static Translator Load(string model, Device? device = null) => new(
        ModelFile.Read<TranslationNetwork>(ModelLibrary.Find(model), "translate pictures"), device,
        Path.GetFileName(Path.TrimEndingDirectorySeparator(model)));

    /// <summary>Translates a file: a picture, or a label map where the network is given such.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is given beside it.</param>
    /// <exception cref="PictureException">The file is no picture, or the mask or style does not fit.</exception>
    /// <exception cref="TrainingDataException">A label stands for no class.</exception>
    public Picture Translate(string path, TranslationOptions? options = null) => LabelScheme is { } scheme
        ? Translate(scheme.Read(path), options)
        : Translate(Picture.Load(path), options);

    /// <summary>Translates a picture. Of one with holes what is known is kept, to the bit.</summary>
    /// <param name="picture">The picture; alpha says where holes are, or is laid over white.</param>
    /// <param name="options">What is given beside it.</param>
    /// <returns>Colour of the same size and bit depth.</returns>
    /// <exception cref="PictureException">The network is given label maps; or the mask is missing, or of another size.</exception>
    public Picture Translate(Picture picture, TranslationOptions? options = null)
    {
        options ??= TranslationOptions.Default;
        ConditionDescription condition = Description.Condition;
        if (condition.Kind == ConditionKind.Labels)
            throw new PictureException("The model is given label maps, and this is a picture; translate its label map.");
        bool[]? missing = condition.Kind == ConditionKind.Masked ? Missing(picture, options.Mask) : null;
        if (missing is null && options.Mask is not null)
            throw new PictureException("The model translates whole pictures, and takes no mask; leave it out.");
        Picture colour = picture.Flatten().ToColour();
        float[] samples = colour.ToFloats();
        int pixels = picture.Width * picture.Height;
        float[] fed = new float[pixels * condition.FedChannels];
        for (int i = 0; i < pixels; i++)
        {
            for (int c = 0; c < Channels; c++) fed[i * condition.FedChannels + c] = 2 * samples[i * Channels + c] - 1;
            if (missing is not null) fed[i * condition.FedChannels + Channels] = missing[i] ? 1 : 0;
        }

        if (missing is not null) HoleFill.Apply(fed, condition.FedChannels, missing, picture.Width);
        if (condition.Kind == ConditionKind.Grey) new GreyCorruption().Apply([.. fed], picture.Width, picture.Height, 0, 0, fed);
        float[] made = Run(fed, picture.Width, picture.Height, null, null, options);
        for (int i = 0; i < made.Length; i++)
            made[i] = missing?[i / Channels] == false ? samples[i] : Math.Clamp(0.5f * made[i] + 0.5f, 0, 1);
        return Signed(Picture.FromFloats(made, picture.Width, picture.Height, Channels, picture.BitDepth, colour), options);
    }

    /// <summary>Translates a label map.</summary>
    /// <param name="labels">Classes as <see cref="LabelScheme"/> reads them.</param>
    /// <param name="options">What is given beside it.</param>
    /// <returns>8-bit colour of the same size.</returns>
    /// <exception cref="PictureException">The network is given pictures; or the instance map is of another size.</exception>
    public Picture Translate(LabelMap labels, TranslationOptions? options = null)
    {
        options ??= TranslationOptions.Default;
        ConditionDescription condition = Description.Condition;
        if (condition.Kind != ConditionKind.Labels) throw new PictureException("The model is given pictures, and this is a label map.");
        LabelMap? instances = options.Instances;
        if (instances is not null && (instances.Width, instances.Height) != (labels.Width, labels.Height))
            throw new PictureException($"The instance map has {instances.Width}x{instances.Height} pixels and the label map {labels.Width}x{labels.Height}.");

        // A network that knows boundaries is shown those of the classes where nothing else is known.
        float[] fed = new float[labels.Values.Length * condition.FedChannels];
        PairCutter.Write(labels, condition.Instances ? instances ?? labels : null, fed);
        float[] made = Run(fed, labels.Width, labels.Height, labels, instances, options);
        for (int i = 0; i < made.Length; i++) made[i] = Math.Clamp(0.5f * made[i] + 0.5f, 0, 1);
        return Signed(Picture.FromFloats(made, labels.Width, labels.Height, Channels), options);
    }

    private static LabelScheme? SchemeOf(ConditionDescription condition)
    {
        if (condition.Kind != ConditionKind.Labels) return null;
        Palette? palette = condition.Colours.Count == 0
            ? null
            : new Palette([.. condition.Colours.Zip(condition.Names, (colour, name) => new PaletteEntry(name, colour))]);
        return new LabelScheme(condition.Classes, condition.Void, palette);
    }

    private static bool[] Missing(Picture picture, Picture? mask)
    {
        bool[] missing = new bool[picture.Width * picture.Height];
        if (mask is null && !picture.HasAlpha)
            throw new PictureException("The model fills holes, and nothing says where they are; give a mask, or a picture that is transparent there.");
        Picture says = mask ?? picture;
        if ((says.Width, says.Height) != (picture.Width, picture.Height))
            throw new PictureException($"The mask has {says.Width}x{says.Height} pixels and the picture {picture.Width}x{picture.Height}; they have one size.");
        float[] samples = says.ToFloats();
        for (int i = 0; i < missing.Length; i++)
            missing[i] = mask is null ? samples[(i + 1) * says.Channels - 1] < 0.5f : samples[i * says.Channels] >= 0.5f;
        return missing;
    }

    /// <summary>What the network makes of what is fed: height x width x 3 values of about [-1, 1].</summary>
    private float[] Run(float[] fed, int width, int height, LabelMap? labels, LabelMap? instances, TranslationOptions options)
    {
        TranslationNetwork network = options.Vary ? _network : _still.Value;
        if (options.Style is not null && Description.Style == StyleKind.None)
            throw new PictureException("The model carries no style; leave the style out.");
        int wide = Padded(width, network), high = Padded(height, network), channels = Description.Condition.FedChannels;
        var bindings = new Bindings();
        var given = new Feed("condition", [1, high, wide, channels]);
        bindings.Set(given, Continued(fed, width, height, channels, wide, high));
        var key = new Feed("random", [3], ElementType.Int32);
        bindings.Set(key, (ReadOnlyMemory<int>)RandomStream.Key(options.Seed, 0));

        Tensor? style = Style(network, labels, instances, (width, height), (wide, high), options, bindings);
        Tensor made = network.Translate(given, style, network.InUse(new RandomStream(key))).Slice(1, 0, height).Slice(2, 0, width);
        RunResult result = _device.Run(new Step([made]), bindings);
        return result.Finite ? result[0] : throw new PictureException("The model makes numbers of this that are not finite; it may be damaged.");
    }

    private Tensor? Style(
        TranslationNetwork network, LabelMap? labels, LabelMap? instances, (int Width, int Height) size, (int Width, int Height) padded,
        TranslationOptions options, Bindings bindings)
    {
        if (Description.Style == StyleKind.None) return null;
        if (Description.Style == StyleKind.Adain)
        {
            if (options.Style is not { } picture) return network.MeanStyle!.Value.Reshape([1, Description.StyleSize]);
            double scale = Math.Min(1, LargestStyle / (double)Math.Max(picture.Width, picture.Height));
            int side = 1 << 4;
            Tensor image = Fed(picture, Math.Max(side, (int)(picture.Width * scale)), Math.Max(side, (int)(picture.Height * scale)));
            return network.StyleOf(image, null, 0, Pass.Inference);
        }

        int pixels = padded.Width * padded.Height;
        if (options.Style is { } like)
        {
            int[] segments = new int[size.Width * size.Height];
            PairCutter.Number(instances, labels!, segments);
            int rows = segments.Max() + 1;
            var feed = new Feed("segments", [1, padded.Height, padded.Width], ElementType.Int32);
            float[] numbers = Continued([.. segments.Select(segment => (float)segment)], size.Width, size.Height, 1, padded.Width, padded.Height);
            bindings.Set(feed, (ReadOnlyMemory<int>)numbers.Select(number => (int)number).ToArray());
            return network.StyleOf(Fed(like, padded.Width, padded.Height), feed, rows, Pass.Inference);
        }

        float[] clusters = network.Clusters!.ToArray(), features = new float[size.Width * size.Height * Description.StyleSize];
        for (int i = 0; i < labels!.Values.Length; i++)
        {
            int chosen = CounterRandom.Below(Description.Clusters, options.Seed, StylePurpose, (ulong)labels.Values[i]);
            clusters.AsSpan((labels.Values[i] * Description.Clusters + chosen) * Description.StyleSize, Description.StyleSize)
                .CopyTo(features.AsSpan(i * Description.StyleSize));
        }

        var beside = new Feed("style", [1, padded.Height, padded.Width, Description.StyleSize]);
        bindings.Set(beside, Continued(features, size.Width, size.Height, Description.StyleSize, padded.Width, padded.Height));
        return beside;

        Tensor Fed(Picture picture, int width, int height)
        {
            float[] samples = picture.WithBitDepth(8).Flatten().ToColour().Resize(width, height).ToFloats();
            var image = new Feed("image", [1, height, width, Channels]);
            bindings.Set(image, samples.Select(sample => 2 * sample - 1).ToArray());
            return image;
        }
    }

    private static int Padded(int side, TranslationNetwork network) =>
        Math.Max(network.Shortest, (side + network.Multiple - 1) / network.Multiple * network.Multiple);

    /// <summary>An image whose last column and row go on to a larger size.</summary>
    private static float[] Continued(float[] values, int width, int height, int channels, int wide, int high)
    {
        if ((width, height) == (wide, high)) return values;
        float[] continued = new float[wide * high * channels];
        for (int y = 0; y < high; y++)
        {
            for (int x = 0; x < wide; x++)
            {
                int from = (Math.Min(y, height - 1) * width + Math.Min(x, width - 1)) * channels;
                values.AsSpan(from, channels).CopyTo(continued.AsSpan((y * wide + x) * channels));
            }
        }

        return continued;
    }

    /// <summary>The picture with what made it.</summary>
    private Picture Signed(Picture picture, TranslationOptions options)
    {
        var text = new Dictionary<string, string>(picture.Metadata.Text, StringComparer.Ordinal)
        {
            ["Software"] = $"Mezzotint {typeof(Translator).Assembly.GetName().Version!.ToString(3)}",
            ["Mezzotint weights"] = $"sha256:{WeightsHash}",
            ["Mezzotint settings"] = $"translate, seed {options.Seed}{(options.Vary ? ", dropout on" : "")}",
        };
        if (Name is not null) text["Mezzotint model"] = Name;
        return picture.WithMetadata(picture.Metadata with { Text = text });
    }
}
