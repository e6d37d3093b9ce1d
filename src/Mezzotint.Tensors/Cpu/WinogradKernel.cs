using System.Runtime.Intrinsics.X86;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A convolution of one group without dilation, or its gradient by its input, by Winograd's F(r x r, k x k): a kernel of 3x3 with stride 1
/// takes 2.25 products (r = 4) or 4 (r = 2) a result instead of 9; one of 4x4 with stride 2 is the sum of four convolutions of 2x2 over
/// every second pixel (its gradient: four convolutions of 2x2, each of every second result), which take 6.25 or 9 instead of 16. Phase 0
/// transforms and packs the weights to [block of destination channels][point][depth][channel of the block], where the depth is the source
/// channels, of all parts that are summed. In the last phase a task takes a run of tiles: it transforms their pixels to a matrix
/// [tile][depth] for each point, multiplies each with the weights of its point, and transforms the products back. Where several tasks share
/// a run, each for some of the destination channels, a phase between transforms the pixels. Few tiles with many weights that are used once,
/// as in training, take those a part of the depth at a time, in the task that multiplies with them, so that transformed weights, several
/// times as many, never reach memory. Tiles lie on multiples of their side of the destination's own coordinates, and each product is one
/// chain of multiply-adds over the depth: so a result depends on the pixels under its tile and on nothing else. Operands: source, weights,
/// destination, then those of the epilogue.
/// </summary>
internal sealed unsafe class WinogradKernel : Kernel
{
    /// <summary>Tiles that a task computes, at most: their pixels and products at all points stay in a second-level cache.</summary>
    private const int RunTiles = 28;

    /// <summary>The same where the weights stay in no cache.</summary>
    private const int LongRunTiles = 112;

    /// <summary>Tiles whose pixels a task transforms where that is a phase of its own.</summary>
    private const int TransformTiles = 4;

    /// <summary>Tiles that are few enough for each block of destination channels to read the pixels of all of them.</summary>
    private const int FewTiles = 128;

    /// <summary>Runs that are enough to share among threads.</summary>
    private const int FewRuns = 8;

    /// <summary>Bytes of transformed weights that are better read by one task than by several.</summary>
    private const long ManyWeights = 4 << 20;

    /// <summary>Bytes of transformed weights that are better read from memory a few times only.</summary>
    private const long HugeWeights = 16 << 20;

    /// <summary>Source channels that are packed at a time.</summary>
    private const int PackChannels = 64;

    /// <summary>
    /// Destination channels whose products are held at a time, about: the fewer they are, the more often an epilogue is called.
    /// </summary>
    private const int GroupChannels = 64;

    /// <summary>
    /// The same where so many points have products of their own that those of 64 channels would leave a second-level cache.
    /// </summary>
    private const int GroupChannelsOfManyPoints = 32;
    private const int ManyPoints = 64;

    private readonly WinogradAxis y, x;
    private readonly WeightStrides weights;
    private readonly Epilogue? epilogue;
    private readonly TileCache cache;
    private readonly VectorWidth width;
    private readonly WinogradTransform transform;
    private readonly int side, resultsTogether;              // of a tile, and of each part's results in it
    private readonly int points, partPoints, allPoints;     // along an axis, of a part, and of all whose products are not summed
    private readonly int lanes, sourceChannels, destinationChannels, depth;
    private readonly int tileRows, tileColumns, tiles;      // of all images
    private readonly int registerRows, registerVectors;     // of a micro-kernel
    private readonly int vectors, blocks, groupBlocks, groups;
    private readonly bool fresh;                            // weights are transformed where they are used
    private readonly bool fetches;                          // those of the next product are brought to the cache during one
    private readonly int runTiles, runs, shares;
    private readonly ImagePatch patch;                      // the pixels under a tile
    private readonly int pixelPitch, productPitch;          // from one tile to the next, in elements
    private readonly long pixelPoint, productPoint;         // from one point to the next
    private readonly long pixelBytes, productBytes, rawBytes, patchBytes, tapBytes, chunkPoint;
    private readonly TileFunction?[] functions;

