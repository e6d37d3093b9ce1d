using System.Drawing;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Inference;

/// <summary>
/// One picture on its way through a network: tile by tile, and out in bands of whole rows, from the top, so that neither the floats nor all
/// of the samples of a large result are ever in memory together. With a self-ensemble it goes eight times, in every orientation, tile by tile.
/// </summary>
/// <typeparam name="T">The type of its samples, byte or ushort.</typeparam>
internal sealed class Enlargement<T>
    where T : unmanaged
{
    /// <summary>Floats that tiles may leave behind until they are collected, where memory is scarce.</summary>
    private const long GarbageBytes = 64 << 20;

    private readonly SuperResolver _network;
    private readonly Device _device;
    private readonly TileFit _fit;
    private readonly Picture _picture;
    private readonly Picture? _alpha;
    private readonly ChannelGroups _channels;
    private readonly IReadOnlyList<Orientation> _orientations;
    private long _garbage;

    public Enlargement(SuperResolver network, Device device, TileFit fit, Picture picture, ChannelGroups channels, bool selfEnsemble)
    {
        (_network, _device, _fit, _picture, _channels) = (network, device, fit, picture, channels);
        _alpha = channels.Alpha ? picture.Channel(picture.Channels - 1) : null;
        _orientations = selfEnsemble ? Orientation.All : [default];
    }

    private Size PictureSize => new(_picture.Width, _picture.Height);

    /// <summary>Computes the picture.</summary>
    /// <param name="side">The side of the tiles.</param>
    /// <param name="sink">Receives the result: whole rows, from the top.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends the work between two tiles.</param>
    public void Run(int side, Action<ReadOnlySpan<T>> sink, IProgress<double>? progress, CancellationToken cancellation)
    {
        int scale = _network.Scale, row = _picture.Width * scale * _picture.Channels;
        var band = new T[checked((long)row * Math.Min(side, _picture.Height) * scale)];
        long done = 0, all = (long)_picture.Width * _picture.Height * _channels.Groups * _orientations.Count;
        foreach (Rectangle core in Tiling.Cut(PictureSize, side))
        {
            for (int first = 0; first < _channels.Groups * _channels.Size; first += _channels.Size)
            {
                float[] sum = [];
                foreach (Orientation orientation in _orientations)
                {
                    cancellation.ThrowIfCancellationRequested();
                    float[] made = Make(core, first, orientation);
                    if (sum.Length == 0) sum = made;
                    else for (int i = 0; i < sum.Length; i++) sum[i] += made[i];
                    done += (long)core.Width * core.Height;
                    progress?.Report((double)done / all);
                }

                Place(sum, core, first, band, row);
            }

            if (core.Right == _picture.Width)
            {
                Span<T> rows = band.AsSpan(0, core.Height * scale * row);
                if (_alpha is not null) EnlargeAlpha(core.Y * scale, rows);
                sink(rows);
            }
        }
    }

    /// <summary>What the network makes of the picture's channels from a first one on where the picture lies in another way, turned back.</summary>
    private float[] Make(Rectangle core, int first, Orientation orientation)
    {
        int scale = _network.Scale;
        Tile tile = Tiling.Around(orientation.Turn(core, PictureSize), orientation.Turn(PictureSize), _fit);
        Size size = tile.Core.Size * scale;
        Tensor input = Tensor.Of([1, tile.Input.Height, tile.Input.Width, _network.ImageChannels], Cut(tile.Input, first, orientation));
        Tensor output = _network.Apply(input, Pass.Inference)
            .Slice(1, tile.Top * scale, size.Height)
            .Slice(2, tile.Left * scale, size.Width);
        float[] made = Turn(orientation.Inverse, _device.Evaluate(_channels.Repeated > 1 ? output.Mean(3) : output), size, _channels.Size);
        Collect(4L * sizeof(float) * made.Length + sizeof(float) * input.Shape.Count);
        return made;
    }

    /// <summary>Puts the mean of a tile's orientations where it belongs in the rows.</summary>
    private void Place(float[] sum, Rectangle core, int first, T[] band, int row)
    {
        int scale = _network.Scale, width = core.Width * scale, height = core.Height * scale, channels = _picture.Channels, size = _channels.Size;
        var samples = new T[sum.Length];
        for (int i = 0; i < sum.Length; i++) sum[i] /= _orientations.Count; // by one: the same bits
        CopyTo(Picture.FromFloats(sum, width, height, size, _picture.BitDepth), samples);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<T> from = samples.AsSpan(y * width * size, width * size);
            Span<T> to = band.AsSpan(y * row + core.X * scale * channels, width * channels);
            if (channels == size)
            {
                from.CopyTo(to);
                continue;
            }

            for (int x = 0; x < width; x++) from.Slice(x * size, size).CopyTo(to[(x * channels + first)..]);
        }
    }

    /// <summary>
    /// Large arrays are not collected for as long as memory seems plentiful, and those of a few tiles would be more than everything else.
    /// </summary>
    private void Collect(long bytes)
    {
        _garbage += bytes;
        if (_garbage < GarbageBytes) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        _garbage = 0;
    }

    /// <summary>A part of the turned picture, with the channels that the network takes.</summary>
    private float[] Cut(Rectangle part, int first, Orientation orientation)
    {
        int channels = _picture.Channels, size = _channels.Size, repeated = _channels.Repeated;
        Rectangle source = orientation.Inverse.Turn(part, orientation.Turn(PictureSize));
        var samples = new float[source.Height * source.Width * channels];
        _picture.CopyTo(source.X, source.Y, source.Width, source.Height, samples);
        samples = Turn(orientation, samples, source.Size, channels);
        if (channels == size * repeated) return samples;
        var input = new float[samples.Length / channels * size * repeated];
        for (int from = first, to = 0; from < samples.Length; from += channels)
            for (int c = 0; c < size; c++)
                for (int time = 0; time < repeated; time++)
                    input[to++] = samples[from + c];
        return input;
    }

    private static float[] Turn(Orientation orientation, float[] samples, Size size, int channels)
    {
        if (orientation == default) return samples;
        var turned = new float[samples.Length];
        orientation.Turn<float>(samples, size, channels, turned);
        return turned;
    }

    private void EnlargeAlpha(int top, Span<T> rows)
    {
        int width = _picture.Width * _network.Scale, channels = _picture.Channels;
        var alpha = new T[rows.Length / channels];
        CopyTo(_alpha!.ResizeRows(width, _picture.Height * _network.Scale, top, alpha.Length / width), alpha);
        for (int i = 0; i < alpha.Length; i++) rows[i * channels + channels - 1] = alpha[i];
    }

    private static void CopyTo(Picture picture, T[] samples)
    {
        if (samples is byte[] bytes) picture.CopyTo(bytes.AsSpan());
        else picture.CopyTo(((ushort[])(object)samples).AsSpan());
    }
}
