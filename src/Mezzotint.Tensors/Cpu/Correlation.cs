using System.Globalization;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Where a correlation finds the weight of a tap (y, x) from a source to a destination channel of a group: strides in elements.
/// </summary>
internal readonly record struct WeightStrides(long TapY, long TapX, long Source, long Destination, long Group);

/// <summary>
/// The convolution of an image with weights, and its gradient by its input, which is the same with other taps. Phase 0 packs the weights in
/// the order in which the micro-kernel reads them; in phase 1 a task copies a band of the source, with its padding, to its scratch, and
/// runs tiles over it. Many weights that are used for a few pixels once, as in training, are packed a few taps at a time by the task that multiplies
/// with them, and never reach memory. Each result is one chain of multiply-adds in the order tap row, tap column, source channel (for narrow
/// outputs, one chain a lane), whatever the tiling, so it does not depend on the image around it. Operands: source, weights, destination, then
/// those of the epilogue.
/// </summary>
internal abstract unsafe class Correlation : Kernel
{
    /// <summary>What of a second-level cache a band of source and raw results may take.</summary>
    private const long BandBytes = 400 << 10;

    /// <summary>What of it the weights that are in use at a time may take.</summary>
    private const long PanelBytes = 200 << 10;

    /// <summary>Bytes of packed weights from which, and pixels of a phase and bands up to which, they are packed where they are used, if they are not
    /// kept.</summary>
    private const long FreshBytes = 1 << 20;
    private const int MostFreshPixels = 16, MostFreshBands = 2;

    /// <summary>Work worth a task of its own, in float operations, and the number of tasks beyond which no more are wanted.</summary>
    private const double TaskOperations = 2e6;
    private const int EnoughTasks = 32;

    private readonly CorrelationAxis y, x;
    private readonly int batch;
    private readonly WeightStrides weights;
    private readonly Epilogue? epilogue;
    private readonly TileCache cache;
    private readonly VectorWidth width;
    private readonly int lanes;

    private readonly TileLeft left;
    private readonly int sections;               // groups, or for depthwise convolution blocks of channels
    private readonly int sourceChannels;         // of a section
    private readonly int destinationChannels;    // of a section
    private readonly int allSourceChannels, allDestinationChannels;
    private readonly ImagePitches sourcePitches;
    private readonly bool inPlace;
    private readonly bool merged;                // the taps of a row of the kernel are one run of steps
    private readonly bool direct;                // tiles go straight to the destination
    private readonly int pixelPitch;             // of the source as tiles see it, in elements
    private readonly long rowPitch, imagePitch;
    private readonly int stepsPerTap;            // where taps are not merged
    private readonly int vectors;                // of a section's destination
    private readonly TileChoice tile;
    private readonly int blocks;
    private readonly int bandImages, bandRows, bandColumns;   // rows and columns by phase
    private readonly int imageBands, rowBands, columnBands, blockParts;
    private readonly bool fresh;                 // weights are packed where they are used
    private readonly int freshTaps;              // of a row of the kernel at a time
    private readonly long sourceScratch, rawScratch, panelScratch;
    private readonly long[] phaseOffsets;
    private readonly TileFunction?[] functions;