    /// <summary>A convolution, of which so many results along either axis are computed together.</summary>
    /// <param name="g">The layer.</param>
    /// <param name="results">4, 3 or 2.</param>
    /// <param name="width">The vector registers to use.</param>
    /// <param name="cache">Of micro-kernels.</param>
    /// <param name="epilogue">What finishes the results.</param>
    /// <param name="source">How the source lies in memory; dense unless said otherwise.</param>
    /// <param name="keepsWeights">Whether transformed weights are kept from run to run.</param>
    public static WinogradKernel Forward(
        ConvolutionGeometry g, int results, VectorWidth width, TileCache? cache = null, Epilogue? epilogue = null,
        ImagePitches? source = null, bool keepsWeights = true) =>
        new(
            results,
            WinogradAxis.Forward(g.Height, g.OutHeight, g.KernelHeight, g.Window.StrideY, g.Window.PadTop),
            WinogradAxis.Forward(g.Width, g.OutWidth, g.KernelWidth, g.Window.StrideX, g.Window.PadLeft),
            g.Batch, g.InChannels, g.OutChannels,
            new WeightStrides((long)g.KernelWidth * g.InChannels * g.OutChannels, (long)g.InChannels * g.OutChannels, g.OutChannels, 1, 0),
            width, cache, epilogue, source, keepsWeights);

    /// <summary>
    /// The gradient by its input of the convolution whose geometry is given; so many of each phase's results are computed together.
    /// </summary>
    /// <inheritdoc cref="Forward"/>
    public static WinogradKernel InputGradient(
        ConvolutionGeometry g, int results, VectorWidth width, TileCache? cache = null, Epilogue? epilogue = null,
        ImagePitches? source = null, bool keepsWeights = true) =>
        new(
            results,
            WinogradAxis.Backward(g.OutHeight, g.Height, g.KernelHeight, g.Window.StrideY, g.Window.PadTop),
            WinogradAxis.Backward(g.OutWidth, g.Width, g.KernelWidth, g.Window.StrideX, g.Window.PadLeft),
            g.Batch, g.OutChannels, g.InChannels,
            new WeightStrides((long)g.KernelWidth * g.InChannels * g.OutChannels, (long)g.InChannels * g.OutChannels, 1, g.OutChannels, 0),
            width, cache, epilogue, source, keepsWeights);

    private WinogradKernel(
        int results, WinogradAxis y, WinogradAxis x, int batch, int sourceChannels, int destinationChannels, WeightStrides weights,
        VectorWidth width, TileCache? cache, Epilogue? epilogue, ImagePitches? source, bool keepsWeights)
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
        transform = new WinogradTransform(results, y.Taps, width);
        resultsTogether = results;
        side = results * y.ResultStep;
        points = transform.Points;
        partPoints = points * points;
        allPoints = partPoints * y.ResultStep * x.ResultStep;
        depth = sourceChannels * y.PixelStep * x.PixelStep;
        tileRows = Cut.Parts(y.Destination, side);
        tileColumns = Cut.Parts(x.Destination, side);
        tiles = batch * tileRows * tileColumns;

        vectors = Cut.Parts(destinationChannels, lanes);
        (registerRows, registerVectors) = BestTile(width, vectors);
        blocks = Cut.Parts(vectors, registerVectors);
        fresh = !keepsWeights && TransformedBytes > ManyWeights && tiles <= FewTiles;
        fetches = Sse.IsSupported && !fresh && TransformedBytes > ManyWeights;
        bool huge = TransformedBytes > HugeWeights;
        int group = fresh || (allPoints >= ManyPoints && !huge) ? GroupChannelsOfManyPoints : GroupChannels;
        groupBlocks = Math.Clamp(group / (registerVectors * lanes), 1, fresh ? 1 : blocks);
        groups = Cut.Parts(blocks, groupBlocks);

        // Weights that are read from memory are read by few, long runs. Where tiles are few, the destination channels are shared out among
        // tasks, if their weights are many; otherwise, or where that is not enough, runs are made shorter.
        double operations = 2.0 * allPoints * tiles * depth * vectors * lanes;
        int wanted = Cut.Tasks(operations), least = registerRows;
        runTiles = Math.Max(1, (huge ? LongRunTiles : TransformedBytes > ManyWeights ? 2 * RunTiles : RunTiles) / least) * least;
        bool few = Cut.Parts(tiles, runTiles) < Math.Min(wanted, FewRuns) && TransformedBytes > ManyWeights;
        if (fresh) runTiles = tiles;
        else if (few) while (runTiles > least && Cut.Parts(tiles, runTiles) * groups < wanted / 2) runTiles = Cut.Parts(runTiles / least, 2) * least;
        else if (Cut.Parts(tiles, runTiles) < wanted && !huge) runTiles = least;
        runTiles = Cut.Parts(tiles, Cut.Parts(tiles, runTiles));
        runs = Cut.Parts(tiles, runTiles);
        shares = fresh ? groups : few ? Math.Min(groups, Cut.Parts(wanted, runs)) : 1;

