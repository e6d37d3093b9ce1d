using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The gradient of a convolution by its weights. Operands: input, gradient of the output, gradient of the weights. For each row of the
/// kernel it is a matrix product over pixels, of what the row covers of the input with the output's gradient: whichever of the two fills
/// vectors better runs along the lanes. Output pixels are cut into chunks by sizes alone; phase 0 sums each chunk, phase 1 adds up the
/// chunks in order.
/// </summary>
internal sealed unsafe class ConvolutionWeightGradientKernel : Kernel
{
    private const long PanelBytes = 64 << 10;
    private const long BandBytes = 400 << 10;
    private const long SumBytes = 640 << 10;
    private const int MostPixels = 2048;
    private const int MostChunks = 8;
    private const int RowPart = 256;
    private const long PartialBytes = 8 << 20;

    private enum Form
    {
        /// <summary>Rows are elements of the input, lanes output channels.</summary>
        InputByOutput,

        /// <summary>Rows are output channels, lanes elements of the input.</summary>
        OutputByInput,

        /// <summary>Rows are columns of the kernel, lanes channels of both (depthwise).</summary>
        Depthwise,
    }

    private readonly ConvolutionGeometry geometry;
    private readonly ConvolutionWindow window;
    private readonly ImagePitches inputPitches, gradientPitches;
    private readonly VectorWidth width;
    private readonly TileCache cache;
    private readonly int lanes;
    private readonly Form form;
    private readonly int sections;                          // groups, or blocks of channels of a depthwise convolution
    private readonly int inChannels, outChannels;           // of a section
    private readonly int inPitch, outPitch;                 // of a pixel in scratch
    private readonly int segments, segmentLength;           // runs of the input that a row of the kernel covers
    private readonly int tileRows, tileVectors, vectors, blocks;
    private readonly long segmentSize, kernelRowSize;       // of partial sums, in elements
    private readonly int resultPitch;                       // from one tile row to the next there
    private readonly int bandImages, bandRows, bandColumns, rowBands, columnBands, bands;
    private readonly int chunks, blockParts, kernelParts;
    private readonly long rowPitch, imagePitch, bandBytes;
    private readonly bool direct;
    private readonly bool inPlace;                          // the input is read where it is
    private readonly TileFunction?[] functions;

