using System.Runtime.Intrinsics.X86;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A convolution with a 3x3 kernel, stride 1, no dilation and one group, or its gradient by its input, by Winograd's F(4x4, 3x3) or
/// F(2x2, 3x3): 2.25 or 4 products a result instead of 9. Phase 0 transforms and packs the weights to [block of destination
/// channels][point][source channel][channel of the block]. In the last phase a task takes a run of tiles: it transforms their pixels to
/// 36 or 16 matrices [tile][source channel], multiplies each with the weights of its point, and transforms the products back. Where
/// several tasks share a run, each for some of the destination channels, a phase between transforms the pixels. Tiles lie on multiples of
/// their side of the destination's own coordinates, and each product is one chain of multiply-adds over the source channels: so a result
/// depends on the pixels under its tile and on nothing else. Operands: source, weights, destination, then those of the epilogue.
/// </summary>
internal sealed unsafe class WinogradKernel : Kernel
{
    private const int Taps = WinogradTransform.Taps;

    /// <summary>Tiles that a task computes, at most: their pixels and products at all points stay in a second-level cache.</summary>
    private const int RunTiles = 28;

    /// <summary>The same where the weights stay in no cache.</summary>
    private const int LongRunTiles = 112;

    /// <summary>Tiles whose pixels a task transforms where that is a phase of its own.</summary>
    private const int TransformTiles = 4;

    /// <summary>Runs that are enough to share among threads.</summary>
    private const int FewRuns = 8;

    /// <summary>Bytes of transformed weights that are better read by one task than by several.</summary>
    private const long ManyWeights = 1 << 20;

    /// <summary>Bytes of transformed weights that are better read from memory a few times only.</summary>
    private const long HugeWeights = 16 << 20;

    /// <summary>Source channels that are packed at a time.</summary>
    private const int PackChannels = 64;

    /// <summary>Destination channels whose products are held at a time, about.</summary>
    private const int GroupChannels = 64;

    /// <summary>Work worth a task of its own, in float operations, and the number of tasks beyond which no more are wanted.</summary>
    private const double TaskOperations = 2e6;
    private const int EnoughTasks = 32;

    private readonly CorrelationAxis y, x;
    private readonly WeightStrides weights;
    private readonly Epilogue? epilogue;
    private readonly TileCache cache;
    private readonly VectorWidth width;
    private readonly WinogradTransform transform;
    private readonly int side, points, allPoints;           // of a tile
    private readonly int lanes, sourceChannels, destinationChannels;
    private readonly long sourceElements;
    private readonly int tileRows, tileColumns, tiles;      // of all images
    private readonly int registerRows, registerVectors;     // of a micro-kernel
    private readonly int vectors, blocks, groupBlocks, groups;
    private readonly int runTiles, runs, parts;
    private readonly int pixelPitch, productPitch;          // from one tile to the next, in elements
    private readonly long pixelPoint, productPoint;         // from one point to the next
    private readonly long pixelBytes, productBytes, rawBytes, patchBytes;
    private readonly TileFunction?[] functions;

    /// <summary>A convolution, of which side x side results are computed together.</summary>
    public static WinogradKernel Forward(
        ConvolutionGeometry g, int side, VectorWidth width, TileCache? cache = null, Epilogue? epilogue = null) =>
        new(
            side,
            CorrelationAxis.Forward(g.Height, g.OutHeight, Taps, 1, g.Window.PadTop, 1),
            CorrelationAxis.Forward(g.Width, g.OutWidth, Taps, 1, g.Window.PadLeft, 1), g.Batch, g.InChannels, g.OutChannels,
            new WeightStrides((long)Taps * g.InChannels * g.OutChannels, (long)g.InChannels * g.OutChannels, g.OutChannels, 1, 0),
            width, cache, epilogue);

    /// <summary>The gradient by its input of the convolution whose geometry is given.</summary>
    public static WinogradKernel InputGradient(
        ConvolutionGeometry g, int side, VectorWidth width, TileCache? cache = null, Epilogue? epilogue = null) =>
        new(
            side,
            CorrelationAxis.Backward(g.OutHeight, g.Height, Taps, 1, g.Window.PadTop, 1),
            CorrelationAxis.Backward(g.OutWidth, g.Width, Taps, 1, g.Window.PadLeft, 1), g.Batch, g.OutChannels, g.InChannels,
            new WeightStrides((long)Taps * g.InChannels * g.OutChannels, (long)g.InChannels * g.OutChannels, 1, g.OutChannels, 0),
            width, cache, epilogue);

