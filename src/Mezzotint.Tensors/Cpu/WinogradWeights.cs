namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A layer's weights at all points, in the order in which the micro-kernel reads them: [block of destination channels][point][depth]
/// [channel of the block].
/// </summary>
internal sealed unsafe class WinogradWeights(WinogradLayer layer, WeightStrides strides)
{
    /// <summary>Source channels that are packed at a time.</summary>
    public const int PackChannels = 64;

    /// <summary>Of all of them.</summary>
    public long Bytes { get; } = (long)layer.AllPoints * layer.Depth * layer.Vectors * layer.Lanes * sizeof(float);

    /// <summary>What the order depends on: the layer and the width of the vectors, and not the image.</summary>
    public object Form { get; } =
        (layer.Results, layer.Width, strides, layer.SourceChannels, layer.DestinationChannels, layer.Y.Taps, layer.PhaseParts,
            (layer.Y.Parts[0].FirstTap, layer.Y.Parts[0].TapStep), (layer.X.Parts[0].FirstTap, layer.X.Parts[0].TapStep));

    /// <summary>Pieces of them, each of which can be packed by itself.</summary>
    public int Pieces { get; } = layer.Blocks * Cut.Parts(layer.SourceChannels, PackChannels) * layer.Parts;

    /// <summary>Scratch for the taps of the source channels that are packed at a time.</summary>
    public long TapBytes { get; } = ScratchRegion.Align(
        (long)layer.Y.Taps * layer.X.Taps * PackChannels * layer.RegisterVectors * layer.Lanes * sizeof(float));

    /// <summary>Those of a block of channels at a point.</summary>
    public float* Panel(float* prepared, int point, int block) =>
        prepared + BlockOffset(block) + (long)point * layer.Depth * layer.BlockVectors(block) * layer.Lanes;

    /// <summary>Packs a piece to its place among them.</summary>
    public void Pack(int piece, float* from, float* prepared, float* taps)
    {
        int block = piece % layer.Blocks, part = piece / layer.Blocks % layer.Parts, firstSource = piece / layer.Blocks / layer.Parts * PackChannels;
        int pitch = layer.BlockVectors(block) * layer.Lanes;
        int phase = part / layer.PhaseParts, along = part % layer.PhaseParts * layer.SourceChannels + firstSource;
        float* to = Panel(prepared, phase * layer.PartPoints, block) + (long)along * pitch;
        ToPoints(from, part, firstSource, block, taps, to, (long)layer.Depth * pitch);
    }

    /// <summary>
    /// Brings the weights of <see cref="PackChannels"/> source channels of a part, and of a block of destination channels, to all points,
    /// which lie so many elements apart.
    /// </summary>
    public void ToPoints(float* from, int part, int firstSource, int block, float* taps, float* to, long point)
    {
        WinogradAxis y = layer.Y, x = layer.X;
        int sources = Math.Min(PackChannels, layer.SourceChannels - firstSource), pitch = layer.BlockVectors(block) * layer.Lanes;
        int first = block * layer.RegisterVectors * layer.Lanes;
        (WinogradPart py, WinogradPart px) = layer.Part(part);
        for (int tap = 0; tap < y.Taps * x.Taps; tap++)
        {
            int tapY = py.FirstTap + tap / x.Taps * py.TapStep, tapX = px.FirstTap + tap % x.Taps * px.TapStep;
            if (tap / x.Taps >= py.Taps || tap % x.Taps >= px.Taps)
            {
                new Span<float>(taps + (long)tap * sources * pitch, sources * pitch).Clear();
                continue;
            }

            Panels.Pack(
                from + tapY * strides.TapY + tapX * strides.TapX + firstSource * strides.Source + first * strides.Destination,
                strides.Source, strides.Destination, sources, Math.Min(pitch, layer.DestinationChannels - first),
                taps + (long)tap * sources * pitch, pitch);
        }

        long tapPitch = (long)sources * pitch * sizeof(float);
        layer.Transform.OfKernel(
            taps, x.Taps * tapPitch, tapPitch, to, layer.Points * point * sizeof(float), point * sizeof(float),
            (long)sources * layer.BlockVectors(block));
    }

    private long BlockOffset(int block) => (long)layer.AllPoints * layer.Depth * block * layer.RegisterVectors * layer.Lanes;
}