    /// <summary>The gradient of a convolution; its input and the gradient of its output are dense unless said otherwise.</summary>
    public ConvolutionWeightGradientKernel(
        ConvolutionGeometry geometry, VectorWidth width, TileCache? cache = null, ImagePitches? input = null, ImagePitches? gradient = null)
    {
        inputPitches = input ?? ImagePitches.Dense(geometry.Height, geometry.Width, geometry.InChannels);
        gradientPitches = gradient ?? ImagePitches.Dense(geometry.OutHeight, geometry.OutWidth, geometry.OutChannels);
        this.geometry = geometry;
        this.width = width;
        this.cache = cache ?? TileCache.Shared;
        window = geometry.Window;
        lanes = (int)width;
        int groups = window.Groups;
        inChannels = geometry.InChannelsPerGroup;
        outChannels = geometry.OutChannelsPerGroup;
        int kernelWidth = geometry.KernelWidth;
        if (inChannels == 1 && outChannels == 1 && groups >= 4)
        {
            form = Form.Depthwise;
            vectors = Math.Min(2, Cut.Parts(groups, lanes));
            inChannels = outChannels = vectors * lanes;
            sections = Cut.Parts(groups, inChannels);
            inPitch = inChannels;
            segments = 1;
            segmentLength = kernelWidth;
        }
        else
        {
            sections = groups;
            inPitch = inChannels + ((long)window.StrideX * inChannels * sizeof(float) % 512 == 0 ? 16 : 0);
            bool merged = window.DilationX == 1 && inPitch == inChannels;
            segments = merged ? 1 : kernelWidth;
            segmentLength = merged ? kernelWidth * inChannels : inChannels;
            form = outChannels <= 8 && Filled(segmentLength) > Filled(outChannels) ? Form.OutputByInput : Form.InputByOutput;
            inPlace = form == Form.InputByOutput && geometry is { KernelHeight: 1, KernelWidth: 1 }
                && window is { PadTop: 0, PadBottom: 0, PadLeft: 0, PadRight: 0 } && inputPitches.Pixel * window.StrideX <= int.MaxValue / sizeof(float);
            if (inPlace) inPitch = (int)inputPitches.Pixel;
            vectors = Cut.Parts(form == Form.OutputByInput ? segmentLength : outChannels, lanes);
        }
        int rows = form == Form.OutputByInput ? outChannels : segmentLength;
        (tileRows, tileVectors) = BestTile(rows);
        blocks = Cut.Parts(vectors, tileVectors);
        outPitch = form == Form.OutputByInput ? outChannels : tileVectors * lanes;
        resultPitch = vectors * lanes;
        segmentSize = (long)rows * resultPitch;
        kernelRowSize = segments * segmentSize;

        // A task's share of the sums stays near: first fewer blocks of columns, then fewer rows of the kernel. Each task copies what it needs
        // of the input, so that small shares would cost more than sums that pass the caches once a band.
        double pixels = (double)geometry.Batch * geometry.OutHeight * geometry.OutWidth;
        double operations = 2.0 * pixels * geometry.KernelHeight * sections * segments * rows * vectors * lanes;
        int wanted = Cut.Tasks(operations);
        long sumBytes = kernelRowSize * sizeof(float);
        blockParts = form == Form.InputByOutput ? (int)Math.Clamp(Cut.Parts(sumBytes, SumBytes), 1, blocks) : 1;
        kernelParts = (int)Math.Clamp(Cut.Parts(sumBytes / blockParts * geometry.KernelHeight, SumBytes), 1, geometry.KernelHeight);
        int mostChunks = (int)Math.Clamp(PartialBytes / (Partials * sizeof(float)), 1, MostChunks);
        int tasks = sections * blockParts * kernelParts;
        if (tasks * mostChunks < wanted) kernelParts = Math.Min(geometry.KernelHeight, kernelParts * Cut.Parts(wanted, tasks * mostChunks));

        // Bands of output pixels, with the output's gradient there and the input that it meets, stay there too.
        bandImages = 1;
        bandRows = geometry.OutHeight;
        bandColumns = geometry.OutWidth;
        while (bandColumns > 160) bandColumns = Cut.Parts(bandColumns, 2);
        while (bandRows > 1 && !Fits()) bandRows--;
        while (bandColumns > 64 && !Fits()) bandColumns = Cut.Parts(bandColumns, 2);
        if (bandRows == geometry.OutHeight && bandColumns == geometry.OutWidth)
        {
            while (bandImages < geometry.Batch && Fits(bandImages + 1)) bandImages++;
            bandImages = Cut.Parts(geometry.Batch, Cut.Parts(geometry.Batch, bandImages));
        }
        bandRows = Cut.Parts(geometry.OutHeight, Cut.Parts(geometry.OutHeight, bandRows));
        rowBands = Cut.Parts(geometry.OutHeight, bandRows);
        columnBands = Cut.Parts(geometry.OutWidth, bandColumns);
        bands = Cut.Parts(geometry.Batch, bandImages) * rowBands * columnBands;

        tasks = sections * blockParts * kernelParts;
        chunks = Math.Min(bands, Math.Clamp(Cut.Parts(wanted, tasks), 1, mostChunks));
        if (tasks * chunks < wanted) kernelParts = Math.Min(geometry.KernelHeight, kernelParts * Cut.Parts(wanted, tasks * chunks));
        tasks = sections * blockParts * kernelParts;
        if (tasks * chunks < wanted && form == Form.InputByOutput)
            blockParts = Math.Min(blocks, blockParts * Cut.Parts(wanted, tasks * chunks));
        direct = form == Form.InputByOutput && chunks == 1 && outChannels % lanes == 0;

        rowPitch = inPlace ? inputPitches.Row : (long)SourceColumns(bandColumns) * inPitch;
        imagePitch = inPlace ? inputPitches.Image : SourceRows(bandRows, Cut.Parts(geometry.KernelHeight, kernelParts)) * rowPitch;
        bandBytes = inPlace ? 0 : ScratchRegion.Align((bandImages * imagePitch + ImageBand.Slack) * sizeof(float));
        functions = new TileFunction?[(tileRows + 1) * (tileVectors + 1)];
    }

