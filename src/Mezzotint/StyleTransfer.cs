using Mezzotint.Imaging;
using Mezzotint.Inference;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint;

/// <summary>
/// Paints pictures in the style of another (Huang and Belongie 2017, "Arbitrary Style Transfer in Real-time with Adaptive Instance
/// Normalization"): the content's features get the mean and deviation of the style's and are decoded. Pictures are of any size and computed
/// whole, since every pixel depends on all.
/// </summary>
public sealed class StyleTransfer
{
    private const int SmallestSide = 2 * PerceptualEncoder.Reduction; // features are mirrored at their edges, which takes two of them
    private const string Layer = "relu3_1";

    private readonly PerceptualEncoder _encoder;
    private readonly PerceptualDecoder _decoder;
    private readonly Device _device;

    /// <summary>A transfer by trained networks.</summary>
    /// <param name="encoder">What sees.</param>
    /// <param name="decoder">What paints what the encoder sees.</param>
    /// <param name="device">Where they run; null for the CPU.</param>
    public StyleTransfer(PerceptualEncoder encoder, PerceptualDecoder decoder, Device? device = null) =>
        (_encoder, _decoder, _device) = (encoder, decoder, device ?? CpuDevice.Shared);

    /// <summary>Loads a transfer.</summary>
    /// <param name="encoder">The file of the normalised VGG-19 up to relu3_1 (<c>vgg_normalised_conv3_1</c>).</param>
    /// <param name="decoder">The file of its decoder (<c>feature_invertor_conv3_1</c>, or one trained for this transfer).</param>
    /// <param name="device">Where they run; null for the CPU.</param>
    /// <exception cref="WeightsException">A file is missing, broken, or of another network.</exception>
    public static StyleTransfer Load(string encoder, string decoder, Device? device = null) =>
        new(FeatureNetworks.ReadEncoder(encoder), FeatureNetworks.ReadDecoder(decoder), device);

    /// <summary>
    /// A picture in the style of another: of the content's size, depth, channels (grey becomes colour), alpha and metadata.
    /// </summary>
    /// <param name="content">What is painted.</param>
    /// <param name="style">How; of any size.</param>
    /// <param name="options">How much of it; <see cref="StyleOptions.Default"/> when null.</param>
    /// <exception cref="PictureException">A picture is smaller than 8 pixels a side, of channels that are no colours, or too large for the
    /// memory.</exception>
    public Picture Apply(Picture content, Picture style, StyleOptions? options = null)
    {
        options ??= StyleOptions.Default;
        if (options.Strength is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.Strength, "A style's strength is from 0 to 1.");
        (float[] pixels, float[]? alpha) = Colours(content, "content");
        float[] stylePixels = Colours(style, "style").Pixels;
        if (options.PreserveColour) stylePixels = ColourTransfer.Apply(stylePixels, like: pixels);
        float[] painted = Paint(pixels, content.Width, content.Height, Statistics(stylePixels, style.Width, style.Height), options.Strength);
        if (alpha is null) return Picture.FromFloats(painted, content.Width, content.Height, 3, content.BitDepth, content);

        var samples = new float[alpha.Length * 4];
        for (int i = 0; i < alpha.Length; i++)
        {
            painted.AsSpan(3 * i, 3).CopyTo(samples.AsSpan(4 * i));
            samples[4 * i + 3] = alpha[i];
        }

        return Picture.FromFloats(samples, content.Width, content.Height, 4, content.BitDepth, content.ToColour());
    }

    /// <summary>Red, green and blue of a picture in [0, 1], interleaved, and its alpha if it has any.</summary>
    private static (float[] Pixels, float[]? Alpha) Colours(Picture picture, string role)
    {
        if (picture.Width < SmallestSide || picture.Height < SmallestSide)
            throw new PictureException($"The {role} has {picture.Width} x {picture.Height} pixels, and {SmallestSide} a side are the least; enlarge it first.");
        int colours = picture.Channels - (picture.HasAlpha ? 1 : 0);
        if (colours is not (1 or 3))
            throw new PictureException($"The {role} has {colours} channels, and grey and colour pictures have a style; split it into such pictures.");
        float[] samples = picture.ToFloats();
        int count = picture.Width * picture.Height;
        float[] pixels = new float[3 * count];
        float[]? alpha = picture.HasAlpha ? new float[count] : null;
        for (int i = 0; i < count; i++)
        {
            for (int c = 0; c < 3; c++) pixels[3 * i + c] = samples[i * picture.Channels + (colours == 1 ? 0 : c)];
            if (alpha is not null) alpha[i] = samples[i * picture.Channels + colours];
        }

        return (pixels, alpha);
    }

    /// <summary>The mean and deviation of each channel of the style's features.</summary>
    private (float[] Mean, float[] Deviation) Statistics(float[] style, int width, int height)
    {
        var feed = new Feed("style", [1, height, width, 3]);
        (Tensor mean, Tensor deviation) = AdaIN.Statistics(_encoder.Features(feed, Layer)[0]);
        RunResult result = Run(new Step([mean, deviation]), new Bindings().Set(feed, style), width, height);
        return (result[0], result[1]);
    }

    private float[] Paint(float[] content, int width, int height, (float[] Mean, float[] Deviation) style, float strength)
    {
        // Sides become multiples of what the encoder divides them by; the mirrored rest is cut off again.
        int fullWidth = Whole(width), fullHeight = Whole(height);
        var feed = new Feed("content", [1, fullHeight, fullWidth, 3]);
        Tensor seen = _encoder.Features(feed, Layer)[0];
        Tensor mean = Tensor.Of([1, 1, 1, style.Mean.Length], style.Mean), deviation = Tensor.Of([1, 1, 1, style.Mean.Length], style.Deviation);
        Tensor styled = AdaIN.Of(seen, mean, deviation);
        Tensor mixed = strength == 1 ? styled : strength * styled + (1 - strength) * seen;
        Tensor image = _decoder.Apply(mixed, Pass.Inference).Slice(1, 0, height).Slice(2, 0, width);
        float[] mirrored = Mirrored(content, width, height, fullWidth, fullHeight);
        return Run(new Step([image]), new Bindings().Set(feed, mirrored), width, height)[0];
    }

    private RunResult Run(Step step, Bindings bindings, int width, int height)
    {
        Plan plan = _device.Plan(step);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return plan.Cost.PeakBytes <= available
            ? plan.Run(bindings)
            : throw new PictureException(
                $"A picture of {width} x {height} pixels takes {plan.Cost.PeakBytes / 1e6:N0} MB here, and there are {available / 1e6:N0}; reduce it first.");
    }

    private static int Whole(int side) => (side + PerceptualEncoder.Reduction - 1) / PerceptualEncoder.Reduction * PerceptualEncoder.Reduction;

    private static float[] Mirrored(float[] pixels, int width, int height, int fullWidth, int fullHeight)
    {
        if (fullWidth == width && fullHeight == height) return pixels;
        var full = new float[3 * fullWidth * fullHeight];
        for (int y = 0; y < fullHeight; y++)
        {
            int fromY = y < height ? y : 2 * height - 2 - y;
            for (int x = 0; x < fullWidth; x++)
                pixels.AsSpan(3 * (fromY * width + (x < width ? x : 2 * width - 2 - x)), 3).CopyTo(full.AsSpan(3 * (y * fullWidth + x)));
        }

        return full;
    }
}
