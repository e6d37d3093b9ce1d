namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The convolution of an image with weights, and its gradient by its input, which is the same with other taps. Phase 0 packs the weights in
/// the order in which the micro-kernel reads them; in phase 1 a task copies a band of the source, with its padding, to its scratch, and
/// runs tiles over it. Many weights that are used for a few pixels once, as in training, are packed a few taps at a time by the task that
/// multiplies with them, and never reach memory. Each result is one chain of multiply-adds in the order tap row, tap column, source channel
/// (for narrow outputs, one chain a lane), whatever the tiling, so it does not depend on the image around it. Operands: source, weights,
/// destination, then those of the epilogue.
/// </summary>
internal abstract unsafe class Correlation : Kernel
{
    /// <summary>What the weights that are in use at a time may take of a second-level cache.</summary>
    private const long PanelBytes = 200 << 10;

    /// <summary>
    /// Bytes of packed weights from which, and pixels of a phase and bands up to which, they are packed where they are used, if they are
    /// not kept.
    /// </summary>
    private const long FreshBytes = 1 << 20;
    private const int MostFreshPixels = 16, MostFreshBands = 2;

    private readonly CorrelationAxis y, x;
    private readonly CorrelationChannels channels;
    private readonly VectorWidth width;
    private readonly TileCache cache;
    private readonly Epilogue? epilogue;
    private readonly ImagePitches sourcePitches;
    private readonly bool inPlace;               // the source is read where it is
    private readonly bool merged;                // the taps of a row of the kernel are one run of steps
    private readonly bool direct;                // tiles go straight to the destination
    private readonly int pixelPitch;             // of the source as tiles see it, in elements
    private readonly long rowPitch, imagePitch;
    private readonly TileChoice tile;
    private readonly int usualSteps;             // that a tile makes without a jump in the source, or an even part of them
    private readonly CorrelationPanels panels;
    private readonly CorrelationBands bands;
    private readonly bool fresh;                 // weights are packed where they are used
    private readonly int freshTaps;              // of a row of the kernel at a time
    private readonly long sourceScratch, rawScratch, panelScratch;
    private readonly TileFunction?[] functions;

    protected Correlation(
        CorrelationAxis y, CorrelationAxis x, int batch, int groups, int sourcePerGroup, int destinationPerGroup, WeightStrides weights,
        VectorWidth width, TileCache? cache, Epilogue? epilogue, ImagePitches? pitches, bool keepsWeights, bool onGrid)
    {
        this.y = y;
        this.x = x;
        this.width = width;
        this.epilogue = epilogue;
        this.cache = cache ?? TileCache.Shared;
        int mostTaps = x.Phases.Max(phase => phase.Taps);
        channels = CorrelationChannels.Of(groups, sourcePerGroup, destinationPerGroup, mostTaps, width);
        sourcePitches = pitches ?? ImagePitches.Dense(y.Source, x.Source, channels.AllSource);
        inPlace = channels.Left == TileLeft.Broadcast && y.StaysInside && x.StaysInside && IsReadWell(sourcePitches);
        pixelPitch = inPlace
            ? (int)sourcePitches.Pixel
            : channels.Source + (channels.Left != TileLeft.Columns && Collides(channels.Source) ? 16 : 0);
        merged = x.Dilation == 1 && pixelPitch == channels.Source;
        tile = TileChoice.Best(width, channels.Left, y, x, batch, channels.Vectors, channels.StepsPerTap);
        panels = new CorrelationPanels(y, x, channels, weights, tile.Vectors, merged);
        usualSteps = merged && channels.StepsPerTap < TileSpec.DefaultUnroll
            ? Enumerable.Range(0, x.Phases.Length).Max(panels.RowSteps) : channels.StepsPerTap;
        direct = epilogue is null && (channels.Left == TileLeft.Depth ||
            (channels.Destination % channels.Lanes == 0 && channels.AllDestination % channels.Destination == 0));
        bands = new CorrelationBands(y, x, batch, channels, tile, panels, inPlace ? 0 : pixelPitch, direct ? 0 : RawPitch, onGrid);

        fresh = !keepsWeights && channels.Left == TileLeft.Broadcast && panels.Floats * sizeof(float) > FreshBytes
            && batch * y.Count * x.Count <= MostFreshPixels && bands.Count <= MostFreshBands;
        long tapBytes = (long)channels.StepsPerTap * tile.Vectors * channels.Lanes * sizeof(float);
        freshTaps = (int)Math.Clamp(PanelBytes / tapBytes, 1, mostTaps);

        rowPitch = inPlace ? sourcePitches.Row : (long)x.Span(bands.Columns) * pixelPitch;
        imagePitch = inPlace ? sourcePitches.Image : y.Span(bands.Rows) * rowPitch;
        sourceScratch = inPlace ? 0 : ScratchRegion.Align((bands.Images * imagePitch + ImageBand.Slack) * sizeof(float));
        rawScratch = direct ? 0 : ScratchRegion.Align(
            (long)bands.Images * bands.Rows * y.Phases.Length * bands.Columns * x.Phases.Length * RawPitch * sizeof(float));
        panelScratch = fresh ? freshTaps * tapBytes : 0;
        functions = new TileFunction?[2 * (tile.Outer + 1) * (tile.Inner + 1)];
    }