    /// <inheritdoc/>
    public override string Algorithm => "direct";

    public override int Phases => direct ? 1 : 2;

    public override long WorkspaceBytes => direct ? 0 : chunks * Partials * sizeof(float);

    public override long ScratchBytes =>
        bandBytes + ScratchRegion.Align((long)bandImages * bandRows * bandColumns * outPitch * Cut.Parts(blocks, blockParts) * sizeof(float)
            + ImageBand.Slack * sizeof(float));

    private long Partials => sections * geometry.KernelHeight * kernelRowSize;

    private int KernelRows => geometry.KernelHeight * geometry.KernelWidth;

    public override int TaskCount(int phase) => phase == 0 ? chunks * sections * blockParts * kernelParts : KernelRows;

    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        if (phase == 0) Sum(task, arguments, scratch);
        else AddChunks(task, arguments);
    }

    private double Filled(int count) => (double)count / Cut.Covering(count, lanes);

    private bool Fits(int images = 1)
    {
        long pixels = (long)images * bandRows * bandColumns;
        int rows = SourceRows(bandRows, Cut.Parts(geometry.KernelHeight, kernelParts));
        long source = (long)images * rows * SourceColumns(bandColumns) * inPitch;
        long gradient = pixels * outPitch * sizeof(float);
        return pixels <= MostPixels && gradient <= PanelBytes
            && source * sizeof(float) + gradient * Cut.Parts(blocks, blockParts) <= BandBytes;
    }

    /// <summary>Rows of the input from one that is copied to the next: a single row of the kernel does not meet those between.</summary>
    private int RowStep => !inPlace && Cut.Parts(geometry.KernelHeight, kernelParts) == 1 ? window.StrideY : 1;

    /// <summary>Rows of scratch from those that one row of the result meets to those of the next.</summary>
    private int RowStride => window.StrideY / RowStep;

    private int SourceRows(int rows, int kernelRows) => (rows - 1) * RowStride + (kernelRows - 1) * window.DilationY + 1;

    private int SourceColumns(int columns) => (columns - 1) * window.StrideX + (geometry.KernelWidth - 1) * window.DilationX + 1;

    /// <summary>The register tile with the fewest estimated cycles for a row of the kernel.</summary>
    private (int Rows, int Vectors) BestTile(int rows)
    {
        int accumulators = TileSpec.MaxAccumulators(width);
        (int Rows, int Vectors) best = (1, 1);
        double least = double.MaxValue;
        int most = Math.Min(vectors, form == Form.OutputByInput ? 8 : 4);
        for (int v = 1; v <= most; v++)
        {
            int high = Math.Min(rows, Math.Max(1, accumulators / v));
            int tiles = Cut.Parts(rows, high);
            double cost = 0;
            int parts = Cut.Parts(vectors, v);
            for (int part = 0; part < parts; part++)
            {
                int wide = form == Form.OutputByInput ? Share(vectors, parts, part) : Math.Min(v, vectors - part * v);
                for (int tile = 0; tile < tiles; tile++)
                {
                    int tall = Share(rows, tiles, tile);
                    double loads = form == Form.Depthwise ? (tall + 1) * wide : tall + wide;
                    cost += Math.Max(Math.Max(tall * wide, loads) * 0.5, 4) + 0.2;
                }
            }
            if (cost >= least) continue;
            least = cost;
            best = (high, v);
        }
        return best;
    }

    private static int Share(int count, int parts, int part)
    {
        (int start, int end) = Cut.Part(count, parts, part);
        return end - start;
    }

    private void Sum(int task, in KernelArguments arguments, byte* scratch)
    {
        int kernelPart = task % kernelParts;
        task /= kernelParts;
        int blockPart = task % blockParts;
        task /= blockParts;
        int section = task % sections, chunk = task / sections;
        (int firstTap, int endTap) = Cut.Part(geometry.KernelHeight, kernelParts, kernelPart);
        (int firstBlock, int endBlock) = Cut.Part(blocks, blockParts, blockPart);
        (int firstBand, int endBand) = Cut.Part(bands, chunks, chunk);
        float* input = (float*)scratch, gradient = (float*)(scratch + bandBytes);
        var source = new ImageBand(
            geometry.Height, geometry.Width, geometry.InChannels, inputPitches, section * inChannels, inChannels, inPitch, rowPitch, imagePitch);
        for (int band = firstBand; band < endBand; band++)
        {
            int firstColumn = band % columnBands * bandColumns, columns = Math.Min(bandColumns, geometry.OutWidth - firstColumn);
            int firstRow = band / columnBands % rowBands * bandRows, rows = Math.Min(bandRows, geometry.OutHeight - firstRow);
            int firstImage = band / columnBands / rowBands * bandImages, images = Math.Min(bandImages, geometry.Batch - firstImage);
            int top = firstRow * window.StrideY + firstTap * window.DilationY - window.PadTop;
            int left = firstColumn * window.StrideX - window.PadLeft;
            if (inPlace)
            {
                input = arguments.Operands[0] + firstImage * imagePitch + top * rowPitch + (long)left * inPitch + section * inChannels;
            }
            else
            {
                source.Copy(
                    arguments.Operands[0], input, firstImage, images, top, SourceRows(rows, endTap - firstTap), left,
                    SourceColumns(columns), RowStep);
            }
            int copies = form == Form.OutputByInput ? 1 : endBlock - firstBlock;
            long panel = (long)images * rows * columns * outPitch;
            for (int copy = 0; copy < copies; copy++)
            {
                // Blocks' panels lie one after the other; the last block may be narrower, its panel is not.
                int first = form == Form.OutputByInput ? 0 : (firstBlock + copy) * outPitch;
                new ImageBand(
                    geometry.OutHeight, geometry.OutWidth, geometry.OutChannels, gradientPitches, section * outChannels + first,
                    Math.Min(outChannels - first, form == Form.OutputByInput ? outChannels : BlockVectors(firstBlock + copy) * lanes),
                    form == Form.OutputByInput ? outPitch : BlockVectors(firstBlock + copy) * lanes,
                    (long)columns * (form == Form.OutputByInput ? outPitch : BlockVectors(firstBlock + copy) * lanes),
                    (long)rows * columns * (form == Form.OutputByInput ? outPitch : BlockVectors(firstBlock + copy) * lanes))
                    .Copy(arguments.Operands[1], gradient + copy * panel, firstImage, images, firstRow, rows, firstColumn, columns);
            }
            for (int block = firstBlock; block < endBlock; block++)
            {
                for (int tap = firstTap; tap < endTap; tap++)
                {
                    float* results = direct
                        ? arguments.Operands[2] + (long)tap * geometry.KernelWidth * inChannels * geometry.OutChannels
                            + section * outChannels
                        : (float*)arguments.Workspace + chunk * Partials + (section * geometry.KernelHeight + tap) * kernelRowSize;
                    Tiles(
                        input + (long)(tap - firstTap) * window.DilationY * rowPitch,
                        gradient + (form == Form.OutputByInput ? 0 : block - firstBlock) * panel, results, block, images, rows, columns,
                        band > firstBand);
                }
            }
        }
    }

    private int BlockVectors(int block) =>
        form == Form.OutputByInput ? Share(vectors, blocks, block) : Math.Min(tileVectors, vectors - block * tileVectors);

    private int BlockStart(int block) =>
        form == Form.OutputByInput ? Cut.Part(vectors, blocks, block).Start : block * tileVectors;

    /// <summary>Adds a band to the sums of one row of the kernel and one block of columns.</summary>
    private void Tiles(float* input, float* gradient, float* results, int block, int images, int rows, int columns, bool accumulate)
    {
        int blockVectors = BlockVectors(block), start = BlockStart(block) * lanes;
        int length = form == Form.OutputByInput ? outChannels : segmentLength, tiles = Cut.Parts(length, tileRows);
        int pitch = direct ? geometry.OutChannels : resultPitch;
        long step = (long)window.StrideX * inPitch;
        var call = new TileCall
        {
            Outer = images,
            Inner = rows,
            Steps = columns,
            CRow = pitch * sizeof(float),
            Accumulate = accumulate ? 1 : 0,
        };
        if (form == Form.OutputByInput)
        {
            call.AInner = (long)columns * outPitch * sizeof(float);
            call.AOuter = rows * call.AInner;
            call.BInner = (RowStride * rowPitch - columns * step) * sizeof(float);
            call.BOuter = (imagePitch - rows * RowStride * rowPitch) * sizeof(float);
        }
        else
        {
            call.AInner = RowStride * rowPitch * sizeof(float);
            call.AOuter = imagePitch * sizeof(float);
        }
        for (int segment = 0; segment < segments; segment++)
        {
            float* run = input + (long)segment * window.DilationX * inPitch;
            float* target = results + (direct ? (long)segment * segmentLength * pitch : segment * segmentSize) + start;
            for (int tile = 0; tile < tiles; tile++)
            {
                (int first, int end) = Cut.Part(length, tiles, tile);
                switch (form)
                {
                    case Form.OutputByInput:
                        call.A = gradient + first;
                        call.B = run + start;
                        break;
                    case Form.InputByOutput:
                        call.A = run + first;
                        call.B = gradient;
                        break;
                    default:
                        call.A = run + (long)first * window.DilationX * inPitch + start;
                        call.B = gradient;
                        break;
                }
                call.C = target + (long)first * pitch;
                Function(end - first, blockVectors)(&call);
            }
        }
    }

    private TileFunction Function(int rows, int blockVectors)
    {
        int index = rows * (tileVectors + 1) + blockVectors;
        return functions[index] ??= cache.Get(form switch
        {
            Form.InputByOutput => new TileSpec(
                width, TileLeft.Broadcast, 1, rows, blockVectors, 0, sizeof(float), window.StrideX * inPitch * sizeof(float),
                blockVectors * lanes * sizeof(float)),
            Form.OutputByInput => new TileSpec(
                width, TileLeft.Broadcast, 1, rows, blockVectors, 0, sizeof(float), outPitch * sizeof(float),
                window.StrideX * inPitch * sizeof(float)),
            _ => new TileSpec(
                width, TileLeft.Columns, 1, rows, blockVectors, 0, window.DilationX * inPitch * sizeof(float),
                window.StrideX * inPitch * sizeof(float), blockVectors * lanes * sizeof(float)),
        });
    }

    /// <summary>Adds up the chunks for one tap of the kernel.</summary>
    private void AddChunks(int task, in KernelArguments arguments)
    {
        int tapY = task / geometry.KernelWidth, tapX = task % geometry.KernelWidth;
        float* partials = (float*)arguments.Workspace;
        int channels = geometry.InChannelsPerGroup;
        float* row = stackalloc float[RowPart];
        float* result = arguments.Operands[2] + (long)task * channels * geometry.OutChannels;
        for (int section = 0; section < sections; section++)
        {
            float* sums = partials + (section * geometry.KernelHeight + tapY) * kernelRowSize;
            switch (form)
            {
                case Form.Depthwise:
                    int first = section * outChannels;
                    AddRow(sums + (long)tapX * resultPitch, result + first, Math.Min(outChannels, geometry.OutChannels - first));
                    break;
                case Form.InputByOutput when outChannels == resultPitch && sections == 1:
                    AddRow(sums + (long)tapX * channels * resultPitch, result, channels * outChannels);
                    break;
                case Form.InputByOutput:
                    for (int c = 0; c < channels; c++)
                    {
                        // Runs are one after the other, so it does not matter here whether the taps were one run or several.
                        AddRow(
                            sums + (long)(tapX * channels + c) * resultPitch,
                            result + (long)c * geometry.OutChannels + section * outChannels, outChannels);
                    }
                    break;
                default:
                    float* segment = segments == 1 ? sums + tapX * channels : sums + tapX * segmentSize;
                    for (int o = 0; o < outChannels; o++)
                    {
                        for (int start = 0; start < channels; start += RowPart)
                        {
                            int count = Math.Min(RowPart, channels - start);
                            AddRow(segment + (long)o * resultPitch + start, row, count);
                            float* to = result + (long)start * geometry.OutChannels + section * outChannels + o;
                            for (int c = 0; c < count; c++) to[(long)c * geometry.OutChannels] = row[c];
                        }
                    }
                    break;
            }
        }
    }

    /// <summary>Adds up the chunks of adjacent sums.</summary>
    private void AddRow(float* sums, float* result, int count) => Panels.AddUp(sums, Partials, chunks, result, count);
}