    protected Correlation(
        CorrelationAxis y, CorrelationAxis x, int batch, int groups, int sourcePerGroup, int destinationPerGroup, WeightStrides weights,
        VectorWidth width, TileCache? cache, Epilogue? epilogue, ImagePitches? pitches, bool keepsWeights)
    {
        this.y = y;
        this.x = x;
        this.batch = batch;
        this.weights = weights;
        this.width = width;
        this.epilogue = epilogue;
        this.cache = cache ?? TileCache.Shared;
        lanes = (int)width;
        allSourceChannels = groups * sourcePerGroup;
        allDestinationChannels = groups * destinationPerGroup;
        sourcePitches = pitches ?? ImagePitches.Dense(y.Source, x.Source, allSourceChannels);
        int mostTaps = x.Phases.Max(phase => phase.Taps);

        left = Left(groups, sourcePerGroup, destinationPerGroup, mostTaps, lanes);
        if (left == TileLeft.Columns)
        {
            vectors = Math.Min(2, (groups + lanes - 1) / lanes);
            sourceChannels = destinationChannels = vectors * lanes;
            sections = (groups + sourceChannels - 1) / sourceChannels;
        }
        else
        {
            sections = groups;
            sourceChannels = sourcePerGroup;
            destinationChannels = destinationPerGroup;
            vectors = left == TileLeft.Depth ? destinationPerGroup : (destinationPerGroup + lanes - 1) / lanes;
        }
        inPlace = left == TileLeft.Broadcast && y.StaysInside && x.StaysInside && IsReadWell(sourcePitches);
        pixelPitch = inPlace ? (int)sourcePitches.Pixel : sourceChannels + (left != TileLeft.Columns && Collides(sourceChannels) ? 16 : 0);
        merged = x.Dilation == 1 && pixelPitch == sourceChannels;
        stepsPerTap = left switch
        {
            TileLeft.Broadcast => sourceChannels,
            TileLeft.Depth => (sourceChannels + lanes - 1) / lanes,
            _ => 1,
        };
        tile = TileChoice.Best(width, left, y, x, batch, vectors, stepsPerTap);
        blocks = (vectors + tile.Vectors - 1) / tile.Vectors;
        direct = epilogue is null && (left == TileLeft.Depth ||
            (destinationChannels % lanes == 0 && allDestinationChannels % destinationChannels == 0));

        // Bands: whole images if they fit, else rows, else parts of rows.
        bandImages = tile.AcrossImages ? Math.Min(tile.Outer, batch) : 1;
        bandRows = y.Count;
        bandColumns = x.Count;
        int leastRows = tile.AcrossImages ? 1 : Math.Min(tile.Outer, y.Count);
        if (Band(bandImages, bandRows, bandColumns) > BandBytes) (bandRows, bandColumns) = BestBand(leastRows);
        int wanted = (int)Math.Clamp(Operations() / TaskOperations, 1, EnoughTasks);
        blockParts = 1;
        if (bandRows == y.Count && bandColumns == x.Count)
        {
            int least = bandImages;
            long pixels = (long)bandRows * bandColumns;
            int most = (int)Math.Clamp(512 / Math.Max(pixels, 1), 1, batch);
            if (most > least) bandImages = Fit(least, most, n => Band(n, bandRows, bandColumns));
        }
        long weightBytes = 4L * sections * vectors * lanes * PanelSteps(0, 0) * y.Phases.Length * x.Phases.Length;
        if (Tasks() < wanted && (inPlace || weightBytes > 1 << 20)) blockParts = Math.Min(blocks, Divide(wanted, Tasks()));
        if (Tasks() < wanted && bandImages > 1 && !tile.AcrossImages) bandImages = Math.Max(1, bandImages / Divide(wanted, Tasks()));
        if (Tasks() < wanted && bandRows > leastRows)
            bandRows = Even(y.Count, Math.Max(leastRows, bandRows / Divide(wanted, Tasks())), leastRows);
        if (Tasks() < wanted) blockParts = Math.Min(blocks, blockParts * Divide(wanted, Tasks()));
        if (Tasks() < wanted && tile.Outer == 1 && y.Count == 1)
            bandColumns = Even(x.Count, Math.Max(tile.Inner, bandColumns / Divide(wanted, Tasks())), tile.Inner);
        imageBands = Divide(batch, bandImages);
        rowBands = Divide(y.Count, bandRows);
        columnBands = Divide(x.Count, bandColumns);

        fresh = !keepsWeights && left == TileLeft.Broadcast && weightBytes > FreshBytes && batch * y.Count * x.Count <= MostFreshPixels
            && imageBands * rowBands * columnBands <= MostFreshBands;
        long tapBytes = (long)stepsPerTap * tile.Vectors * lanes * sizeof(float);
        freshTaps = (int)Math.Clamp(PanelBytes / tapBytes, 1, mostTaps);

        rowPitch = inPlace ? sourcePitches.Row : (long)BandSource(x, bandColumns) * pixelPitch;
        imagePitch = inPlace ? sourcePitches.Image : BandSource(y, bandRows) * rowPitch;
        sourceScratch = inPlace ? 0 : ScratchRegion.Align(bandImages * imagePitch * sizeof(float) + 64);
        rawScratch = direct ? 0 : (long)bandImages * bandRows * y.Phases.Length * bandColumns * x.Phases.Length * RawPitch * sizeof(float);
        if (rawScratch > 0) rawScratch = ScratchRegion.Align(rawScratch);
        panelScratch = fresh ? freshTaps * tapBytes : 0;

        phaseOffsets = new long[y.Phases.Length * x.Phases.Length + 1];
        for (int phase = 0; phase + 1 < phaseOffsets.Length; phase++)
        {
            phaseOffsets[phase + 1] = phaseOffsets[phase]
                + (long)sections * vectors * lanes * PanelSteps(phase / x.Phases.Length, phase % x.Phases.Length);
        }
        functions = new TileFunction?[2 * (tile.Outer + 1) * (tile.Inner + 1)];
    }

