using Mezzotint.Imaging;
using Mezzotint.Inference;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint;

/// <summary>
/// Enlarges pictures with a trained network, or restores them with one of scale 1:
/// <c>Upscaler.Load("photo-x4").Upscale(Picture.Load("in.jpg")).Save("out.png")</c>.
/// </summary>
/// <remarks>
/// One upscaler serves any number of threads at once; they take turns on the device. Pictures of any size are computed in tiles that
/// overlap by the network's receptive field and what shares in its rounding, so memory is bounded and there are no seams: the pixels are
/// those of the picture computed whole, to the bit. A network that takes a statistic of the whole picture computes it whole.
/// <para>
/// Samples of 8 and 16 bits come out as they went in, of any number of channels. A model of as many channels takes them together; a grey
/// model takes any picture channel by channel; a colour model takes grey, and each channel of a picture that is neither grey nor colour, as
/// three equal colours, and the mean of its three results is the result.
/// </para>
/// </remarks>
public sealed class Upscaler
{
    private readonly SuperResolver _network;
    private readonly Device _device;
    private readonly UpscaleOptions _options;
    private readonly TileFit _fit;
    private readonly TileSides _sides;
    private readonly Lazy<string> _weightsHash;

    /// <summary>An upscaler of a network.</summary>
    /// <param name="network">The network, trained.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <param name="options">How much is computed at a time; <see cref="UpscaleOptions.Default"/> when null.</param>
    /// <param name="name">What the model is called in the pictures it makes; null for no name.</param>
    public Upscaler(SuperResolver network, Device? device = null, UpscaleOptions? options = null, string? name = null)
    {
        _network = network;
        _device = device ?? CpuDevice.Shared;
        _options = options ?? UpscaleOptions.Default;
        TileFit? fit = ReceptiveField.Tiles(network.ImageChannels, network.Scale, input => network.Apply(input, Pass.Inference));
        _fit = fit ?? new TileFit(Margin: 0, Grid: 1);
        if (fit is null) _options = _options with { Whole = true, TileSide = null };
        _sides = new TileSides(network, _device, _fit);
        _weightsHash = new Lazy<string>(() => ContentHash.Of(network));
        Name = name;
    }

    /// <summary>What the model is called, or null.</summary>
    public string? Name { get; }

    /// <summary>The SHA-256 of the weights, in hexadecimal: of their names, shapes and values, whatever file they came in.</summary>
    public string WeightsHash => _weightsHash.Value;

    /// <summary>How many times larger pictures become, each way; 1 for a model that restores them at their size.</summary>
    public int Scale => _network.Scale;

    /// <summary>Channels of the pictures that the model was trained with.</summary>
    public int ImageChannels => _network.ImageChannels;

    /// <summary>Loads a model.</summary>
    /// <param name="model">The name of a model that comes with Mezzotint, a file, or the folder of a run.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <param name="options">How much is computed at a time; <see cref="UpscaleOptions.Default"/> when null.</param>
    /// <exception cref="WeightsException">There is no such model, or its file is no good.</exception>
    public static Upscaler Load(string model, Device? device = null, UpscaleOptions? options = null) =>
        new(ModelFile.ReadSuperResolver(ModelLibrary.Find(model)), device, options, Path.GetFileName(Path.TrimEndingDirectorySeparator(model)));

    /// <summary>Refuses what <c>Upscale</c> would refuse, before any pixel is decoded or computed.</summary>
    /// <param name="header">What the file says of itself.</param>
    /// <param name="byRows">Whether the result would go to a file row by row, as <c>UpscaleTo</c> does where the format allows.</param>
    /// <exception cref="PictureException">The model is for other channels, or the picture takes too much memory.</exception>
    public void Check(PictureHeader header, bool byRows = false) => _ = Plan(header, byRows);

