using System.Runtime.Intrinsics.X86;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A convolution of one group without dilation, or its gradient by its input, by Winograd's F(r x r, k x k): a kernel of 3x3 with stride 1
/// takes 2.25 products (r = 4) or 4 (r = 2) a result instead of 9; one of 4x4 with stride 2 is the sum of four convolutions of 2x2 over
/// every second pixel (its gradient: four convolutions of 2x2, each of every second result), which take 6.25 instead of 16; one of 3x3 with
/// stride 2 the same with fewer taps, 5.06 instead of 9; one of 5x5 takes 9 instead of 25, with stride 2 7.56. Phase 0
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
    /// <summary>Tiles whose pixels a task transforms where that is a phase of its own.</summary>
    private const int TransformTiles = 4;

    private readonly WinogradLayer layer;
    private readonly WinogradAxis y, x;
    private readonly WinogradWeights weights;
    private readonly WinogradRuns runs;
    private readonly Epilogue? epilogue;
    private readonly TileCache cache;
    private readonly bool fetches;                          // the weights of the next product
    private readonly ImagePatch patch;                      // the pixels under a tile
    private readonly int pixelPitch, productPitch, rawPitch; // from one tile to the next, or one result to the next, in elements
    private readonly long pixelPoint, productPoint, freshPoint; // from one point to the next; of weights that are packed where used
    private readonly long pixelBytes, productBytes, rawBytes, patchBytes;
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
        int results, WinogradAxis y, WinogradAxis x, int batch, int sourceChannels, int destinationChannels, WeightStrides strides,
        VectorWidth width, TileCache? cache, Epilogue? epilogue, ImagePitches? source, bool keepsWeights)
    {
        this.y = y;
        this.x = x;
        this.epilogue = epilogue;
        this.cache = cache ?? TileCache.Shared;
        layer = new WinogradLayer(y, x, results, sourceChannels, destinationChannels, width);
        weights = new WinogradWeights(layer, strides);
        runs = new WinogradRuns(layer, batch, weights.Bytes, keepsWeights);
        fetches = Sse.IsSupported && runs.Fetches;

        pixelPitch = Cut.Covering(layer.Depth - sourceChannels + Cut.Covering(sourceChannels, layer.Lanes), layer.Lanes);
        if (pixelPitch * sizeof(float) % 2048 == 0) pixelPitch += 16;
        productPitch = runs.GroupBlocks * layer.RegisterVectors * layer.Lanes;
        rawPitch = GroupsTogether * productPitch;
        pixelPoint = (long)runs.Length * pixelPitch + 16;
        productPoint = (long)runs.Length * productPitch + 16;
        freshPoint = WinogradWeights.PackChannels * layer.RegisterVectors * layer.Lanes + 16;
        pixelBytes = ScratchRegion.Align(layer.AllPoints * pixelPoint * sizeof(float));
        productBytes = ScratchRegion.Align(layer.PartPoints * productPoint * sizeof(float));
        rawBytes = ScratchRegion.Align((long)layer.Side * layer.Side * runs.Length * rawPitch * sizeof(float));
        patch = new ImagePatch(
            batch, y.Source, x.Source, sourceChannels, source ?? ImagePitches.Dense(y.Source, x.Source, sourceChannels),
            y.Reach(results), x.Reach(results), layer.Lanes);
        patchBytes = patch.ScratchBytes(sourceChannels);
        functions = new TileFunction?[(layer.RegisterRows + 1) * (layer.RegisterVectors + 1)];
    }

    /// <inheritdoc/>
    public override string Algorithm => $"Winograd F({layer.Results}x{layer.Results}, {y.Taps}x{y.Taps})";

    public override (int Rows, int Columns)? Grid => (layer.Side, layer.Side);

    public override int Phases => (runs.Fresh ? 1 : 2) + (runs.TransformsFirst ? 1 : 0);

    public override int PreparedOperand => runs.Fresh ? -1 : 1;

    public override long PreparedBytes => runs.Fresh ? 0 : weights.Bytes;

    /// <summary>It depends on the layer alone, and not on the size of the image: tiles of any shape share their weights.</summary>
    public override object? PreparedForm => weights.Form;

    public override long WorkspaceBytes => runs.TransformsFirst ? runs.Count * pixelBytes : 0;

    public override long ScratchBytes => Math.Max(
        weights.TapBytes,
        productBytes + rawBytes + patchBytes + (runs.TransformsFirst ? 0 : pixelBytes)
            + (runs.Fresh ? weights.TapBytes + ScratchRegion.Align(layer.PartPoints * freshPoint * sizeof(float)) : 0));

    public override int TaskCount(int phase) => StageOf(phase) switch
    {
        Stage.Pack => weights.Pieces,
        Stage.Transform => Cut.Parts(runs.Tiles, TransformTiles),
        _ => runs.Tasks,
    };

    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        switch (StageOf(phase))
        {
            case Stage.Pack:
                weights.Pack(task, arguments.Operands[1], (float*)arguments.Prepared, (float*)scratch);
                break;
            case Stage.Transform:
                Transform(task, arguments, (float*)scratch);
                break;
            default:
                Compute(runs.Task(task), arguments, scratch);
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
        phase == Phases - 1 ? Stage.Compute : phase == 0 && !runs.Fresh ? Stage.Pack : Stage.Transform;

    private void Transform(int task, in KernelArguments arguments, float* scratch)
    {
        for (int tile = task * TransformTiles; tile < Math.Min(runs.Tiles, (task + 1) * TransformTiles); tile++)
            TransformPixels(tile, arguments.Operands[0], (float*)(arguments.Workspace + tile / runs.Length * pixelBytes), scratch);
    }

    private void Compute(in WinogradTask task, in KernelArguments arguments, byte* scratch)
    {
        float* products = (float*)scratch, raw = (float*)(scratch + productBytes), edge = (float*)(scratch + productBytes + rawBytes);
        float* rest = (float*)(scratch + productBytes + rawBytes + patchBytes);
        float* pixels = runs.TransformsFirst ? (float*)(arguments.Workspace + task.Run * pixelBytes) : rest;
        if (!runs.TransformsFirst)
        {
            for (int tile = 0; tile < task.Tiles; tile++) TransformPixels(task.FirstTile + tile, arguments.Operands[0], pixels, edge);
        }

        // The results of phases lie between each other's: the epilogue waits for those of all.
        for (int group = task.FirstGroup; group < task.EndGroup; group += GroupsTogether)
        {
            int endGroup = Math.Min(task.EndGroup, group + GroupsTogether), channel = FirstChannel(group);
            for (int phase = 0; phase < layer.Phases; phase++)
            {
                for (int next = group; next < endGroup; next++)
                {
                    if (runs.Fresh) MultiplyFresh(arguments.Operands[1], pixels, products, phase, next, rest);
                    else Multiply((float*)arguments.Prepared, pixels, products, phase, next, task.Tiles);
                    TransformProducts(products, raw + FirstChannel(next) - channel, phase, next, task.Tiles);
                }
            }

            Finish(arguments, raw, task, channel, FirstChannel(endGroup) - channel);
        }
    }

    /// <summary>Groups of destination channels whose results are finished at a time.</summary>
    private int GroupsTogether => layer.Phases > 1 ? Cut.Parts(Cut.Parts(layer.Blocks, runs.GroupBlocks), runs.Shares) : 1;

    private long RawRow => (long)layer.Side * runs.Length * rawPitch;

    private int FirstChannel(int group) =>
        Math.Min(layer.DestinationChannels, group * runs.GroupBlocks * layer.RegisterVectors * layer.Lanes);

    /// <summary>Brings a tile's pixels to all points, at its place in its run's matrices.</summary>
    private void TransformPixels(int tile, float* source, float* matrices, float* scratch)
    {
        (int image, int row, int column) = runs.Place(tile);
        int sourceChannels = layer.SourceChannels, across = Cut.Parts(sourceChannels, layer.Lanes);
        int stepY = layer.Results * y.PixelStep, stepX = layer.Results * x.PixelStep;
        float* from = patch.Read(
            source, image, row * stepY + y.Origin, column * stepX + x.Origin, 0, sourceChannels, scratch, out long rowPitch, out long columnPitch);
        if (from != scratch) patch.Fetch(from + stepX * columnPitch, stepX, sourceChannels);

        float* to = matrices + (long)(tile % runs.Length) * pixelPitch;
        for (int part = 0; part < layer.Parts; part++)
        {
            (WinogradPart py, WinogradPart px) = layer.Part(part);
            layer.Transform.OfPixels(
                from + (py.Origin - y.Origin) * rowPitch + (px.Origin - x.Origin) * columnPitch,
                y.PixelStep * rowPitch * sizeof(float), x.PixelStep * columnPitch * sizeof(float),
                to + part / layer.PhaseParts * layer.PartPoints * pixelPoint + part % layer.PhaseParts * sourceChannels,
                layer.Points * pixelPoint * sizeof(float), pixelPoint * sizeof(float), across);
        }
    }

    /// <summary>Turns the products of a group of channels into a phase's results, which lie between the others'.</summary>
    private void TransformProducts(float* products, float* results, int phase, int group, int tiles)
    {
        results += phase / x.ResultStep * RawRow + phase % x.ResultStep * rawPitch;
        long vectors = Cut.Parts(FirstChannel(group + 1) - FirstChannel(group), layer.Lanes);
        for (int tile = 0; tile < tiles; tile++)
        {
            layer.Transform.ToResults(
                products + (long)tile * productPitch, layer.Points * productPoint * sizeof(float), productPoint * sizeof(float),
                results + (long)layer.Side * tile * rawPitch,
                y.ResultStep * RawRow * sizeof(float), (long)x.ResultStep * rawPitch * sizeof(float), vectors);
        }
    }

    /// <summary>The products of a group of channels at all points of a phase.</summary>
    private void Multiply(float* prepared, float* pixels, float* products, int phase, int group, int count)
    {
        int firstBlock = group * runs.GroupBlocks, endBlock = Math.Min(layer.Blocks, firstBlock + runs.GroupBlocks);
        int firstPoint = phase * layer.PartPoints;
        for (int point = firstPoint; point < firstPoint + layer.PartPoints; point++)
        {
            (int firstPart, int endPart) = layer.PartsAt(point);
            if (firstPart == endPart) Clear(products + (point - firstPoint) * productPoint, count);
            long along = (long)firstPart * layer.SourceChannels;
            int steps = (endPart - firstPart) * layer.SourceChannels;
            for (int block = firstBlock; block < endBlock && steps > 0; block++)
            {
                bool last = block + 1 == endBlock;
                float* next = weights.Panel(prepared, last ? Math.Min(point + 1, layer.AllPoints - 1) : point, last ? firstBlock : block + 1);
                Multiply(
                    pixels + point * pixelPoint + along, weights.Panel(prepared, point, block) + along * layer.BlockVectors(block) * layer.Lanes,
                    products + (point - firstPoint) * productPoint + (block - firstBlock) * layer.RegisterVectors * layer.Lanes,
                    layer.BlockVectors(block), count, steps, accumulate: false, next);
            }
        }
    }

    /// <summary>
    /// The products of a block of channels and of all tiles at all points of a phase, with weights that are transformed a part of the depth
    /// at a time.
    /// </summary>
    private void MultiplyFresh(float* from, float* pixels, float* products, int phase, int block, float* taps)
    {
        float* chunk = (float*)((byte*)taps + weights.TapBytes);
        pixels += phase * layer.PartPoints * pixelPoint;
        for (int part = 0; part < layer.PhaseParts; part++)
        {
            for (int firstSource = 0; firstSource < layer.SourceChannels; firstSource += WinogradWeights.PackChannels)
            {
                weights.ToPoints(from, phase * layer.PhaseParts + part, firstSource, block, taps, chunk, freshPoint);
                int steps = Math.Min(WinogradWeights.PackChannels, layer.SourceChannels - firstSource);
                int along = part * layer.SourceChannels + firstSource;
                for (int point = 0; point < layer.PartPoints; point++)
                {
                    (int firstPart, int endPart) = layer.PartsAt(phase * layer.PartPoints + point);
                    if (firstPart == endPart) Clear(products + point * productPoint, runs.Tiles);
                    if (part < firstPart || part >= endPart) continue;
                    Multiply(
                        pixels + point * pixelPoint + along, chunk + point * freshPoint, products + point * productPoint,
                        layer.BlockVectors(block), runs.Tiles, steps, accumulate: along > firstPart * layer.SourceChannels, next: null);
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
        long fetched = fetches ? TileEmitter.FetchedBytes(Tile(layer.RegisterRows, blockVectors), steps) / sizeof(float) : 0;
        long most = (long)steps * blockVectors * layer.Lanes;
        var call = new TileCall
        {
            B = right,
            Outer = 1,
            Inner = 1,
            Steps = steps,
            CRow = productPitch * sizeof(float),
            Accumulate = accumulate ? 1 : 0,
        };
        long reached = 0;
        for (int start = 0; start < count;)
        {
            (int tiles, int rows) = Cut.Run(count - start, layer.RegisterRows);
            if (fetches) tiles = 1; // each brings its part
            call.A = left + (long)start * pixelPitch;
            call.C = products + (long)start * productPitch;
            call.Repeat(tiles, rows, pixelPitch * sizeof(float));
            call.Fetch = next + Math.Min(reached, most);
            Function(rows, blockVectors)(&call);
            reached += fetched;
            start += tiles * rows;
        }
    }

    private void Clear(float* products, int count) => new Span<float>(products, count * productPitch).Clear();

    /// <summary>Hands the results of a run of tiles on, one row of tiles of one image after the other.</summary>
    private void Finish(in KernelArguments arguments, float* raw, in WinogradTask task, int channel, int channels)
    {
        int side = layer.Side;
        for (int tile = 0; tile < task.Tiles;)
        {
            (int image, int row, int column) = runs.Place(task.FirstTile + tile);
            int along = Math.Min(task.Tiles - tile, runs.TileColumns - column);
            var box = new OutputBox(
                image, row * side, Math.Min(side, y.Destination - row * side),
                column * side, Math.Min(along * side, x.Destination - column * side), channel, channels);
            float* results = raw + (long)side * tile * rawPitch;
            tile += along;
            if (epilogue is not null) epilogue.Run(arguments.Operands, results, RawRow, rawPitch, box);
            else Copy(results, arguments.Operands[2], box);
            arguments.Written(box);
        }
    }

    private void Copy(float* results, float* destination, in OutputBox box)
    {
        for (int i = 0; i < box.Rows; i++)
        {
            float* to = destination
                + (((long)box.Image * y.Destination + box.Row + i) * x.Destination + box.Column) * layer.DestinationChannels + box.Channel;
            float* line = results + i * RawRow;
            if (box.Channels == layer.DestinationChannels && rawPitch == box.Channels)
            {
                Panels.Copy(line, to, (long)box.Columns * box.Channels);
                continue;
            }
            for (int j = 0; j < box.Columns; j++)
                Panels.Copy(line + (long)j * rawPitch, to + (long)j * layer.DestinationChannels, box.Channels);
        }
    }

    private TileFunction Function(int rows, int blockVectors) =>
        functions[rows * (layer.RegisterVectors + 1) + blockVectors] ??= cache.Get(Tile(rows, blockVectors));

    private TileSpec Tile(int rows, int blockVectors) => new(
        layer.Width, TileLeft.Broadcast, 1, rows, blockVectors, 0, pixelPitch * sizeof(float), sizeof(float),
        blockVectors * layer.Lanes * sizeof(float), fetches);
}
