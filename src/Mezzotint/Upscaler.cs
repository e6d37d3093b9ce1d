using Mezzotint.Imaging;
using Mezzotint.Inference;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint;

/// <summary>
/// Enlarges pictures with a trained network: <c>Upscaler.Load("bicubic-x4").Upscale(Picture.Load("in.jpg")).Save("out.png")</c>.
/// </summary>
/// <remarks>
/// One upscaler serves any number of threads at once; they take turns on the device. Pictures of any size are computed in tiles that overlap by the
/// network's receptive field and what shares in its rounding, so memory is bounded and there are no seams: the pixels are those of the picture computed
/// whole, to the bit.
/// </remarks>
public sealed class Upscaler
{
    /// <summary>The side of what is computed at a time, margins included; smaller tiles take less memory and compute more of the picture twice.</summary>
    private const int ComputedSide = 640;
    private const int SmallestTile = 192;
    private const int BytesPerSample = 8; // a float and the rounded sample, and a share for the file's encoder

    private readonly SuperResolver _network;
    private readonly Device _device;
    private readonly int _margin, _tileSide;

    /// <summary>An upscaler of a network.</summary>
    /// <param name="network">The network, trained.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    public Upscaler(SuperResolver network, Device? device = null)
    {
        _network = network;
        _device = device ?? CpuDevice.Shared;
        TileFit fit = ReceptiveField.Tiles(3, network.Scale, input => network.Apply(input, Pass.Inference))
            ?? throw new ArgumentException("The network takes a statistic of the whole picture, so it cannot enlarge in tiles.", nameof(network));
        _margin = fit.Margin;
        _tileSide = (Math.Max(SmallestTile, ComputedSide - 2 * _margin) + fit.Grid - 1) / fit.Grid * fit.Grid;
    }

    /// <summary>How many times larger pictures become, each way.</summary>
    public int Scale => _network.Scale;

    /// <summary>Loads a model.</summary>
    /// <param name="model">The name of a model that comes with Mezzotint, a file, or the folder of a run.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <exception cref="WeightsException">There is no such model, or its file is no good.</exception>
    public static Upscaler Load(string model, Device? device = null) => new(ModelFile.Read(ModelLibrary.Find(model)), device);

    /// <summary>Refuses what <see cref="Upscale"/> would refuse, before any pixel is decoded or computed.</summary>
    /// <param name="header">What the file says of itself.</param>
    /// <exception cref="PictureException">The picture has channels that are neither grey nor colour, or would become too large.</exception>
    public void Check(PictureHeader header) => Check(header.Width, header.Height, header.Channels, header.HasAlpha);

    /// <summary>A picture <see cref="Scale"/> times as wide and as high, of the same bit depth and channels and with the same metadata.</summary>
    /// <param name="picture">Grey or colour, with or without alpha. Alpha is enlarged by bicubic interpolation; of a grey picture the result is grey.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two tiles.</param>
    /// <exception cref="PictureException">The picture has channels that are neither grey nor colour, or would become too large.</exception>
    public Picture Upscale(Picture picture, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        Check(picture.Width, picture.Height, picture.Channels, picture.HasAlpha);
        int colours = picture.Channels - (picture.HasAlpha ? 1 : 0), width = picture.Width * Scale, height = picture.Height * Scale;
        float[] samples = picture.ToFloats();
        var enlarged = new float[(long)width * height * picture.Channels];
        long done = 0, pixels = (long)picture.Width * picture.Height;
        foreach (Tile tile in Tiling.Cut(picture.Width, picture.Height, _tileSide, _margin))
        {
            cancellation.ThrowIfCancellationRequested();
            Run(tile, samples, picture.Width, picture.Channels, colours, enlarged);
            done += (long)tile.Width * tile.Height;
            progress?.Report((double)done / pixels);
        }

        if (picture.HasAlpha) EnlargeAlpha(picture, width, height, enlarged);
        return Picture.FromFloats(enlarged, width, height, picture.Channels, picture.BitDepth, picture);
    }

    private void Check(int width, int height, int channels, bool hasAlpha)
    {
        if (channels - (hasAlpha ? 1 : 0) is not (1 or 3))
        {
            throw new PictureException(
                $"The model enlarges grey and colour pictures, and this one has {channels} channels; split it into such pictures.");
        }

        long enlargedWidth = (long)width * Scale, enlargedHeight = (long)height * Scale;
        Int128 samples = (Int128)enlargedWidth * enlargedHeight * channels;
        if (samples > Array.MaxLength || samples * BytesPerSample > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            throw new PictureException(
                $"The enlarged picture would have {enlargedWidth:N0} x {enlargedHeight:N0} pixels, too many for this machine's memory; "
                + "cut it into parts first.");
        }
    }

    private void Run(Tile tile, float[] samples, int pictureWidth, int channels, int colours, float[] enlarged)
    {
        Tensor input = Tensor.Of([1, tile.InputHeight, tile.InputWidth, 3], Cut(tile, samples, pictureWidth, channels, colours));
        Tensor output = _network.Apply(input, Pass.Inference)
            .Slice(1, tile.Top * Scale, tile.Height * Scale)
            .Slice(2, tile.Left * Scale, tile.Width * Scale);
        float[] core = _device.Evaluate(colours == 1 ? output.Mean(3) : output);

        int rowSamples = tile.Width * Scale;
        for (int y = 0; y < tile.Height * Scale; y++)
        {
            long to = (((long)tile.Y * Scale + y) * ((long)pictureWidth * Scale) + (long)tile.X * Scale) * channels;
            for (int x = 0; x < rowSamples; x++)
                for (int c = 0; c < colours; c++)
                    enlarged[to + (long)x * channels + c] = Math.Clamp(core[(y * rowSamples + x) * colours + c], 0, 1);
        }
    }

    /// <summary>The part of the picture that a tile reads, as colour.</summary>
    private static float[] Cut(Tile tile, float[] samples, int pictureWidth, int channels, int colours)
    {
        var input = new float[tile.InputHeight * tile.InputWidth * 3];
        int at = 0;
        for (int y = 0; y < tile.InputHeight; y++)
        {
            long from = ((long)(tile.InputY + y) * pictureWidth + tile.InputX) * channels;
            for (int x = 0; x < tile.InputWidth; x++, from += channels)
                for (int c = 0; c < 3; c++)
                    input[at++] = samples[from + (colours == 1 ? 0 : c)];
        }

        return input;
    }

    private static void EnlargeAlpha(Picture picture, int width, int height, float[] enlarged)
    {
        int channels = picture.Channels;
        float[] all = picture.ToFloats();
        var alpha = new float[(long)picture.Width * picture.Height];
        for (int i = 0; i < alpha.Length; i++) alpha[i] = all[i * channels + channels - 1];
        float[] larger = Picture.FromFloats(alpha, picture.Width, picture.Height, 1, picture.BitDepth).Resize(width, height).ToFloats();
        for (int i = 0; i < larger.Length; i++) enlarged[i * channels + channels - 1] = larger[i];
    }
}