        pixelPitch = Cut.Parts(depth - sourceChannels + Cut.Covering(sourceChannels, lanes), lanes) * lanes;
        if (pixelPitch * sizeof(float) % 2048 == 0) pixelPitch += 16;
        productPitch = groupBlocks * registerVectors * lanes;
        pixelPoint = (long)runTiles * pixelPitch + 16;
        productPoint = (long)runTiles * productPitch + 16;
        pixelBytes = ScratchRegion.Align(allPoints * pixelPoint * sizeof(float));
        productBytes = ScratchRegion.Align(allPoints * productPoint * sizeof(float));
        rawBytes = ScratchRegion.Align((long)side * side * runTiles * productPitch * sizeof(float));
        patch = new ImagePatch(
            batch, y.Source, x.Source, sourceChannels, source ?? ImagePitches.Dense(y.Source, x.Source, sourceChannels),
            y.Reach(results), x.Reach(results), lanes);
        patchBytes = patch.ScratchBytes(sourceChannels);
        tapBytes = ScratchRegion.Align((long)y.Taps * x.Taps * PackChannels * registerVectors * lanes * sizeof(float));
        chunkPoint = PackChannels * registerVectors * lanes + 16;
        functions = new TileFunction?[(registerRows + 1) * (registerVectors + 1)];
    }

    /// <inheritdoc/>
    public override string Algorithm => $"Winograd F({resultsTogether}x{resultsTogether}, {y.Taps}x{y.Taps})";

    public override int Phases => (fresh ? 1 : 2) + (TransformsFirst ? 1 : 0);

    public override int PreparedOperand => fresh ? -1 : 1;

    public override long PreparedBytes => fresh ? 0 : TransformedBytes;

    /// <summary>It depends on the layer alone, and not on the size of the image: tiles of any shape share their weights.</summary>
    public override object? PreparedForm =>
        (resultsTogether, width, weights, sourceChannels, destinationChannels, y.Taps, PartsAreSummed,
            (y.Parts[0].FirstTap, y.Parts[0].TapStep), (x.Parts[0].FirstTap, x.Parts[0].TapStep));

    public override long WorkspaceBytes => TransformsFirst ? runs * pixelBytes : 0;

    public override long ScratchBytes => Math.Max(
        tapBytes,
        productBytes + rawBytes + patchBytes + (TransformsFirst ? 0 : pixelBytes)
            + (fresh ? tapBytes + ScratchRegion.Align(partPoints * chunkPoint * sizeof(float)) : 0));

    private long TransformedBytes => (long)allPoints * depth * vectors * lanes * sizeof(float);

    /// <summary>Whether pixels are transformed in a phase of their own.</summary>
    private bool TransformsFirst => fresh || shares > 1;

    public override int TaskCount(int phase) => StageOf(phase) switch
    {
        Stage.Pack => blocks * Cut.Parts(sourceChannels, PackChannels) * Parts,
        Stage.Transform => Cut.Parts(tiles, TransformTiles),
        _ => runs * shares,
    };

    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        switch (StageOf(phase))
        {
            case Stage.Pack:
                Pack(task, arguments.Operands[1], (float*)arguments.Prepared, (float*)scratch);
                break;
            case Stage.Transform:
                Transform(task, arguments, (float*)scratch);
                break;
            default:
                Compute(task, arguments, scratch);
                break;
        }
    }

    private enum Stage
    {
        Pack,
        Transform,
        Compute,
    }

    private Stage StageOf(int phase) =>
        phase == Phases - 1 ? Stage.Compute : phase == 0 && !fresh ? Stage.Pack : Stage.Transform;

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

    private int Parts => y.Parts.Length * x.Parts.Length;

    private bool PartsAreSummed => y.PixelStep > 1;

    private int BlockVectors(int block) => Math.Min(registerVectors, vectors - block * registerVectors);

    private long BlockOffset(int block) => (long)allPoints * depth * block * registerVectors * lanes;

    private void Pack(int task, float* from, float* prepared, float* scratch)
    {
        int block = task % blocks, part = task / blocks % Parts, firstSource = task / blocks / Parts * PackChannels;
        int pitch = BlockVectors(block) * lanes;
        float* to = prepared + BlockOffset(block) + (long)firstSource * pitch
            + (PartsAreSummed ? (long)part * sourceChannels : (long)part * partPoints * depth) * pitch;
        TransformWeights(from, part, firstSource, block, scratch, to, (long)depth * pitch);
    }

    /// <summary>Brings the weights of some source channels of a part, and of a block of destination channels, to all points.</summary>
    private void TransformWeights(float* from, int part, int firstSource, int block, float* taps, float* to, long point)
    {
        int sources = Math.Min(PackChannels, sourceChannels - firstSource), pitch = BlockVectors(block) * lanes;
        int first = block * registerVectors * lanes;
        WinogradPart py = y.Parts[part / x.Parts.Length], px = x.Parts[part % x.Parts.Length];
        for (int tap = 0; tap < y.Taps * x.Taps; tap++)
        {
            int tapY = py.FirstTap + tap / x.Taps * py.TapStep, tapX = px.FirstTap + tap % x.Taps * px.TapStep;
            Panels.Pack(
                from + tapY * weights.TapY + tapX * weights.TapX + firstSource * weights.Source + first * weights.Destination,
                weights.Source, weights.Destination, sources, Math.Min(pitch, destinationChannels - first),
                taps + (long)tap * sources * pitch, pitch);
        }
        long tapPitch = (long)sources * pitch * sizeof(float);
        transform.OfKernel(
            taps, x.Taps * tapPitch, tapPitch, to, points * point * sizeof(float), point * sizeof(float), (long)sources * BlockVectors(block));
    }

    private void Transform(int task, in KernelArguments arguments, float* scratch)
    {
        for (int tile = task * TransformTiles; tile < Math.Min(tiles, (task + 1) * TransformTiles); tile++)
            TransformPixels(tile, arguments.Operands[0], (float*)(arguments.Workspace + tile / runTiles * pixelBytes), scratch);
    }

    private void Compute(int task, in KernelArguments arguments, byte* scratch)
    {
        int run = task % runs, firstTile = run * runTiles, count = Math.Min(runTiles, tiles - firstTile);
        (int firstGroup, int endGroup) = Cut.Part(groups, shares, task / runs);
        float* products = (float*)scratch;
        float* raw = (float*)(scratch + productBytes);
        float* pixels = (float*)(arguments.Workspace + run * pixelBytes);
        if (!TransformsFirst)
        {
            float* edge = (float*)(scratch + productBytes + rawBytes);
            pixels = (float*)(scratch + productBytes + rawBytes + patchBytes);
            for (int tile = 0; tile < count; tile++) TransformPixels(firstTile + tile, arguments.Operands[0], pixels, edge);
        }

        for (int group = firstGroup; group < endGroup; group++)
        {
            int firstBlock = group * groupBlocks, endBlock = Math.Min(blocks, firstBlock + groupBlocks);
            if (fresh) MultiplyFresh(arguments.Operands[1], pixels, products, firstBlock, (float*)(scratch + productBytes + rawBytes + patchBytes));
            else Multiply((float*)arguments.Prepared, pixels, products, firstBlock, endBlock, count);
            int firstVector = firstBlock * registerVectors, endVector = Math.Min(vectors, endBlock * registerVectors);
            int channel = firstVector * lanes, channels = Math.Min(destinationChannels, endVector * lanes) - channel;
            for (int tile = 0; tile < count; tile++)
                TransformProducts(products + (long)tile * productPitch, raw + (long)side * tile * productPitch, endVector - firstVector);
            Finish(arguments.Operands, raw, firstTile, count, channel, channels);
        }
    }

    private long RawRow => (long)side * runTiles * productPitch;

    /// <summary>Brings a tile's pixels to all points, at its place in its run's matrices.</summary>
    private void TransformPixels(int tile, float* source, float* matrices, float* scratch)
    {
        int image = tile / (tileRows * tileColumns), row = tile / tileColumns % tileRows, column = tile % tileColumns;
        int stepY = resultsTogether * y.PixelStep, stepX = resultsTogether * x.PixelStep, across = Cut.Parts(sourceChannels, lanes);
        float* from = patch.Read(
            source, image, row * stepY + y.Origin, column * stepX + x.Origin, 0, sourceChannels, scratch, out long rowPitch, out long columnPitch);
        if (from != scratch) patch.Fetch(from + stepX * columnPitch, stepX, sourceChannels);

        float* to = matrices + (long)(tile % runTiles) * pixelPitch;
        for (int part = 0; part < Parts; part++)
        {
            WinogradPart py = y.Parts[part / x.Parts.Length], px = x.Parts[part % x.Parts.Length];
            transform.OfPixels(
                from + (py.Origin - y.Origin) * rowPitch + (px.Origin - x.Origin) * columnPitch,
                y.PixelStep * rowPitch * sizeof(float), x.PixelStep * columnPitch * sizeof(float),
                to + (PartsAreSummed ? (long)part * sourceChannels : part * partPoints * pixelPoint),
                points * pixelPoint * sizeof(float), pixelPoint * sizeof(float), across);
        }
    }

    /// <summary>Turns a tile's products into its results, those of each phase between the others'.</summary>
    private void TransformProducts(float* products, float* results, long across)
    {
        for (int phase = 0; phase < y.ResultStep * x.ResultStep; phase++)
        {
            transform.ToResults(
                products + phase * partPoints * productPoint, points * productPoint * sizeof(float), productPoint * sizeof(float),
                results + phase / x.ResultStep * RawRow + phase % x.ResultStep * productPitch,
                y.ResultStep * RawRow * sizeof(float), x.ResultStep * productPitch * sizeof(float), across);
        }
    }

    /// <summary>The products of some blocks of channels at all points.</summary>
    private void Multiply(float* prepared, float* pixels, float* products, int firstBlock, int endBlock, int count)
    {
        for (int point = 0; point < allPoints; point++)
        {
            for (int block = firstBlock; block < endBlock; block++)
            {
                bool last = block + 1 == endBlock;
                Multiply(
                    pixels + point * pixelPoint, Panel(prepared, point, block),
                    products + point * productPoint + (block - firstBlock) * registerVectors * lanes, BlockVectors(block), count, depth,
                    accumulate: false, next: Panel(prepared, last ? Math.Min(point + 1, allPoints - 1) : point, last ? firstBlock : block + 1));
            }
        }
    }

    /// <summary>The transformed weights of a block of channels at a point.</summary>
    private float* Panel(float* prepared, int point, int block) =>
        prepared + BlockOffset(block) + (long)point * depth * BlockVectors(block) * lanes;

    /// <summary>
    /// The products of a block of channels and of all tiles, with weights that are transformed a part of the depth at a time.
    /// </summary>
    private void MultiplyFresh(float* from, float* pixels, float* products, int block, float* taps)
    {
        float* chunk = (float*)((byte*)taps + tapBytes);
        int blockVectors = BlockVectors(block);
        for (int part = 0; part < Parts; part++)
        {
            for (int firstSource = 0; firstSource < sourceChannels; firstSource += PackChannels)
            {
                TransformWeights(from, part, firstSource, block, taps, chunk, chunkPoint);
                int steps = Math.Min(PackChannels, sourceChannels - firstSource);
                int firstPoint = PartsAreSummed ? 0 : part * partPoints, along = PartsAreSummed ? part * sourceChannels + firstSource : firstSource;
                for (int point = 0; point < partPoints; point++)
                {
                    Multiply(
                        pixels + (firstPoint + point) * pixelPoint + along, chunk + point * chunkPoint,
                        products + (firstPoint + point) * productPoint, blockVectors, tiles, steps, accumulate: along > 0,
                        next: null);
                }
            }
        }
    }

    /// <summary>
    /// The products of some tiles and one block of channels at a point, along the depth or a part of it. Where weights come from memory,
    /// each row of tiles brings a part of the next product's to the cache meanwhile.
    /// </summary>
    private void Multiply(
        float* left, float* right, float* products, int blockVectors, int count, int steps, bool accumulate, float* next)
    {
        int rowTiles = Cut.Parts(count, registerRows);
        long fetched = fetches ? TileEmitter.FetchedBytes(Tile(registerRows, blockVectors), steps) / sizeof(float) : 0;
        long most = (long)steps * blockVectors * lanes;
        var call = new TileCall
        {
            B = right,
            Outer = 1,
            Inner = 1,
            Steps = steps,
            CRow = productPitch * sizeof(float),
            Accumulate = accumulate ? 1 : 0,
        };
        for (int rowTile = 0; rowTile < rowTiles; rowTile++)
        {
            (int start, int end) = Cut.Part(count, rowTiles, rowTile);
            call.A = left + (long)start * pixelPitch;
            call.C = products + (long)start * productPitch;
            call.Fetch = next + Math.Min(rowTile * fetched, most);
            Function(end - start, blockVectors)(&call);
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
        functions[rows * (registerVectors + 1) + blockVectors] ??= cache.Get(Tile(rows, blockVectors));

    private TileSpec Tile(int rows, int blockVectors) => new(
        width, TileLeft.Broadcast, 1, rows, blockVectors, 0, pixelPitch * sizeof(float), sizeof(float), blockVectors * lanes * sizeof(float),
        fetches);
}