    private WinogradKernel(
        int side, CorrelationAxis y, CorrelationAxis x, int batch, int sourceChannels, int destinationChannels, WeightStrides weights,
        VectorWidth width, TileCache? cache, Epilogue? epilogue)
    {
        this.y = y;
        this.x = x;
        this.weights = weights;
        this.width = width;
        this.epilogue = epilogue;
        this.cache = cache ?? TileCache.Shared;
        this.sourceChannels = sourceChannels;
        this.destinationChannels = destinationChannels;
        lanes = (int)width;
        transform = new WinogradTransform(side, width);
        this.side = side;
        points = transform.Points;
        allPoints = points * points;
        sourceElements = (long)batch * y.Source * x.Source * sourceChannels;
        tileRows = Divide(y.Destination, side);
        tileColumns = Divide(x.Destination, side);
        tiles = batch * tileRows * tileColumns;

        vectors = Divide(destinationChannels, lanes);
        (registerRows, registerVectors) = BestTile(width, vectors);
        blocks = Divide(vectors, registerVectors);
        groupBlocks = Math.Clamp(GroupChannels / (registerVectors * lanes), 1, blocks);
        groups = Divide(blocks, groupBlocks);

        // Weights that are read from memory are read by few, long runs. Where tiles are few, the destination channels are shared out among
        // tasks, if their weights are many; otherwise, or where that is not enough, runs are made shorter.
        double operations = 2.0 * allPoints * tiles * sourceChannels * vectors * lanes;
        int wanted = (int)Math.Clamp(operations / TaskOperations, 1, EnoughTasks), least = registerRows;
        bool huge = PreparedBytes > HugeWeights;
        runTiles = Math.Max(1, (huge ? LongRunTiles : RunTiles) / least) * least;
        bool shares = Divide(tiles, runTiles) < Math.Min(wanted, FewRuns) && PreparedBytes > ManyWeights;
        if (shares) while (runTiles > least && Divide(tiles, runTiles) * groups < wanted / 2) runTiles = Divide(runTiles / least, 2) * least;
        else if (Divide(tiles, runTiles) < wanted && !huge) runTiles = least;
        runTiles = Divide(tiles, Divide(tiles, runTiles));
        runs = Divide(tiles, runTiles);
        parts = shares ? Math.Min(groups, Divide(wanted, runs)) : 1;

        pixelPitch = Divide(sourceChannels, lanes) * lanes;
        if (pixelPitch * sizeof(float) % 2048 == 0) pixelPitch += 16;
        productPitch = groupBlocks * registerVectors * lanes;
        pixelPoint = (long)runTiles * pixelPitch + 16;
        productPoint = (long)runTiles * productPitch + 16;
        pixelBytes = ScratchRegion.Align(allPoints * pixelPoint * sizeof(float));
        productBytes = ScratchRegion.Align(allPoints * productPoint * sizeof(float));
        rawBytes = ScratchRegion.Align((long)side * side * runTiles * productPitch * sizeof(float));
        patchBytes = ScratchRegion.Align((long)allPoints * Divide(sourceChannels, lanes) * lanes * sizeof(float));
        functions = new TileFunction?[(registerRows + 1) * (registerVectors + 1)];
    }

    /// <inheritdoc/>
    public override string Algorithm => $"Winograd F({side}x{side}, 3x3)";

    public override int Phases => parts > 1 ? 3 : 2;

    public override int PreparedOperand => 1;

    public override long PreparedBytes => (long)allPoints * sourceChannels * vectors * lanes * sizeof(float);

    /// <summary>It depends on the layer alone, and not on the size of the image: tiles of any shape share their weights.</summary>
    public override object? PreparedForm =>
        (side, width, weights, sourceChannels, destinationChannels,
            (y.Phases[0].FirstTap, y.Phases[0].TapStep), (x.Phases[0].FirstTap, x.Phases[0].TapStep));

    public override long WorkspaceBytes => parts > 1 ? runs * pixelBytes : 0;

    public override long ScratchBytes => Math.Max(
        (long)Taps * Taps * PackChannels * registerVectors * lanes * sizeof(float),
        productBytes + rawBytes + patchBytes + (parts > 1 ? 0 : pixelBytes));