    /// <inheritdoc/>
    public override string Algorithm => "direct";

    public sealed override int Phases => fresh ? 1 : 2;

    public sealed override int PreparedOperand => fresh ? -1 : 1;

    public sealed override long PreparedBytes => fresh ? 0 : Math.Max(phaseOffsets[^1], 16) * sizeof(float);

    /// <summary>It depends on the layer and on the width of the tiles of the micro-kernel.</summary>
    public sealed override object? PreparedForm =>
        (left, width, weights, sections, sourceChannels, destinationChannels, tile.Vectors, merged, TapsOf(y), TapsOf(x));

    public sealed override long ScratchBytes => sourceScratch + rawScratch + panelScratch;

    private static string TapsOf(CorrelationAxis axis) =>
        string.Join(' ', axis.Phases.Select(phase => string.Create(CultureInfo.InvariantCulture, $"{phase.Taps},{phase.FirstTap},{phase.TapStep}")));

    private int RawPitch => left == TileLeft.Depth ? tile.Vectors : tile.Vectors * lanes;

    public sealed override int TaskCount(int phase) =>
        phase < Phases - 1 ? (phaseOffsets.Length - 1) * sections * blocks : imageBands * rowBands * columnBands * sections * blockParts;

    public sealed override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        if (phase < Phases - 1) Pack(task, arguments.Operands[1], (float*)arguments.Prepared);
        else Compute(task, arguments, scratch);
    }

    /// <summary>What one step reads; fixed by channels, taps and groups alone, since it fixes the order of summation.</summary>
    private static TileLeft Left(int groups, int source, int destination, int taps, int lanes)
    {
        if (source == 1 && destination == 1 && groups >= 4) return TileLeft.Columns;
        int run = source * taps;
        double used = (double)run / ((run + lanes - 1) / lanes * lanes);
        return destination <= 8 && used * 0.8 > (double)destination / lanes ? TileLeft.Depth : TileLeft.Broadcast;
    }

    /// <summary>Whether pixels so many channels apart fall on the same few sets of a first-level cache.</summary>
    private bool Collides(long channels) => x.Stride * channels * sizeof(float) % 2048 == 0;

    /// <summary>Whether tiles may read a source where it is: it collides nowhere, and its pitches go into an instruction.</summary>
    private bool IsReadWell(ImagePitches source) =>
        !Collides(source.Pixel) && Math.Max(Math.Max(source.Image, y.Stride * source.Row), x.Stride * source.Pixel) <= int.MaxValue / sizeof(float);

    private double Operations()
    {
        double taps = 0;
        foreach (AxisPhase py in y.Phases)
        {
            foreach (AxisPhase px in x.Phases) taps += (double)py.Count * py.Taps * px.Count * px.Taps;
        }
        return 2.0 * batch * sections * vectors * (left == TileLeft.Depth ? 1 : lanes) * sourceChannels * taps;
    }

    private int Tasks() => Divide(batch, bandImages) * Divide(y.Count, bandRows) * Divide(x.Count, bandColumns) * sections * blockParts;

    private long Band(int images, int rows, int columns)
    {
        long source = inPlace ? 0 : (long)images * BandSource(y, rows) * BandSource(x, columns) * pixelPitch;
        long raw = (long)images * rows * y.Phases.Length * columns * x.Phases.Length * RawPitch;
        return (source + (epilogue is null ? 0 : raw)) * sizeof(float);
    }

    /// <summary>The rows and columns of a band that fits the cache and copies the fewest source pixels twice.</summary>
    private (int Rows, int Columns) BestBand(int leastRows)
    {
        (int Rows, int Columns) best = (leastRows, x.Count);
        double least = double.MaxValue;
        for (int parts = 1; parts == 1 || (tile.Outer == 1 && parts <= Divide(x.Count, 2 * tile.Inner)); parts++)
        {
            int columns = Even(x.Count, Divide(x.Count, parts), tile.Inner);
            int rows = Fit(leastRows, y.Count, n => Band(bandImages, n, columns));
            double copied = (double)BandSource(y, rows) * BandSource(x, columns) / ((double)rows * columns);
            if (Band(bandImages, rows, columns) > BandBytes) copied *= 4;
            if (copied >= least * 0.99) continue;
            least = copied;
            best = (rows, columns);
        }
        return best;
    }

    private static int BandSource(CorrelationAxis axis, int count) => (count - 1) * axis.Stride + axis.HighestReach - axis.LowestOrigin;

    private static int Divide(int a, int b) => (a + b - 1) / b;

    /// <summary>The largest count whose band fits the cache, evened out over the bands.</summary>
    private static int Fit(int least, int most, Func<int, long> bytes)
    {
        int low = least, high = most;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (bytes(middle) <= BandBytes) low = middle;
            else high = middle - 1;
        }
        return Even(most, low, least);
    }

    private static int Even(int total, int part, int unit)
    {
        int even = Divide(total, Divide(total, part));
        return Math.Min(total, Divide(even, unit) * unit);
    }

    private int PanelSteps(int phaseY, int phaseX) => y.Phases[phaseY].Taps * RowSteps(phaseX);

    /// <summary>Steps of one row of the kernel.</summary>
    private int RowSteps(int phaseX)
    {
        int taps = x.Phases[phaseX].Taps;
        return left == TileLeft.Depth && merged ? Divide(taps * sourceChannels, lanes) : taps * stepsPerTap;
    }

    private long PanelOffset(int phase, int section, int block) =>
        phaseOffsets[phase] + ((long)section * vectors + (long)block * tile.Vectors) * lanes
        * PanelSteps(phase / x.Phases.Length, phase % x.Phases.Length);

    private int BlockVectors(int block) => Math.Min(tile.Vectors, vectors - block * tile.Vectors);

    /// <summary>Some taps of a phase: rows and columns.</summary>
    private readonly record struct Taps(int FirstY, int EndY, int FirstX, int EndX);

    private void Pack(int task, float* from, float* to)
    {
        int block = task % blocks, section = task / blocks % sections, phase = task / blocks / sections;
        AxisPhase py = y.Phases[phase / x.Phases.Length], px = x.Phases[phase % x.Phases.Length];
        Pack(phase, section, block, new Taps(0, py.Taps, 0, px.Taps), from, to + PanelOffset(phase, section, block), RowSteps(phase % x.Phases.Length));
    }

    /// <summary>Packs the weights of some taps for a block of channels, each row of taps so many steps after the one before.</summary>
    private void Pack(int phase, int section, int block, in Taps taps, float* from, float* panel, int rowSteps)
    {
        AxisPhase py = y.Phases[phase / x.Phases.Length], px = x.Phases[phase % x.Phases.Length];
        int blockVectors = BlockVectors(block), pitch = blockVectors * lanes;
        int first = left == TileLeft.Depth ? 0 : block * tile.Vectors * lanes;
        int count = Math.Min(left == TileLeft.Depth ? blockVectors : pitch, destinationChannels - first);
        for (int tapY = taps.FirstY; tapY < taps.EndY; tapY++)
        {
            float* row = panel + (long)(tapY - taps.FirstY) * rowSteps * pitch;
            if (left == TileLeft.Depth) new Span<float>(row, rowSteps * pitch).Clear();
            for (int tapX = taps.FirstX; tapX < taps.EndX; tapX++)
            {
                float* tap = from + (py.FirstTap + tapY * py.TapStep) * weights.TapY + (px.FirstTap + tapX * px.TapStep) * weights.TapX;
                switch (left)
                {
                    case TileLeft.Broadcast:
                        Panels.Pack(
                            tap + section * weights.Group + first * weights.Destination, weights.Source, weights.Destination,
                            sourceChannels, count, row + (long)(tapX - taps.FirstX) * stepsPerTap * pitch, pitch);
                        break;
                    case TileLeft.Depth:
                        int at = merged ? tapX * sourceChannels : tapX * stepsPerTap * lanes;
                        for (int c = 0; c < sourceChannels; c++)
                        {
                            int position = at + c;
                            float* step = row + (long)(position / lanes) * pitch + position % lanes;
                            for (int o = 0; o < count; o++)
                                step[o * lanes] = tap[section * weights.Group + c * weights.Source + o * weights.Destination];
                        }
                        break;
                    default:
                        for (int c = 0; c < pitch; c++)
                        {
                            int channel = section * destinationChannels + first + c;
                            row[(long)tapX * pitch + c] = channel < allDestinationChannels ? tap[channel * weights.Group] : 0;
                        }
                        break;
                }
            }
        }
    }

    private void Compute(int task, in KernelArguments arguments, byte* scratch)
    {
        int imageBand = task % imageBands;
        task /= imageBands;
        int columnBand = task % columnBands;
        task /= columnBands;
        int rowBand = task % rowBands;
        task /= rowBands;
        int section = task % sections, part = task / sections;
        int firstImage = imageBand * bandImages, images = Math.Min(bandImages, batch - firstImage);
        int firstRow = rowBand * bandRows, rows = Math.Min(bandRows, y.Count - firstRow);
        int firstColumn = columnBand * bandColumns, columns = Math.Min(bandColumns, x.Count - firstColumn);
        (int firstBlock, int endBlock) = TileChoice.Split(blocks, blockParts, part);

        // Source position (0, 0) of the first image, as tiles see it.
        float* source;
        if (inPlace)
        {
            source = arguments.Operands[0] + firstImage * imagePitch + section * sourceChannels;
        }
        else
        {
            int top = firstRow * y.Stride + y.LowestOrigin, leftmost = firstColumn * x.Stride + x.LowestOrigin;
            var band = new ImageBand(
                y.Source, x.Source, allSourceChannels, sourcePitches, section * sourceChannels, sourceChannels, pixelPitch, rowPitch, imagePitch);
            band.Copy(
                arguments.Operands[0], (float*)scratch, firstImage, images, top, BandSource(y, rows), leftmost, BandSource(x, columns));
            source = (float*)scratch - top * rowPitch - (long)leftmost * pixelPitch;
        }

        var box = new OutputBox(
            firstImage, firstRow * y.Phases.Length, Math.Min(rows * y.Phases.Length, y.Destination - firstRow * y.Phases.Length),
            firstColumn * x.Phases.Length, Math.Min(columns * x.Phases.Length, x.Destination - firstColumn * x.Phases.Length), 0, 0);
        for (int block = firstBlock; block < endBlock; block++)
        {
            int channel = section * destinationChannels + (left == TileLeft.Depth ? 0 : block * tile.Vectors * lanes);
            int channels = Math.Min(
                left == TileLeft.Depth ? BlockVectors(block) : BlockVectors(block) * lanes,
                Math.Min((section + 1) * destinationChannels, allDestinationChannels) - channel);
            float* output = arguments.Operands[2]
                + (((long)firstImage * y.Destination + box.Row) * x.Destination + box.Column) * allDestinationChannels + channel;
            float* raw = direct ? output : (float*)(scratch + sourceScratch);
            long pixels = direct ? allDestinationChannels : RawPitch;
            long pitch = pixels * (direct ? x.Destination : box.Columns);
            long imageResults = pitch * (direct ? y.Destination : box.Rows);
            for (int phase = 0; phase < phaseOffsets.Length - 1; phase++)
            {
                var area = new Area(images, firstRow, rows, firstColumn, columns, pixels, pitch, imageResults);
                if (fresh) TilesOfFresh(phase, section, block, source, arguments.Operands[1], (float*)(scratch + sourceScratch + rawScratch), raw, area);
                else TilesOfPacked(phase, block, source, (float*)arguments.Prepared + PanelOffset(phase, section, block), raw, area);
            }
            if (direct) continue;
            for (int image = 0; image < images; image++)
            {
                float* results = raw + image * imageResults;
                if (epilogue is not null)
                {
                    epilogue.Run(
                        arguments.Operands, results, pitch, pixels,
                        box with { Image = firstImage + image, Channel = channel, Channels = channels });
                    continue;
                }
                float* to = output + (long)image * y.Destination * x.Destination * allDestinationChannels;
                for (int row = 0; row < box.Rows; row++)
                {
                    for (int column = 0; column < box.Columns; column++)
                    {
                        Panels.Copy(
                            results + row * pitch + column * pixels,
                            to + ((long)row * x.Destination + column) * allDestinationChannels, channels);
                    }
                }
            }
        }
    }

    /// <summary>A band of results: images, rows and columns of a phase; and how far it is from the first result to the next pixel, row and image.</summary>
    private readonly record struct Area(
        int Images, int FirstRow, int Rows, int FirstColumn, int Columns, long Pixels, long Pitch, long ImageResults);

    /// <summary>All tiles of one phase and block of channels in a band, with packed weights.</summary>
    private void TilesOfPacked(int phase, int block, float* source, float* panel, float* raw, in Area area)
    {
        AxisPhase py = y.Phases[phase / x.Phases.Length], px = x.Phases[phase % x.Phases.Length];
        int rows = Math.Min(area.FirstRow + area.Rows, py.Count) - area.FirstRow;
        int columns = Math.Min(area.FirstColumn + area.Columns, px.Count) - area.FirstColumn;
        long rowFloats = (long)RowSteps(phase % x.Phases.Length) * BlockVectors(block) * lanes;

        // Few rows of the kernel at a time where all their weights together would not stay in cache.
        bool several = (long)area.Images * rows * Divide(columns, tile.Inner) > tile.Outer;
        int most = Math.Max(py.Taps, 1);
        int chunk = left == TileLeft.Depth || !several ? most : (int)Math.Clamp(PanelBytes / Math.Max(1, rowFloats * sizeof(float)), 1, most);
        for (int first = 0; first < most; first += chunk)
        {
            var taps = new Taps(first, Math.Min(py.Taps, first + chunk), 0, px.Taps);
            Tiles(phase, block, source, panel + first * rowFloats, RowSteps(phase % x.Phases.Length), taps, accumulate: first > 0, raw, area);
        }
    }

    /// <summary>The same with weights that are packed a few taps at a time, those that meet the source here.</summary>
    private void TilesOfFresh(int phase, int section, int block, float* source, float* from, float* panel, float* raw, in Area area)
    {
        AxisPhase py = y.Phases[phase / x.Phases.Length], px = x.Phases[phase % x.Phases.Length];
        int rows = Math.Min(area.FirstRow + area.Rows, py.Count) - area.FirstRow;
        int columns = Math.Min(area.FirstColumn + area.Columns, px.Count) - area.FirstColumn;
        if (rows <= 0 || columns <= 0) return;
        (int tapY, int endY) = y.TapsInside(py, area.FirstRow, rows);
        (int tapX, int endX) = x.TapsInside(px, area.FirstColumn, columns);
        if (endY <= tapY || endX <= tapX)
        {
            Tiles(phase, block, source, panel, 0, default, accumulate: false, raw, area);
            return;
        }

        for (int row = tapY; row < endY; row++)
        {
            for (int column = tapX; column < endX; column += freshTaps)
            {
                var taps = new Taps(row, row + 1, column, Math.Min(endX, column + freshTaps));
                Pack(phase, section, block, taps, from, panel, rowSteps: 0);
                Tiles(phase, block, source, panel, 0, taps, accumulate: row > tapY || column > tapX, raw, area);
            }
        }
    }

    /// <summary>
    /// What some taps add to all tiles of one phase and block of channels in a band, or what they make of them if nothing is there yet. Rows of taps are
    /// so many steps apart in the panel.
    /// </summary>
    private void Tiles(int phase, int block, float* source, float* panel, long rowSteps, in Taps taps, bool accumulate, float* raw, in Area area)
    {
        int phaseY = phase / x.Phases.Length, phaseX = phase % x.Phases.Length;
        AxisPhase py = y.Phases[phaseY], px = x.Phases[phaseX];
        int endRow = Math.Min(area.FirstRow + area.Rows, py.Count), endColumn = Math.Min(area.FirstColumn + area.Columns, px.Count);
        if (endRow <= area.FirstRow || endColumn <= area.FirstColumn) return;
        int blockVectors = BlockVectors(block);
        long stepBytes = (long)blockVectors * lanes * sizeof(float);
        int tiles = Divide(endColumn - area.FirstColumn, tile.Inner);
        int imageStep = tile.AcrossImages ? tile.Outer : 1, rowStep = tile.AcrossImages ? 1 : tile.Outer;
        var call = new TileCall
        {
            AOuter = y.Dilation * rowPitch * sizeof(float),
            AInner = (long)x.Dilation * pixelPitch * sizeof(float),
            CRow = x.Phases.Length * area.Pixels * sizeof(float),
            CGroup = (tile.AcrossImages ? area.ImageResults : y.Phases.Length * area.Pitch) * sizeof(float),
            Accumulate = accumulate ? 1 : 0,
        };
        for (int image = 0; image < area.Images; image += imageStep)
        {
            for (int row = area.FirstRow; row < endRow; row += rowStep)
            {
                int outer = tile.AcrossImages ? Math.Min(imageStep, area.Images - image) : Math.Min(rowStep, endRow - row);
                (int tapY, int endY) = y.TapsInside(py, row, tile.AcrossImages ? 1 : outer);
                tapY = Math.Max(tapY, taps.FirstY);
                endY = Math.Min(endY, taps.EndY);
                if (endY <= tapY)
                {
                    if (accumulate) continue;
                    tapY = endY = taps.FirstY;
                }
                for (int part = 0; part < tiles; part++)
                {
                    (int start, int end) = TileChoice.Split(endColumn - area.FirstColumn, tiles, part);
                    int column = area.FirstColumn + start, inner = end - start;
                    (int tapX, int endX) = left == TileLeft.Depth ? (0, px.Taps) : x.TapsInside(px, column, inner);
                    tapX = Math.Max(tapX, taps.FirstX);
                    endX = Math.Min(endX, taps.EndX);
                    if (endX <= tapX)
                    {
                        if (accumulate) continue;
                        tapX = endX = taps.FirstX;
                    }
                    call.A = source + image * imagePitch + ((long)row * y.Stride + py.Origin + (long)tapY * y.Dilation) * rowPitch
                        + ((long)column * x.Stride + px.Origin + (long)tapX * x.Dilation) * pixelPitch;
                    call.B = (float*)((byte*)panel + ((tapY - taps.FirstY) * rowSteps + (long)(tapX - taps.FirstX) * stepsPerTap) * stepBytes);
                    call.C = raw + image * area.ImageResults + ((row - area.FirstRow) * y.Phases.Length + phaseY) * area.Pitch
                        + ((column - area.FirstColumn) * x.Phases.Length + phaseX) * area.Pixels;
                    call.Outer = endX > tapX ? endY - tapY : 0;
                    call.Inner = merged ? 1 : endX - tapX;
                    call.Steps = !merged ? stepsPerTap : left == TileLeft.Depth ? rowSteps : (long)(endX - tapX) * stepsPerTap;
                    call.BOuter = merged && left == TileLeft.Depth ? 0 : (taps.EndX - taps.FirstX - (endX - tapX)) * stepsPerTap * stepBytes;
                    Function(blockVectors, outer, inner)(&call);
                }
            }
        }
    }

    private TileFunction Function(int blockVectors, int outer, int inner)
    {
        int index = ((blockVectors == tile.Vectors ? 1 : 0) * (tile.Outer + 1) + outer) * (tile.Inner + 1) + inner;
        return functions[index] ??= cache.Get(new TileSpec(
            width, left, outer, inner, blockVectors,
            outer == 1 ? 0 : checked((int)((tile.AcrossImages ? imagePitch : y.Stride * rowPitch) * sizeof(float))),
            x.Stride * pixelPitch * sizeof(float),
            (left switch { TileLeft.Broadcast => 1, TileLeft.Depth => lanes, _ => pixelPitch }) * sizeof(float),
            blockVectors * lanes * sizeof(float)));
    }
}
