using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Inference;

/// <summary>
/// One picture on its way through a network: tile by tile, and out in bands of whole rows, from the top, so that neither the floats nor all
/// of the samples of a large result are ever in memory together.
/// </summary>
/// <typeparam name="T">The type of its samples, byte or ushort.</typeparam>
internal sealed class Enlargement<T>
    where T : unmanaged
{
    /// <summary>Floats that tiles may leave behind until they are collected, where memory is scarce.</summary>
    private const long GarbageBytes = 64 << 20;

    private readonly SuperResolver _network;
    private readonly Device _device;
    private readonly Picture _picture;
    private readonly Picture? _alpha;
    private readonly ChannelGroups _channels;
    private long _garbage;

    public Enlargement(SuperResolver network, Device device, Picture picture, ChannelGroups channels)
    {
        (_network, _device, _picture, _channels) = (network, device, picture, channels);
        _alpha = channels.Alpha ? picture.Channel(picture.Channels - 1) : null;
    }

    /// <summary>Computes the picture.</summary>
    /// <param name="side">The side of the tiles.</param>
    /// <param name="margin">What is computed around them.</param>
    /// <param name="sink">Receives the result: whole rows, from the top.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends the work between two tiles.</param>
    public void Run(int side, int margin, Action<ReadOnlySpan<T>> sink, IProgress<double>? progress, CancellationToken cancellation)
    {
        int scale = _network.Scale, row = _picture.Width * scale * _picture.Channels;
        var band = new T[checked((long)row * Math.Min(side, _picture.Height) * scale)];
        long done = 0, pixels = (long)_picture.Width * _picture.Height;
        foreach (Tile tile in Tiling.Cut(_picture.Width, _picture.Height, side, margin))
        {
            cancellation.ThrowIfCancellationRequested();
            for (int group = 0; group < _channels.Groups; group++) Run(tile, group * _channels.Size, band, row);
            done += (long)tile.Width * tile.Height;
            if (tile.X + tile.Width == _picture.Width)
            {
                Span<T> rows = band.AsSpan(0, tile.Height * scale * row);
                if (_alpha is not null) EnlargeAlpha(tile.Y * scale, rows);
                sink(rows);
            }

            progress?.Report((double)done / pixels);
        }
    }

    /// <summary>Computes the channels from a first one on.</summary>
    private void Run(Tile tile, int first, T[] band, int row)
    {
        int scale = _network.Scale, width = tile.Width * scale, height = tile.Height * scale, channels = _picture.Channels, size = _channels.Size;
        Tensor input = Tensor.Of([1, tile.InputHeight, tile.InputWidth, _network.ImageChannels], Cut(tile, first));
        Tensor output = _network.Apply(input, Pass.Inference)
            .Slice(1, tile.Top * scale, height)
            .Slice(2, tile.Left * scale, width);
        float[] core = _device.Evaluate(_channels.Repeated > 1 ? output.Mean(3) : output);
        var samples = new T[core.Length];
        CopyTo(Picture.FromFloats(core, width, height, size, _picture.BitDepth), samples);

        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<T> from = samples.AsSpan(y * width * size, width * size);
            Span<T> to = band.AsSpan(y * row + tile.X * scale * channels, width * channels);
            if (channels == size)
            {
                from.CopyTo(to);
                continue;
            }

            for (int x = 0; x < width; x++) from.Slice(x * size, size).CopyTo(to[(x * channels + first)..]);
        }

        Collect(2L * sizeof(float) * core.Length + sizeof(float) * input.Shape.Count);
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

    /// <summary>The part of the picture that a tile reads, with the channels that the network takes.</summary>
    private float[] Cut(Tile tile, int first)
    {
        int channels = _picture.Channels, size = _channels.Size, repeated = _channels.Repeated;
        var samples = new float[tile.InputHeight * tile.InputWidth * channels];
        _picture.CopyTo(tile.InputX, tile.InputY, tile.InputWidth, tile.InputHeight, samples);
        if (channels == size * repeated) return samples;
        var input = new float[tile.InputHeight * tile.InputWidth * size * repeated];
        for (int from = first, to = 0; from < samples.Length; from += channels)
            for (int c = 0; c < size; c++)
                for (int time = 0; time < repeated; time++)
                    input[to++] = samples[from + c];
        return input;
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