    /// <summary>Refuses what <c>UpscaleTo</c> would refuse of a size, before any pixel is decoded or computed.</summary>
    /// <param name="header">What the file says of itself.</param>
    /// <param name="path">The file that the result would go to.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="options">How it would be written.</param>
    /// <exception cref="PictureException">The model is for other channels, the picture takes too much memory, or the format cannot hold
    /// it.</exception>
    public void Check(PictureHeader header, string path, int width, int height, SaveOptions? options = null)
    {
        PictureHeader result = header with { Width = width, Height = height };
        _ = Plan(header, byRows: PictureRows.CanWrite(PictureFormats.FromPath(path)), result);
        result.CheckSave(path, options);
    }

    /// <summary>
    /// A picture <see cref="Scale"/> times as wide and as high, of the same bit depth and channels and with the same metadata, in whose
    /// texts the model is named.
    /// </summary>
    /// <param name="picture">Of any channels that the model takes. Alpha is enlarged by bicubic interpolation; of a grey picture the result
    /// is grey.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two tiles.</param>
    /// <exception cref="PictureException">The model is for other channels, or the picture takes too much memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Picture Upscale(Picture picture, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var (side, channels) = Plan(HeaderOf(picture), byRows: false);
        return (picture.BitDepth == 8
                ? Whole<byte>(picture, side, channels, progress, cancellation)
                : Whole<ushort>(picture, side, channels, progress, cancellation))
            .WithMetadata(Signed(picture, Scale * picture.Width, Scale * picture.Height));
    }

    /// <summary>A picture of any size: enlarged by the network, and resampled (bicubic) from there.</summary>
    /// <param name="picture">Of any channels that the model takes, with or without alpha.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two tiles.</param>
    /// <exception cref="PictureException">The model is for other channels, or the picture takes too much memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Picture Upscale(Picture picture, int width, int height, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        Picture enlarged = Upscale(picture, progress, cancellation);
        return width == enlarged.Width && height == enlarged.Height
            ? enlarged
            : enlarged.Resize(width, height).WithMetadata(Signed(picture, width, height));
    }

    /// <summary>
    /// Enlarges a picture into a file, which appears whole or not at all. A PNG is written as its rows are computed, so that it may be
    /// larger than memory; of other formats the samples are held.
    /// </summary>
    /// <param name="picture">Of any channels that the model takes, with or without alpha.</param>
    /// <param name="path">The file; its extension names the format, and an existing one is replaced.</param>
    /// <param name="options">How to write it.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two tiles.</param>
    /// <exception cref="PictureException">The picture or the format will not do.</exception>
    /// <exception cref="PictureStorageException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void UpscaleTo(
        Picture picture, string path, SaveOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        UpscaleTo(picture, path, checked(picture.Width * Scale), checked(picture.Height * Scale), options, progress, cancellation);

    /// <summary>
    /// Enlarges a picture to any size, by the network and a bicubic resample, into a file, which appears whole or not at all. A PNG is
    /// written as its rows are computed, so that neither it nor what the network makes need fit into memory; of other formats the samples
    /// are held.
    /// </summary>
    /// <param name="picture">Of any channels that the model takes, with or without alpha.</param>
    /// <param name="path">The file; its extension names the format, and an existing one is replaced.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="options">How to write it.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two tiles.</param>
    /// <exception cref="PictureException">The picture or the format will not do.</exception>
    /// <exception cref="PictureStorageException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void UpscaleTo(
        Picture picture, string path, int width, int height, SaveOptions? options = null, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        PictureHeader header = HeaderOf(picture), result = header with { Width = width, Height = height };
        result.CheckSave(path, options);
        if (!PictureRows.CanWrite(PictureFormats.FromPath(path)))
        {
            Upscale(picture, width, height, progress, cancellation).Save(path, options);
            return;
        }

        var (side, channels) = Plan(header, byRows: true, result);
        using var rows = new PictureRows(path, result, Signed(picture, width, height), options);
        if (picture.BitDepth == 8) Enlarge<byte>(picture, side, channels, result, rows.Write, progress, cancellation);
        else Enlarge<ushort>(picture, side, channels, result, rows.Write, progress, cancellation);
        rows.Complete();
    }

    /// <summary>Computes the rows of a result of any size, from the top.</summary>
    private void Enlarge<T>(
        Picture picture, int side, ChannelGroups channels, PictureHeader result, Action<ReadOnlySpan<T>> sink, IProgress<double>? progress,
        CancellationToken cancellation)
        where T : unmanaged
    {
        int width = picture.Width * Scale, height = picture.Height * Scale;
        if ((width, height) != (result.Width, result.Height))
            sink = new RowResampler<T>(width, height, picture.Channels, result.Width, result.Height, sink).Write;
        Of<T>(picture, channels).Run(side, sink, progress, cancellation);
    }

    private static PictureHeader HeaderOf(Picture picture) =>
        new(PictureFormat.Png, picture.Width, picture.Height, picture.Channels, picture.BitDepth, picture.HasAlpha, picture.Pages);

    /// <summary>The side of the tiles for a picture, and how its channels go through the network.</summary>
    private (int Side, ChannelGroups Channels) Plan(PictureHeader picture, bool byRows, PictureHeader? result = null)
    {
        ChannelGroups channels = ChannelGroups.Of(_network.ImageChannels, picture.Channels, picture.HasAlpha) ?? throw new PictureException(
            $"The model is for pictures of {_network.ImageChannels} channels, and this one has {picture.Channels}; use a model for grey or for colour, "
            + "which take any picture.");

        long width = (long)picture.Width * Scale, height = (long)picture.Height * Scale;
        Int128 row = (Int128)width * picture.Channels;
        if (byRows ? row > Array.MaxLength / 2 || height > int.MaxValue : row * height > Array.MaxLength)
        {
            throw new PictureException(
                $"The enlarged picture would have {width:N0} x {height:N0} pixels, too many to be held in memory; "
                + (byRows ? "cut it into parts first." : "save it as PNG, which is written row by row, or cut it into parts first."));
        }

        bool resampled = result is not null && (result.Width, result.Height) != (width, height);
        long beside = !resampled ? 0
            : byRows ? RowResampler.Bytes(picture with { Width = (int)width, Height = (int)height }, result!.Width, result.Height)
            : (long)result!.Width * result.Height * picture.Channels * picture.BitDepth / 8;
        return (_sides.Choose(_options, picture, channels, byRows, beside), channels);
    }

    private Picture Whole<T>(Picture picture, int side, ChannelGroups channels, IProgress<double>? progress, CancellationToken cancellation)
        where T : unmanaged =>
        Picture.Create<T>(picture.Width * Scale, picture.Height * Scale, picture.Channels, picture, samples =>
        {
            int at = 0;
            Of<T>(picture, channels).Run(
                side,
                rows =>
                {
                    rows.CopyTo(samples.Span[at..]);
                    at += rows.Length;
                },
                progress,
                cancellation);
        });

    private Enlargement<T> Of<T>(Picture picture, ChannelGroups channels)
        where T : unmanaged =>
        new(_network, _device, _fit, picture, channels, _options.SelfEnsemble);

    /// <summary>The metadata with what made the picture.</summary>
    private PictureMetadata Signed(Picture picture, int width, int height)
    {
        PictureMetadata metadata = picture.Metadata;
        string version = typeof(Upscaler).Assembly.GetName().Version!.ToString(3), settings = $"scale {Scale}";
        if (_options.SelfEnsemble) settings += ", self-ensemble";
        if ((width, height) != (picture.Width * Scale, picture.Height * Scale)) settings += $", bicubic to {width} x {height}";
        var text = new Dictionary<string, string>(metadata.Text, StringComparer.Ordinal)
        {
            ["Software"] = $"Mezzotint {version}",
            ["Mezzotint weights"] = $"sha256:{WeightsHash}",
            ["Mezzotint settings"] = settings,
        };
        if (Name is not null) text["Mezzotint model"] = Name;
        return metadata with { Text = text };
    }
}
