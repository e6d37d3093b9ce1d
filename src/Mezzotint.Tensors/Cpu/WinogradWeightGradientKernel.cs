using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The gradient of a convolution by its weights by minimal filtering, where <see cref="WinogradKernel"/> computes the convolution: the
/// transpose of its three transforms. Pixels and the results' gradients are brought to the points, multiplied there and summed over all
/// tiles, and the sums are brought back to the taps once: 36 products for 144 with 3x3 taps, 100 for 256 with 4x4 taps and stride 2, 81 for
/// 144 with 3x3 taps and stride 2, 36 for 100 with 5x5 taps. A task
/// of phase 0 takes a chunk of the tiles and a block of input and of output channels, whose sums at all points,
/// [part][point][input][output], stay in a second-level cache; it transforms a run of tiles to matrices [part][point][tile][input] and
/// [point][tile][output] and adds their products. Phase 1 adds up the chunks in order. How tiles are cut into chunks depends on sizes
/// alone. Operands: input, gradient of the output, gradient of the weights.
/// </summary>
internal sealed unsafe class WinogradWeightGradientKernel : Kernel
{
    /// <summary>
    /// What a block's sums and a run's matrices may take: sums stay in a second-level cache or near it, and the longer a run is, the less
    /// often they are read and written; its matrices are read once.
    /// </summary>
    private const long SumBytes = 600 << 10, RunBytes = 1200 << 10;

    /// <summary>Tiles that are worth a chunk.</summary>
    private const int ChunkTiles = 16;

    /// <summary>Output channels of a block.</summary>
    private const int BlockOutputs = 64;

    /// <summary>What of an outer cache the image and the gradient under a chunk may take, since all blocks read them.</summary>
    private const long ChunkBytes = 4 << 20;

    private const int MostChunks = 8;
    private const long PartialBytes = 8 << 20;
    private const int WantedTasks = 24;

    private readonly ConvolutionGeometry geometry;
    private readonly WinogradAxis y, x;
    private readonly VectorWidth width;
    private readonly TileCache cache;
    private readonly WinogradTransform transform;
    private readonly int lanes, results, points, partPoints, parts;
    private readonly int tileRows, tileColumns, tiles;      // of all images
    private readonly int blockInputs, blockOutputs, inputBlocks, outputBlocks;
    private readonly int registerRows, registerVectors;
    private readonly int runTiles, chunks;
    private readonly long pixelPoint, gradientPoint;        // from one point to the next
    private readonly ImagePatch patch, gradientPatch;
    private readonly long sumBytes, pixelBytes, gradientBytes;
    private readonly TileFunction?[] functions;

    /// <summary>
    /// The gradient of a convolution of which so many results along either axis are taken together; its input and the gradient of its
    /// output are dense unless said otherwise.
    /// </summary>
    public WinogradWeightGradientKernel(
        ConvolutionGeometry g, int results, VectorWidth width, TileCache? cache = null, ImagePitches? input = null, ImagePitches? gradient = null)
    {
        geometry = g;
        this.results = results;
        this.width = width;
        this.cache = cache ?? TileCache.Shared;
        y = WinogradAxis.Forward(g.Height, g.OutHeight, g.KernelHeight, g.Window.StrideY, g.Window.PadTop);
        x = WinogradAxis.Forward(g.Width, g.OutWidth, g.KernelWidth, g.Window.StrideX, g.Window.PadLeft);
        transform = new WinogradTransform(results, y.Taps, width);
        lanes = (int)width;
        points = transform.Points;
        partPoints = points * points;
        parts = y.Parts.Length * x.Parts.Length;
        tileRows = Cut.Parts(g.OutHeight, results);
        tileColumns = Cut.Parts(g.OutWidth, results);
        tiles = g.Batch * tileRows * tileColumns;

        outputBlocks = Cut.Parts(g.OutChannels, BlockOutputs);
        blockOutputs = Whole(Cut.Parts(g.OutChannels, outputBlocks));
        int mostInputs = (int)Math.Max(1, SumBytes / ((long)parts * partPoints * blockOutputs * sizeof(float)));
        blockInputs = Whole(Cut.Parts(g.InChannels, Cut.Parts(g.InChannels, mostInputs)));
        if (blockInputs > mostInputs && blockInputs > lanes) blockInputs -= lanes;
        inputBlocks = Cut.Parts(g.InChannels, blockInputs);
        registerVectors = Math.Min(2, blockOutputs / lanes);
        registerRows = TileSpec.MaxAccumulators(width) / registerVectors;

        long tileBytes = (long)partPoints * (parts * blockInputs + blockOutputs) * sizeof(float);
        runTiles = (int)Math.Clamp(RunBytes / tileBytes, 4, 64);
        long read = ((long)g.Batch * g.Height * g.Width * g.InChannels + (long)g.Batch * g.OutHeight * g.OutWidth * g.OutChannels) * sizeof(float);
        long wanted = Math.Max(Cut.Parts(WantedTasks, inputBlocks * outputBlocks), Cut.Parts(read, ChunkBytes));
        long most = Math.Min(MostChunks, Math.Min(Cut.Parts(tiles, ChunkTiles), PartialBytes / (WeightCount * sizeof(float))));
        chunks = (int)Math.Clamp(wanted, 1, Math.Max(1, most));

        pixelPoint = (long)runTiles * blockInputs + 16;
        gradientPoint = (long)runTiles * blockOutputs + 16;
        patch = new ImagePatch(
            g.Batch, g.Height, g.Width, g.InChannels, input ?? ImagePitches.Dense(g.Height, g.Width, g.InChannels),
            y.Reach(results), x.Reach(results), lanes);
        gradientPatch = new ImagePatch(
            g.Batch, g.OutHeight, g.OutWidth, g.OutChannels, gradient ?? ImagePitches.Dense(g.OutHeight, g.OutWidth, g.OutChannels),
            results, results, lanes);
        sumBytes = ScratchRegion.Align((long)parts * partPoints * blockInputs * blockOutputs * sizeof(float));
        pixelBytes = ScratchRegion.Align(parts * partPoints * pixelPoint * sizeof(float));
        gradientBytes = ScratchRegion.Align(partPoints * gradientPoint * sizeof(float));
        functions = new TileFunction?[(registerRows + 1) * (registerVectors + 1)];
    }