    public override int TaskCount(int phase) =>
        phase == 0 ? blocks * Divide(sourceChannels, PackChannels) : phase < Phases - 1 ? Divide(tiles, TransformTiles) : runs * parts;

    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        if (phase == 0) Pack(task, arguments.Operands[1], (float*)arguments.Prepared, (float*)scratch);
        else if (phase < Phases - 1) Transform(task, arguments, (float*)scratch);
        else Compute(task, arguments, scratch);
    }

    private static int Divide(int a, int b) => (a + b - 1) / b;

    /// <summary>Rows and vectors of the micro-kernel that takes the fewest cycles for a row.</summary>
    private static (int Rows, int Vectors) BestTile(VectorWidth width, int vectors)
    {
        (int Rows, int Vectors) best = (1, 1);
        double least = double.MaxValue;
        for (int v = 1; v <= Math.Min(vectors, width == VectorWidth.Bits512 ? 4 : 3); v++)
        {
            int rows = TileSpec.MaxAccumulators(width) / v, whole = vectors / v, rest = vectors % v;
            double cost = (whole * Cycles(rows, v) + (rest > 0 ? Cycles(rows, rest) : 0)) / rows;
            if (cost >= least * 0.999) continue;
            least = cost;
            best = (rows, v);
        }
        return best;

        // Two multiply-adds and two loads a cycle, a latency of four.
        static double Cycles(int rows, int vectors) => Math.Max(Math.Max(rows * vectors, rows + vectors) * 0.5, 4);
    }

    private int BlockVectors(int block) => Math.Min(registerVectors, vectors - block * registerVectors);

    private long BlockOffset(int block) => (long)allPoints * sourceChannels * block * registerVectors * lanes;

    private void Pack(int task, float* from, float* prepared, float* scratch)
    {
        int block = task % blocks, firstSource = task / blocks * PackChannels;
        int sources = Math.Min(PackChannels, sourceChannels - firstSource), pitch = BlockVectors(block) * lanes;
        int first = block * registerVectors * lanes;
        AxisPhase py = y.Phases[0], px = x.Phases[0];
        for (int tap = 0; tap < Taps * Taps; tap++)
        {
            int tapY = py.FirstTap + tap / Taps * py.TapStep, tapX = px.FirstTap + tap % Taps * px.TapStep;
            Panels.Pack(
                from + tapY * weights.TapY + tapX * weights.TapX + firstSource * weights.Source + first * weights.Destination,
                weights.Source, weights.Destination, sources, Math.Min(pitch, destinationChannels - first),
                scratch + (long)tap * sources * pitch, pitch);
        }
        long tapPitch = (long)sources * pitch * sizeof(float), point = (long)sourceChannels * pitch * sizeof(float);
        transform.OfKernel(
            scratch, Taps * tapPitch, tapPitch, prepared + BlockOffset(block) + (long)firstSource * pitch, points * point, point,
            (long)sources * BlockVectors(block));
    }

    private void Transform(int task, in KernelArguments arguments, float* patch)
    {
        for (int tile = task * TransformTiles; tile < Math.Min(tiles, (task + 1) * TransformTiles); tile++)
            TransformPixels(tile, arguments.Operands[0], (float*)(arguments.Workspace + tile / runTiles * pixelBytes), patch);
    }

    private void Compute(int task, in KernelArguments arguments, byte* scratch)
    {
        int run = task % runs, firstTile = run * runTiles, count = Math.Min(runTiles, tiles - firstTile);
        (int firstGroup, int endGroup) = TileChoice.Split(groups, parts, task / runs);
        float* products = (float*)scratch;
        float* raw = (float*)(scratch + productBytes);
        float* pixels = (float*)(arguments.Workspace + run * pixelBytes);
        if (parts == 1)
        {
            float* patch = (float*)(scratch + productBytes + rawBytes);
            pixels = (float*)(scratch + productBytes + rawBytes + patchBytes);
            for (int tile = 0; tile < count; tile++) TransformPixels(firstTile + tile, arguments.Operands[0], pixels, patch);
        }

        for (int group = firstGroup; group < endGroup; group++)
        {
            int firstBlock = group * groupBlocks, endBlock = Math.Min(blocks, firstBlock + groupBlocks);
            Multiply((float*)arguments.Prepared, pixels, products, firstBlock, endBlock, count);
            int firstVector = firstBlock * registerVectors, endVector = Math.Min(vectors, endBlock * registerVectors);
            int channel = firstVector * lanes, channels = Math.Min(destinationChannels, endVector * lanes) - channel;
            for (int tile = 0; tile < count; tile++)
            {
                transform.ToResults(
                    products + (long)tile * productPitch, points * productPoint * sizeof(float), productPoint * sizeof(float),
                    raw + (long)side * tile * productPitch, RawRow * sizeof(float), productPitch * sizeof(float), endVector - firstVector);
            }
            Finish(arguments.Operands, raw, firstTile, count, channel, channels);
        }
    }

    private long RawRow => (long)side * runTiles * productPitch;

    /// <summary>Brings a tile's pixels to all points, at its place in its run's matrices.</summary>
    private void TransformPixels(int tile, float* source, float* matrices, float* patch)
    {
        int image = tile / (tileRows * tileColumns), row = tile / tileColumns % tileRows, column = tile % tileColumns;
        int top = row * side + y.Phases[0].Origin, left = column * side + x.Phases[0].Origin, across = Divide(sourceChannels, lanes);
        long rowElements = (long)x.Source * sourceChannels;
        float* from = source + ((long)image * y.Source + top) * rowElements + (long)left * sourceChannels;
        long rowPitch = rowElements, columnPitch = sourceChannels;

        // Lanes beyond the last channel may hold anything, since no product reads them; but they must be there to be read.
        bool inside = top >= 0 && left >= 0 && top + points <= y.Source && left + points <= x.Source
            && from - source + (points - 1) * (rowPitch + columnPitch) + across * lanes <= sourceElements;
        if (!inside)
        {
            columnPitch = across * lanes;
            rowPitch = points * columnPitch;
            new Span<float>(patch, (int)(points * rowPitch)).Clear();
            int firstColumn = Math.Clamp(-left, 0, points), endColumn = Math.Clamp(x.Source - left, firstColumn, points);
            for (int i = 0; i < points; i++)
            {
                if (top + i < 0 || top + i >= y.Source) continue;
                float* pixel = from + i * rowElements + (long)firstColumn * sourceChannels;
                float* target = patch + i * rowPitch + firstColumn * columnPitch;
                int together = columnPitch == sourceChannels ? endColumn - firstColumn : 1;
                for (int j = firstColumn; j < endColumn; j += together, pixel += sourceChannels, target += columnPitch)
                    Panels.Copy(pixel, target, (long)together * sourceChannels);
            }
            from = patch;
        }
        else
        {
            FetchAhead(from + side * columnPitch, rowPitch);
        }

        transform.OfPixels(
            from, rowPitch * sizeof(float), columnPitch * sizeof(float),
            matrices + (long)(tile % runTiles) * pixelPitch, points * pixelPoint * sizeof(float), pixelPoint * sizeof(float), across);
    }

    /// <summary>
    /// Brings to the cache what the next tile along the row has not in common with this one: storing at all points at once is more than
    /// the processor follows by itself.
    /// </summary>
    private void FetchAhead(float* tile, long rowPitch)
    {
        if (!Sse.IsSupported) return;
        long from = (points - side) * sourceChannels, to = points * sourceChannels;
        for (int row = 0; row < points; row++, tile += rowPitch)
            for (long at = from; at < to; at += 16) Sse.Prefetch0(tile + at);
    }

    /// <summary>The products of some blocks of channels at all points.</summary>
    private void Multiply(float* prepared, float* pixels, float* products, int firstBlock, int endBlock, int count)
    {
        int rowTiles = Divide(count, registerRows);
        var call = new TileCall { Outer = 1, Inner = 1, Steps = sourceChannels, CRow = productPitch * sizeof(float) };
        for (int point = 0; point < allPoints; point++)
        {
            for (int block = firstBlock; block < endBlock; block++)
            {
                int blockVectors = BlockVectors(block);
                call.B = prepared + BlockOffset(block) + (long)point * sourceChannels * blockVectors * lanes;
                for (int rowTile = 0; rowTile < rowTiles; rowTile++)
                {
                    (int start, int end) = TileChoice.Split(count, rowTiles, rowTile);
                    call.A = pixels + point * pixelPoint + (long)start * pixelPitch;
                    call.C = products + point * productPoint + (long)start * productPitch + (block - firstBlock) * registerVectors * lanes;
                    Function(end - start, blockVectors)(&call);
                }
            }
        }
    }

    /// <summary>Hands the results of a run of tiles on, one row of tiles of one image after the other.</summary>
    private void Finish(float** operands, float* raw, int firstTile, int count, int channel, int channels)
    {
        for (int tile = 0; tile < count;)
        {
            int image = (firstTile + tile) / (tileRows * tileColumns), row = (firstTile + tile) / tileColumns % tileRows;
            int column = (firstTile + tile) % tileColumns, along = Math.Min(count - tile, tileColumns - column);
            var box = new OutputBox(
                image, row * side, Math.Min(side, y.Destination - row * side),
                column * side, Math.Min(along * side, x.Destination - column * side), channel, channels);
            float* results = raw + (long)side * tile * productPitch;
            tile += along;
            if (epilogue is not null)
            {
                epilogue.Run(operands, results, RawRow, productPitch, box);
                continue;
            }
            for (int i = 0; i < box.Rows; i++)
            {
                float* to = operands[2]
                    + (((long)image * y.Destination + box.Row + i) * x.Destination + box.Column) * destinationChannels + channel;
                float* line = results + i * RawRow;
                if (channels == destinationChannels && productPitch == channels)
                {
                    Panels.Copy(line, to, (long)box.Columns * channels);
                    continue;
                }
                for (int j = 0; j < box.Columns; j++)
                    Panels.Copy(line + (long)j * productPitch, to + (long)j * destinationChannels, channels);
            }
        }
    }

    private TileFunction Function(int rows, int blockVectors) =>
        functions[rows * (registerVectors + 1) + blockVectors] ??= cache.Get(new TileSpec(
            width, TileLeft.Broadcast, 1, rows, blockVectors, 0, pixelPitch * sizeof(float), sizeof(float),
            blockVectors * lanes * sizeof(float)));
}
