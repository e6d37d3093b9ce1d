using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Inference;

/// <summary>
/// Chooses the side of the tiles so that a run stays within its memory, which the plans of the tiles tell before anything runs.
/// </summary>
internal sealed class TileSides(SuperResolver network, Device device, TileFit fit)
{
    /// <summary>
    /// The side of what is computed at a time, margins included; smaller tiles take less memory and compute more of the picture twice.
    /// </summary>
    private const int ComputedSide = 640;
    private const int SmallestDefault = 192;

    /// <summary>What a program with this library takes before it holds a picture: the runtime, its compiled code, libvips.</summary>
    private const long ProgramBytes = 160L << 20;

    /// <summary>The side of the tiles for a picture.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="picture">The picture's size and kind.</param>
    /// <param name="channels">How its channels go through the network.</param>
    /// <param name="byRows">Whether the result goes to a file row by row; else it is held, and once more while it is encoded.</param>
    /// <param name="beside">Bytes that something else takes, a resample.</param>
    /// <exception cref="PictureException">No tile is small enough.</exception>
    public int Choose(UpscaleOptions options, PictureHeader picture, ChannelGroups channels, bool byRows, long beside)
    {
        int largest = LargestSide(options, picture);
        long available = (options.Memory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes) - beside;
        if (options.Memory is null || options.Whole || options.TileSide is not null)
        {
            Refuse(largest);
            return largest;
        }

        int smallest = Math.Min(fit.Grid, largest);
        Refuse(smallest);
        // The largest multiple of the grid that fits: bytes grow with the side.
        int fits = smallest, tooLarge = largest + fit.Grid;
        if (Bytes(largest, options, picture, channels, byRows) <= available) return largest;
        while (tooLarge - fits > fit.Grid)
        {
            int middle = fits + (tooLarge - fits) / (2 * fit.Grid) * fit.Grid;
            if (Bytes(middle, options, picture, channels, byRows) <= available) fits = middle;
            else tooLarge = middle;
        }

        return fits;

        void Refuse(int side)
        {
            long needed = Bytes(side, options, picture, channels, byRows);
            if (needed <= available) return;
            string way = options.Memory is not null && options.TileSide is null && !options.Whole && byRows
                ? needed < 2 * ProgramBytes
                    ? $"allow as much: {Megabytes(ProgramBytes):N0} of it are the program itself"
                    : "allow as much, or cut the picture into parts first"
                : byRows ? "leave the tiles to be chosen, or cut it into parts first" : "save it as PNG, or cut it into parts first";
            throw new PictureException(
                $"Enlarged to {(long)picture.Width * network.Scale:N0} x {(long)picture.Height * network.Scale:N0} pixels the picture takes "
                + $"{Megabytes(needed + beside):N0} MB of memory, and there are {Megabytes(available + beside):N0}; {way}.");
        }
    }

    /// <summary>What a run takes at the most.</summary>
    private long Bytes(int side, UpscaleOptions options, PictureHeader picture, ChannelGroups channels, bool byRows)
    {
        int scale = network.Scale, sampleBytes = picture.BitDepth / 8;
        int width = Math.Min(side, picture.Width), height = Math.Min(side, picture.Height);
        long samples = (long)picture.Width * picture.Height * picture.Channels * sampleBytes;
        long band = (long)picture.Width * scale * height * scale * picture.Channels * sampleBytes;
        // Of a picture that is turned, tiles begin within squares of the grid, and what is turned back and the sum so far are held too.
        int read = side + 2 * fit.Margin + (options.SelfEnsemble ? fit.Grid : 0), floats = options.SelfEnsemble ? 4 : 2;
        long core = (long)width * height * scale * scale * channels.Size * (floats * sizeof(float) + 2 * sampleBytes);
        int inputWidth = Math.Min(read, picture.Width), inputHeight = Math.Min(read, picture.Height);
        long input = (long)inputWidth * inputHeight * (network.ImageChannels + (options.SelfEnsemble ? 3 : 2) * picture.Channels) * sizeof(float);
        long plan = Plan(inputWidth, inputHeight, width, height);
        if (options.SelfEnsemble) plan = Math.Max(plan, Plan(inputHeight, inputWidth, height, width));
        return ProgramBytes + samples + (channels.Alpha ? samples : 0) + band + (byRows ? 0 : 2 * samples * scale * scale) + core + input + plan;

        long Plan(int inputWidth, int inputHeight, int width, int height)
        {
            Tensor image = new Feed("image", [1, inputHeight, inputWidth, network.ImageChannels]);
            Tensor output = network.Apply(image, Pass.Inference).Slice(1, 0, height * scale).Slice(2, 0, width * scale);
            PlanCost cost = device.Plan(new Step([channels.Repeated > 1 ? output.Mean(3) : output])).Cost;
            return cost.DeviceBytes + cost.VariableBytes;
        }
    }

    private int LargestSide(UpscaleOptions options, PictureHeader picture)
    {
        if (options.TileSide is < 1) throw new ArgumentOutOfRangeException(nameof(options), options.TileSide, "A tile has a side of at least one pixel.");
        int whole = Math.Max(picture.Width, picture.Height);
        int wanted = options.Whole ? whole
            : Math.Min(whole, options.TileSide ?? Math.Max(SmallestDefault, ComputedSide - 2 * fit.Margin));
        return checked((wanted + fit.Grid - 1) / fit.Grid * fit.Grid);
    }

    private static double Megabytes(long bytes) => bytes / 1e6;
}