    /// <inheritdoc/>
    public override string Algorithm => "direct";

    public sealed override (int Rows, int Columns)? Grid => (1, CorrelationBands.GridColumns);

    public sealed override int Phases => fresh ? 1 : 2;

    public sealed override int PreparedOperand => fresh ? -1 : 1;

    public sealed override long PreparedBytes => fresh ? 0 : Math.Max(panels.Floats, 16) * sizeof(float);

    public sealed override object? PreparedForm => panels.Form;

    public sealed override long ScratchBytes => sourceScratch + rawScratch + panelScratch;

    public sealed override int TaskCount(int phase) => phase < Phases - 1 ? panels.Count : bands.Tasks;

    public sealed override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        if (phase < Phases - 1) panels.Pack(task, arguments.Operands[1], (float*)arguments.Prepared);
        else Compute(bands[task], arguments, scratch);
    }

    /// <summary>Whether pixels so many channels apart fall on the same few sets of a first-level cache.</summary>
    private bool Collides(long pitch) => x.Stride * pitch * sizeof(float) % 2048 == 0;

    /// <summary>Whether tiles may read a source where it is: it collides nowhere, and its pitches go into an instruction.</summary>
    private bool IsReadWell(ImagePitches source) =>
        !Collides(source.Pixel) && Math.Max(Math.Max(source.Image, y.Stride * source.Row), x.Stride * source.Pixel) <= int.MaxValue / sizeof(float);

    /// <summary>Elements of a pixel of raw results.</summary>
    private int RawPitch => channels.Left == TileLeft.Depth ? tile.Vectors : tile.Vectors * channels.Lanes;

    private void Compute(in CorrelationBand band, in KernelArguments arguments, byte* scratch)
    {
        // Source position (0, 0) of the first image, as tiles see it.
        float* source;
        if (inPlace)
        {
            source = arguments.Operands[0] + band.FirstImage * imagePitch + band.Section * channels.Source;
        }
        else
        {
            int top = band.FirstRow * y.Stride + y.LowestOrigin, left = band.FirstColumn * x.Stride + x.LowestOrigin;
            var copy = new ImageBand(
                y.Source, x.Source, channels.AllSource, sourcePitches, band.Section * channels.Source, channels.Source,
                pixelPitch, rowPitch, imagePitch);
            copy.Copy(
                arguments.Operands[0], (float*)scratch, band.FirstImage, band.Images, top, y.Span(band.Rows), left, x.Span(band.Columns));
            source = (float*)scratch - top * rowPitch - (long)left * pixelPitch;
        }

        float* freshPanel = (float*)(scratch + sourceScratch + rawScratch);
        int row = band.FirstRow * y.Phases.Length, column = band.FirstColumn * x.Phases.Length, end = (band.Section + 1) * channels.Destination;
        for (int block = band.FirstBlock; block < band.EndBlock; block++)
        {
            bool depth = channels.Left == TileLeft.Depth;
            int channel = band.Section * channels.Destination + (depth ? 0 : block * tile.Vectors * channels.Lanes);
            int count = Math.Min(
                panels.BlockVectors(block) * (depth ? 1 : channels.Lanes), Math.Min(end, channels.AllDestination) - channel);
            var box = new OutputBox(
                band.FirstImage, row, Math.Min(band.Rows * y.Phases.Length, y.Destination - row),
                column, Math.Min(band.Columns * x.Phases.Length, x.Destination - column), channel, count);
            float* output = arguments.Operands[2]
                + (((long)band.FirstImage * y.Destination + row) * x.Destination + column) * channels.AllDestination + channel;
            float* raw = direct ? output : (float*)(scratch + sourceScratch);
            ImagePitches pitches = direct
                ? ImagePitches.Dense(y.Destination, x.Destination, channels.AllDestination)
                : ImagePitches.Dense(box.Rows, box.Columns, RawPitch);
            for (int phase = 0; phase < y.Phases.Length * x.Phases.Length; phase++)
            {
                if (fresh) TilesOfFresh(phase, block, band, source, arguments.Operands[1], freshPanel, raw, pitches);
                else TilesOfPacked(phase, block, band, source, (float*)arguments.Prepared + panels.Offset(phase, band.Section, block), raw, pitches);
            }
            for (int image = 0; image < band.Images; image++)
            {
                float* results = raw + image * pitches.Image;
                OutputBox ofImage = box with { Image = box.Image + image };
                if (epilogue is not null) epilogue.Run(arguments.Operands, results, pitches.Row, pitches.Pixel, ofImage);
                else if (!direct) Copy(results, pitches, ofImage, output + (long)image * y.Destination * x.Destination * channels.AllDestination);
                arguments.Written(ofImage);
            }
        }
    }

    private void Copy(float* results, in ImagePitches pitches, in OutputBox box, float* to)
    {
        for (int row = 0; row < box.Rows; row++)
        {
            for (int column = 0; column < box.Columns; column++)
            {
                Panels.Copy(
                    results + row * pitches.Row + column * pitches.Pixel,
                    to + ((long)row * x.Destination + column) * channels.AllDestination, box.Channels);
            }
        }
    }

    /// <summary>All tiles of one phase and block of channels in a band, with packed weights.</summary>
    private void TilesOfPacked(int phase, int block, in CorrelationBand band, float* source, float* panel, float* raw, in ImagePitches pitches)
    {
        AxisPhase py = y.Phases[phase / x.Phases.Length], px = x.Phases[phase % x.Phases.Length];
        int rows = Math.Min(band.FirstRow + band.Rows, py.Count) - band.FirstRow;
        int columns = Math.Min(band.FirstColumn + band.Columns, px.Count) - band.FirstColumn, rowSteps = panels.RowSteps(phase);
        long rowFloats = (long)rowSteps * panels.BlockVectors(block) * channels.Lanes;

        // Few rows of the kernel at a time where all their weights together would not stay in cache.
        bool several = (long)band.Images * rows * Cut.Parts(columns, tile.Inner) > tile.Outer;
        int most = Math.Max(py.Taps, 1);
        int chunk = channels.Left == TileLeft.Depth || !several
            ? most : (int)Math.Clamp(PanelBytes / Math.Max(1, rowFloats * sizeof(float)), 1, most);
        for (int first = 0; first < most; first += chunk)
        {
            var taps = new Taps(first, Math.Min(py.Taps, first + chunk), 0, px.Taps);
            Tiles(phase, block, band, source, panel + first * rowFloats, rowSteps, taps, accumulate: first > 0, raw, pitches);
        }
    }

    /// <summary>The same with weights that are packed a few taps at a time, those that meet the source here.</summary>
    private void TilesOfFresh(
        int phase, int block, in CorrelationBand band, float* source, float* from, float* panel, float* raw, in ImagePitches pitches)
    {
        AxisPhase py = y.Phases[phase / x.Phases.Length], px = x.Phases[phase % x.Phases.Length];
        int rows = Math.Min(band.FirstRow + band.Rows, py.Count) - band.FirstRow;
        int columns = Math.Min(band.FirstColumn + band.Columns, px.Count) - band.FirstColumn;
        if (rows <= 0 || columns <= 0) return;
        (int tapY, int endY) = y.TapsInside(py, band.FirstRow, rows);
        (int tapX, int endX) = x.TapsInside(px, band.FirstColumn, columns);
        if (endY <= tapY || endX <= tapX)
        {
            Tiles(phase, block, band, source, panel, 0, default, accumulate: false, raw, pitches);
            return;
        }

        for (int row = tapY; row < endY; row++)
        {
            for (int column = tapX; column < endX; column += freshTaps)
            {
                var taps = new Taps(row, row + 1, column, Math.Min(endX, column + freshTaps));
                panels.Pack(phase, band.Section, block, taps, from, panel, rowSteps: 0);
                Tiles(phase, block, band, source, panel, 0, taps, accumulate: row > tapY || column > tapX, raw, pitches);
            }
        }
    }

    /// <summary>
    /// What some taps add to all tiles of one phase and block of channels in a band, or what they make of them if nothing is there yet.
    /// Rows of taps are so many steps apart in the panel.
    /// </summary>
    private void Tiles(
        int phase, int block, in CorrelationBand band, float* source, float* panel, long rowSteps, in Taps taps, bool accumulate,
        float* raw, in ImagePitches pitches)
    {
        int phaseY = phase / x.Phases.Length, phaseX = phase % x.Phases.Length;
        AxisPhase py = y.Phases[phaseY], px = x.Phases[phaseX];
        int endRow = Math.Min(band.FirstRow + band.Rows, py.Count), endColumn = Math.Min(band.FirstColumn + band.Columns, px.Count);
        if (endRow <= band.FirstRow || endColumn <= band.FirstColumn) return;
        bool depth = channels.Left == TileLeft.Depth;
        int blockVectors = panels.BlockVectors(block), stepsPerTap = channels.StepsPerTap;
        long stepBytes = (long)blockVectors * channels.Lanes * sizeof(float);
        int imageStep = tile.AcrossImages ? tile.Outer : 1, rowStep = tile.AcrossImages ? 1 : tile.Outer;
        var call = new TileCall
        {
            AOuter = y.Dilation * rowPitch * sizeof(float),
            AInner = (long)x.Dilation * pixelPitch * sizeof(float),
            CRow = x.Phases.Length * pitches.Pixel * sizeof(float),
            CGroup = (tile.AcrossImages ? pitches.Image : y.Phases.Length * pitches.Row) * sizeof(float),
            Accumulate = accumulate ? 1 : 0,
        };
        TileRun run;
        for (int column = band.FirstColumn; column < endColumn; column = run.End)
        {
            run = TileRun.From(column, endColumn, tile.Inner, x, px);
            int tapX = Math.Max(depth ? 0 : run.FirstTap, taps.FirstX), endX = Math.Min(depth ? px.Taps : run.EndTap, taps.EndX);
            if (endX <= tapX)
            {
                if (accumulate) continue;
                tapX = endX = taps.FirstX;
            }
            call.Repeat(run.Tiles, run.Pixels, (long)x.Stride * pixelPitch * sizeof(float));
            call.Inner = merged ? 1 : endX - tapX;
            call.Steps = !merged ? stepsPerTap : depth ? rowSteps : (long)(endX - tapX) * stepsPerTap;
            call.BOuter = merged && depth ? 0 : (taps.EndX - taps.FirstX - (endX - tapX)) * stepsPerTap * stepBytes;
            for (int image = 0; image < band.Images; image += imageStep)
            {
                for (int row = band.FirstRow; row < endRow; row += rowStep)
                {
                    int outer = tile.AcrossImages ? Math.Min(imageStep, band.Images - image) : Math.Min(rowStep, endRow - row);
                    (int tapY, int endY) = y.TapsInside(py, row, tile.AcrossImages ? 1 : outer);
                    tapY = Math.Max(tapY, taps.FirstY);
                    endY = Math.Min(endY, taps.EndY);
                    if (endY <= tapY)
                    {
                        if (accumulate) continue;
                        tapY = endY = taps.FirstY;
                    }
                    call.A = source + image * imagePitch + ((long)row * y.Stride + py.Origin + (long)tapY * y.Dilation) * rowPitch
                        + ((long)column * x.Stride + px.Origin + (long)tapX * x.Dilation) * pixelPitch;
                    call.B = (float*)((byte*)panel + ((tapY - taps.FirstY) * rowSteps + (long)(tapX - taps.FirstX) * stepsPerTap) * stepBytes);
                    call.C = raw + image * pitches.Image + ((row - band.FirstRow) * y.Phases.Length + phaseY) * pitches.Row
                        + ((column - band.FirstColumn) * x.Phases.Length + phaseX) * pitches.Pixel;
                    call.Outer = endX > tapX ? endY - tapY : 0;
                    Function(blockVectors, outer, run.Pixels)(&call);
                }
            }
        }
    }

    private TileFunction Function(int blockVectors, int outer, int inner)
    {
        int index = ((blockVectors == tile.Vectors ? 1 : 0) * (tile.Outer + 1) + outer) * (tile.Inner + 1) + inner;
        if (functions[index] is { } function) return function;
        var spec = new TileSpec(
            width, channels.Left, outer, inner, blockVectors,
            outer == 1 ? 0 : checked((int)((tile.AcrossImages ? imagePitch : y.Stride * rowPitch) * sizeof(float))),
            x.Stride * pixelPitch * sizeof(float),
            (channels.Left switch { TileLeft.Broadcast => 1, TileLeft.Depth => channels.Lanes, _ => pixelPitch }) * sizeof(float),
            blockVectors * channels.Lanes * sizeof(float));
        return functions[index] = cache.Get(TileEmitter.For(spec, usualSteps));
    }
}