    /// <inheritdoc/>
    public override string Algorithm => $"Winograd F({results}x{results}, {y.Taps}x{y.Taps})";

    public override int Phases => chunks > 1 ? 2 : 1;

    public override long WorkspaceBytes => chunks > 1 ? chunks * WeightCount * sizeof(float) : 0;

    public override long ScratchBytes => sumBytes + Math.Max(
        pixelBytes + gradientBytes + Math.Max(patch.ScratchBytes(blockInputs), gradientPatch.ScratchBytes(blockOutputs)),
        (long)y.Taps * x.Taps * blockInputs * blockOutputs * sizeof(float));

    private long WeightCount => (long)geometry.KernelHeight * geometry.KernelWidth * geometry.InChannels * geometry.OutChannels;

    public override int TaskCount(int phase) => phase == 0 ? chunks * inputBlocks * outputBlocks : geometry.KernelHeight * geometry.KernelWidth;

    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        if (phase == 0) Sum(task, arguments, scratch);
        else AddChunks(task, arguments);
    }

    private (WinogradPart Y, WinogradPart X) Part(int part) => (y.Parts[part / x.Parts.Length], x.Parts[part % x.Parts.Length]);

    private int Whole(int channels) => Cut.Covering(channels, lanes);

    private void Sum(int task, in KernelArguments arguments, byte* scratch)
    {
        int outputBlock = task % outputBlocks, inputBlock = task / outputBlocks % inputBlocks, chunk = task / outputBlocks / inputBlocks;
        int input = inputBlock * blockInputs, inputs = Math.Min(blockInputs, geometry.InChannels - input);
        int output = outputBlock * blockOutputs, outputs = Math.Min(blockOutputs, geometry.OutChannels - output);
        (int firstTile, int endTile) = Cut.Part(tiles, chunks, chunk);
        float* sums = (float*)scratch, pixels = (float*)(scratch + sumBytes), gradients = (float*)(scratch + sumBytes + pixelBytes);
        float* edge = (float*)(scratch + sumBytes + pixelBytes + gradientBytes);
        for (int tile = firstTile; tile < endTile; tile += runTiles)
        {
            int count = Math.Min(runTiles, endTile - tile);
            for (int i = 0; i < count; i++)
            {
                TransformPixels(tile + i, arguments.Operands[0], input, inputs, pixels + (long)i * blockInputs, edge);
                TransformGradients(tile + i, arguments.Operands[1], output, outputs, gradients + (long)i * blockOutputs, edge);
            }

            Multiply(pixels, gradients, sums, inputs, outputs, count, accumulate: tile > firstTile);
        }

        float* target = chunks == 1 ? arguments.Operands[2] : (float*)arguments.Workspace + chunk * WeightCount;
        ToTaps(sums, pixels, target, input, inputs, output, outputs);
    }

    private (int Image, int Row, int Column) Place(int tile) =>
        (tile / (tileRows * tileColumns), tile / tileColumns % tileRows, tile % tileColumns);

    private void TransformPixels(int tile, float* image, int channel, int channels, float* to, float* scratch)
    {
        (int number, int row, int column) = Place(tile);
        float* from = patch.Read(
            image, number, row * results * y.PixelStep + y.Origin, column * results * x.PixelStep + x.Origin, channel, channels, scratch,
            out long rowPitch, out long columnPitch);
        if (from != scratch) patch.Fetch(from + results * x.PixelStep * columnPitch, results * x.PixelStep, channels);
        for (int part = 0; part < parts; part++)
        {
            (WinogradPart py, WinogradPart px) = Part(part);
            transform.OfPixels(
                from + (py.Origin - y.Origin) * rowPitch + (px.Origin - x.Origin) * columnPitch,
                y.PixelStep * rowPitch * sizeof(float), x.PixelStep * columnPitch * sizeof(float),
                to + part * partPoints * pixelPoint, points * pixelPoint * sizeof(float), pixelPoint * sizeof(float), Cut.Parts(channels, lanes));
        }
    }

    private void TransformGradients(int tile, float* image, int channel, int channels, float* to, float* scratch)
    {
        (int number, int row, int column) = Place(tile);
        float* from = gradientPatch.Read(
            image, number, row * results, column * results, channel, channels, scratch, out long rowPitch, out long columnPitch);
        if (from != scratch) gradientPatch.Fetch(from + results * columnPitch, results, channels);
        transform.OfResults(
            from, rowPitch * sizeof(float), columnPitch * sizeof(float), to, points * gradientPoint * sizeof(float),
            gradientPoint * sizeof(float), Cut.Parts(channels, lanes));
    }

    /// <summary>Adds the products of a run's pixels and gradients at all points to the sums.</summary>
    private void Multiply(float* pixels, float* gradients, float* sums, int inputs, int outputs, int count, bool accumulate)
    {
        int vectors = Cut.Parts(outputs, lanes);
        var call = new TileCall { Outer = 1, Inner = 1, Steps = count, CRow = blockOutputs * sizeof(float), Accumulate = accumulate ? 1 : 0 };
        for (int point = 0; point < parts * partPoints; point++)
        {
            (WinogradPart py, WinogradPart px) = Part(point / partPoints);
            if (!y.Reaches(py, point % partPoints / points, points) || !x.Reaches(px, point % points, points)) continue;
            float* left = pixels + point * pixelPoint, right = gradients + point % partPoints * gradientPoint;
            float* square = sums + (long)point * blockInputs * blockOutputs;
            for (int vector = 0; vector < vectors; vector += registerVectors)
            {
                for (int start = 0; start < inputs;)
                {
                    (int tiles, int rows) = Cut.Run(inputs - start, registerRows);
                    call.A = left + start;
                    call.B = right + vector * lanes;
                    call.C = square + start * blockOutputs + vector * lanes;
                    call.Repeat(tiles, rows, sizeof(float));
                    Function(rows, Math.Min(registerVectors, vectors - vector))(&call);
                    start += tiles * rows;
                }
            }
        }
    }

    /// <summary>Brings a block's sums from the points to the taps, at their places in the gradient.</summary>
    private void ToTaps(float* sums, float* taps, float* target, int input, int inputs, int output, int outputs)
    {
        long block = (long)blockInputs * blockOutputs, vectors = (long)inputs * blockOutputs / lanes;
        for (int part = 0; part < parts; part++)
        {
            (WinogradPart py, WinogradPart px) = Part(part);
            transform.ToKernel(
                sums + part * partPoints * block, points * block * sizeof(float), block * sizeof(float),
                taps, x.Taps * block * sizeof(float), block * sizeof(float), vectors);
            for (int tap = 0; tap < y.Taps * x.Taps; tap++)
            {
                if (tap / x.Taps >= py.Taps || tap % x.Taps >= px.Taps) continue;
                int row = py.FirstTap + tap / x.Taps * py.TapStep, column = px.FirstTap + tap % x.Taps * px.TapStep;
                float* to = target + ((long)(row * geometry.KernelWidth + column) * geometry.InChannels + input) * geometry.OutChannels + output;
                for (int i = 0; i < inputs; i++)
                    Panels.Copy(taps + tap * block + (long)i * blockOutputs, to + (long)i * geometry.OutChannels, outputs);
            }
        }
    }

    /// <summary>Adds up the chunks for one tap of the kernel.</summary>
    private void AddChunks(int tap, in KernelArguments arguments)
    {
        long count = (long)geometry.InChannels * geometry.OutChannels;
        Panels.AddUp((float*)arguments.Workspace + tap * count, WeightCount, chunks, arguments.Operands[2] + tap * count, count);
    }

    private TileFunction Function(int rows, int vectors) =>
        functions[rows * (registerVectors + 1) + vectors] ??= cache.Get(new TileSpec(
            width, TileLeft.Broadcast, 1, rows, vectors, 0, sizeof(float), blockInputs * sizeof(float), blockOutputs * sizeof(float)));
}
