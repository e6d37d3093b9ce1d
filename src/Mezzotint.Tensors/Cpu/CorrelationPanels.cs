using System.Globalization;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Where a correlation finds the weight of a tap (y, x) from a source to a destination channel of a group: strides in elements.
/// </summary>
internal readonly record struct WeightStrides(long TapY, long TapX, long Source, long Destination, long Group);

/// <summary>Some taps of a phase: rows and columns.</summary>
internal readonly record struct Taps(int FirstY, int EndY, int FirstX, int EndX);

/// <summary>
/// The weights of a correlation in the order in which the micro-kernel reads them: [phase][section][block of destination channels][row of
/// taps] [step][channel of the block]. A step is a source channel of a tap, or, where lanes run along the depth, a vector of them.
/// </summary>
/// <param name="y">Down.</param>
/// <param name="x">Across.</param>
/// <param name="channels">How channels fill vectors.</param>
/// <param name="strides">Where the weights are found.</param>
/// <param name="tileVectors">Vectors of a block.</param>
/// <param name="merged">Whether the taps of a row of the kernel are one run of steps.</param>
internal sealed unsafe class CorrelationPanels(
    CorrelationAxis y, CorrelationAxis x, CorrelationChannels channels, WeightStrides strides, int tileVectors, bool merged)
{
    private readonly long[] phaseOffsets = PhaseOffsets(y, x, channels, merged);

    /// <summary>Blocks of destination channels of a section.</summary>
    public int Blocks { get; } = Cut.Parts(channels.Vectors, tileVectors);

    /// <summary>Of all panels.</summary>
    public long Floats => phaseOffsets[^1];

    /// <summary>Panels, each of which can be packed by itself.</summary>
    public int Count => (phaseOffsets.Length - 1) * channels.Sections * Blocks;

    /// <summary>What the order depends on: the layer and the width of the tiles, and not the image.</summary>
    public object Form => (channels, strides, tileVectors, merged, TapsOf(y), TapsOf(x));

    /// <summary>Vectors of a block; the last one may have fewer.</summary>
    public int BlockVectors(int block) => Math.Min(tileVectors, channels.Vectors - block * tileVectors);

    /// <summary>Steps of one row of the kernel.</summary>
    public int RowSteps(int phase) => RowSteps(x.Phases[phase % x.Phases.Length], channels, merged);

    /// <summary>Where a panel begins.</summary>
    public long Offset(int phase, int section, int block) =>
        phaseOffsets[phase] + ((long)section * channels.Vectors + (long)block * tileVectors) * channels.Lanes
        * y.Phases[phase / x.Phases.Length].Taps * RowSteps(phase);

    /// <summary>Packs one of all panels to its place among them.</summary>
    public void Pack(int panel, float* from, float* to)
    {
        int block = panel % Blocks, section = panel / Blocks % channels.Sections, phase = panel / Blocks / channels.Sections;
        var all = new Taps(0, y.Phases[phase / x.Phases.Length].Taps, 0, x.Phases[phase % x.Phases.Length].Taps);
        Pack(phase, section, block, all, from, to + Offset(phase, section, block), RowSteps(phase));
    }

    /// <summary>Packs the weights of some taps for a block of channels, each row of taps so many steps after the one before.</summary>
    public void Pack(int phase, int section, int block, in Taps taps, float* from, float* panel, int rowSteps)
    {
        AxisPhase py = y.Phases[phase / x.Phases.Length], px = x.Phases[phase % x.Phases.Length];
        int lanes = channels.Lanes, blockVectors = BlockVectors(block), pitch = blockVectors * lanes;
        int first = channels.Left == TileLeft.Depth ? 0 : block * tileVectors * lanes;
        int count = Math.Min(channels.Left == TileLeft.Depth ? blockVectors : pitch, channels.Destination - first);
        for (int tapY = taps.FirstY; tapY < taps.EndY; tapY++)
        {
            float* row = panel + (long)(tapY - taps.FirstY) * rowSteps * pitch;
            if (channels.Left == TileLeft.Depth) new Span<float>(row, rowSteps * pitch).Clear();
            for (int tapX = taps.FirstX; tapX < taps.EndX; tapX++)
            {
                float* tap = from + (py.FirstTap + tapY * py.TapStep) * strides.TapY + (px.FirstTap + tapX * px.TapStep) * strides.TapX;
                switch (channels.Left)
                {
                    case TileLeft.Broadcast:
                        Panels.Pack(
                            tap + section * strides.Group + first * strides.Destination, strides.Source, strides.Destination,
                            channels.Source, count, row + (long)(tapX - taps.FirstX) * channels.StepsPerTap * pitch, pitch);
                        break;
                    case TileLeft.Depth:
                        int at = merged ? tapX * channels.Source : tapX * channels.StepsPerTap * lanes;
                        for (int c = 0; c < channels.Source; c++)
                        {
                            int position = at + c;
                            float* step = row + (long)(position / lanes) * pitch + position % lanes;
                            for (int o = 0; o < count; o++)
                                step[o * lanes] = tap[section * strides.Group + c * strides.Source + o * strides.Destination];
                        }
                        break;
                    default:
                        for (int c = 0; c < pitch; c++)
                        {
                            int channel = section * channels.Destination + first + c;
                            row[(long)tapX * pitch + c] = channel < channels.AllDestination ? tap[channel * strides.Group] : 0;
                        }
                        break;
                }
            }
        }
    }

    private static int RowSteps(in AxisPhase phase, in CorrelationChannels channels, bool merged) =>
        channels.Left == TileLeft.Depth && merged
            ? Cut.Parts(phase.Taps * channels.Source, channels.Lanes)
            : phase.Taps * channels.StepsPerTap;

    private static long[] PhaseOffsets(CorrelationAxis y, CorrelationAxis x, in CorrelationChannels channels, bool merged)
    {
        var offsets = new long[y.Phases.Length * x.Phases.Length + 1];
        for (int phase = 0; phase + 1 < offsets.Length; phase++)
        {
            offsets[phase + 1] = offsets[phase] + (long)channels.Sections * channels.Vectors * channels.Lanes
                * y.Phases[phase / x.Phases.Length].Taps * RowSteps(x.Phases[phase % x.Phases.Length], channels, merged);
        }
        return offsets;
    }

    private static string TapsOf(CorrelationAxis axis) =>
        string.Join(' ', axis.Phases.Select(phase => string.Create(CultureInfo.InvariantCulture, $"{phase.Taps},{phase.FirstTap},{phase.TapStep}")));
}
