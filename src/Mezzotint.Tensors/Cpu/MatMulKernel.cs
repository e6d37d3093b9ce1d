using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A batched matrix product. Operands: a, b, c, then those of the epilogue. Phase 0 packs B to [block of columns][depth][column]; in phase
/// 1 a task computes some rows by some blocks, a chunk of the depth at a time. Each result is one chain of multiply-adds along the depth
/// (where there are few columns, one chain a lane), whatever the blocking.
/// </summary>
internal sealed unsafe class MatMulKernel : Kernel
{
    private const int ChunkDepth = 256;
    private const int BandRows = 112;

    /// <summary>Tiles of a band that B, on its way from the outer caches, is worth being read for.</summary>
    private const int FewestTiles = 2;
    private const long RawBytes = 192 << 10;

    private readonly MatMulGeometry geometry;
    private readonly VectorWidth width;
    private readonly TileCache cache;
    private readonly Epilogue? epilogue;
    private readonly int lanes;
    private readonly bool alongDepth;      // lanes run along the depth
    private readonly bool inPlace;         // A is read where it is
    private readonly bool depthMajor;      // A in scratch has its rows adjacent
    private readonly bool direct;
    private readonly int vectors, tileRows, tileVectors, blocks, chunkDepth, chunks;
    private readonly int bandRows, rowBands, blockParts;
    private readonly long aPitch, aBytes;
    private readonly TileFunction?[] functions;

    public MatMulKernel(MatMulGeometry geometry, VectorWidth width, TileCache? cache = null, Epilogue? epilogue = null)
    {
        this.geometry = geometry;
        this.width = width;
        this.cache = cache ?? TileCache.Shared;
        this.epilogue = epilogue;
        lanes = (int)width;
        alongDepth = geometry.Columns <= 8 && geometry.Depth >= 2 * lanes;
        vectors = alongDepth ? geometry.Columns : Cut.Parts(geometry.Columns, lanes);
        (tileRows, tileVectors) = BestTile();
        blocks = Cut.Parts(vectors, tileVectors);
        direct = epilogue is null && (alongDepth || geometry.Columns % lanes == 0);
        chunks = alongDepth || geometry.Depth <= ChunkDepth * 3 / 2 ? 1 : Cut.Parts(geometry.Depth, ChunkDepth);
        chunkDepth = Math.Max(1, alongDepth ? Cut.Covering(geometry.Depth, lanes) : Cut.Parts(geometry.Depth, chunks));
        inPlace = geometry.ADepthStride == 1 && geometry.ARowStride <= int.MaxValue / 64 && geometry.ARowStride * sizeof(float) % 1024 != 0
            && (alongDepth ? geometry.Depth % lanes == 0 : vectors * lanes <= 64 || geometry.Rows <= tileRows);
        depthMajor = !inPlace && !alongDepth && geometry.ARowStride == 1;

        double operations = 2.0 * geometry.Batch * geometry.Rows * geometry.Depth * vectors * (alongDepth ? 1 : lanes);
        int wanted = Cut.Tasks(operations);
        int most = alongDepth && !inPlace ? (int)Math.Clamp(RawBytes / (chunkDepth * sizeof(float)), tileRows, BandRows) : BandRows;
        bandRows = Round(Math.Min(geometry.Rows, most));
        blockParts = direct ? 1 : (int)Math.Clamp(Cut.Parts((long)bandRows * vectors * lanes * sizeof(float), RawBytes), 1, blocks);
        int someParts = Math.Max(blockParts, blocks / 4);
        // Parts of a band copy A once each, so shorter bands first.
        if (Tasks < wanted && !inPlace) bandRows = Round(Math.Max(FewestTiles * tileRows, bandRows / (int)Cut.Parts(wanted, Tasks)));
        if (Tasks < wanted) blockParts = (int)Math.Clamp(Cut.Parts((long)wanted * blockParts, Tasks), blockParts, someParts);
        if (Tasks < wanted) bandRows = Round(Math.Max(tileRows, bandRows / (int)Cut.Parts(wanted, Tasks)));
        if (Tasks < wanted) blockParts = (int)Math.Clamp(Cut.Parts((long)wanted * blockParts, Tasks), blockParts, blocks);
        rowBands = Cut.Parts(geometry.Rows, bandRows);
        aPitch = inPlace ? geometry.ARowStride : depthMajor ? Cut.Covering(bandRows, 16) + 16 : chunkDepth + 16;
        aBytes = inPlace ? 0 : ScratchRegion.Align(aPitch * (depthMajor ? chunkDepth : bandRows) * sizeof(float));
        functions = new TileFunction?[(tileRows + 1) * (tileVectors + 1)];
    }

    public override int Phases => 2;

    public override int PreparedOperand => 1;

    public override long PreparedBytes => Math.Max(16, BMatrices * BMatrix) * sizeof(float);

    public override long ScratchBytes => aBytes + (direct ? 0 : (long)bandRows * RawPitch * sizeof(float));

    private int BMatrices => geometry.BBatchStride == 0 ? 1 : geometry.Batch;

    private long BMatrix => (long)vectors * lanes * (alongDepth ? chunkDepth / lanes : geometry.Depth);

    private int RawPitch => alongDepth ? vectors : Cut.Parts(blocks, blockParts) * tileVectors * lanes;

    private long Tasks => (long)geometry.Batch * Cut.Parts(geometry.Rows, bandRows) * blockParts;

    private int PackChunks => alongDepth ? 1 : Cut.Parts(Math.Max(geometry.Depth, 1), ChunkDepth);

    public override int TaskCount(int phase) => phase == 0 ? BMatrices * blocks * PackChunks : geometry.Batch * rowBands * blockParts;

    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        if (phase == 0) Pack(task, arguments.Operands[1], (float*)arguments.Prepared);
        else Compute(task, arguments, scratch);
    }

    private int Round(int rows) => Math.Min(geometry.Rows, Cut.Parts(Cut.Parts(geometry.Rows, Cut.Parts(geometry.Rows, rows)), tileRows) * tileRows);

    private (int Rows, int Vectors) BestTile()
    {
        int accumulators = TileSpec.MaxAccumulators(width);
        if (alongDepth) return (Math.Min(geometry.Rows, Math.Max(1, accumulators / vectors)), vectors);
        (int Rows, int Vectors) best = (1, 1);
        double least = double.MaxValue;
        for (int v = 1; v <= Math.Min(vectors, width == VectorWidth.Bits512 ? 4 : 3); v++)
        {
            int high = Math.Min(geometry.Rows, Math.Max(1, accumulators / v));
            int rows = Math.Min(geometry.Rows, BandRows), tiles = Cut.Parts(rows, high);
            double cost = 0;
            for (int start = 0; start < vectors; start += v)
            {
                int wide = Math.Min(v, vectors - start);
                for (int tile = 0; tile < tiles; tile++)
                {
                    (int first, int end) = Cut.Part(rows, tiles, tile);
                    cost += TileSpec.StepCycles(TileLeft.Broadcast, end - first, wide) + 0.2;
                }
            }
            if (cost >= least) continue;
            least = cost;
            best = (high, v);
        }
        return best;
    }

    private void Pack(int task, float* b, float* prepared)
    {
        int chunk = task % PackChunks, block = task / PackChunks % blocks, matrix = task / PackChunks / blocks;
        float* from = b + matrix * geometry.BBatchStride;
        float* to = prepared + matrix * BMatrix;
        int pitch = Math.Min(tileVectors, vectors - block * tileVectors) * lanes;
        if (alongDepth)
        {
            // [step][column][lane]
            new Span<float>(to, checked((int)BMatrix)).Clear();
            for (int k = 0; k < geometry.Depth; k++)
            {
                for (int column = 0; column < vectors; column++)
                {
                    to[((long)(k / lanes) * vectors + column) * lanes + k % lanes] =
                        from[k * geometry.BDepthStride + column * geometry.BColumnStride];
                }
            }
            return;
        }
        int first = block * tileVectors * lanes, start = chunk * ChunkDepth, depth = Math.Min(ChunkDepth, geometry.Depth - start);
        if (depth <= 0) return;
        Panels.Pack(
            from + first * geometry.BColumnStride + start * geometry.BDepthStride, geometry.BDepthStride, geometry.BColumnStride, depth,
            Math.Min(pitch, geometry.Columns - first), to + (long)first * geometry.Depth + (long)start * pitch, pitch);
    }

    private void Compute(int task, in KernelArguments arguments, byte* scratch)
    {
        int band = task % rowBands, matrix = task / rowBands % geometry.Batch, part = task / rowBands / geometry.Batch;
        int firstRow = band * bandRows, rows = Math.Min(bandRows, geometry.Rows - firstRow);
        (int firstBlock, int endBlock) = Cut.Part(blocks, blockParts, part);
        int blockWidth = alongDepth ? vectors : tileVectors * lanes;
        int firstColumn = firstBlock * blockWidth, columns = Math.Min(geometry.Columns, endBlock * blockWidth) - firstColumn;
        float* a = arguments.Operands[0] + matrix * geometry.ABatchStride + firstRow * geometry.ARowStride;
        float* b = (float*)arguments.Prepared + (geometry.BBatchStride == 0 ? 0 : matrix * BMatrix);
        float* output = arguments.Operands[2] + ((long)matrix * geometry.Rows + firstRow) * geometry.Columns + firstColumn;
        float* raw = direct ? output : (float*)(scratch + aBytes);
        long pitch = direct ? geometry.Columns : RawPitch;
        var call = new TileCall { Outer = geometry.Depth > 0 ? 1 : 0, Inner = 1, CRow = pitch * sizeof(float) };
        for (int start = 0; start < Math.Max(1, geometry.Depth); start += chunkDepth)
        {
            int depth = Math.Min(chunkDepth, geometry.Depth - start);
            float* chunk = a + start * geometry.ADepthStride;
            if (!inPlace)
            {
                float* copy = (float*)scratch;
                if (depthMajor) Panels.Pack(chunk, geometry.ADepthStride, 1, depth, rows, copy, aPitch);
                else Panels.Pack(chunk, geometry.ARowStride, geometry.ADepthStride, rows, depth, copy, aPitch);
                chunk = copy;
            }
            call.Steps = alongDepth ? Cut.Parts(depth, lanes) : depth;
            call.Accumulate = start;
            for (int block = firstBlock; block < endBlock; block++)
            {
                int blockVectors = Math.Min(tileVectors, vectors - block * tileVectors);
                call.B = b + (alongDepth ? 0 : (long)block * blockWidth * geometry.Depth + (long)start * blockVectors * lanes);
                for (int first = 0; first < rows;)
                {
                    (int tiles, int height) = Cut.Run(rows - first, tileRows);
                    long aRow = depthMajor ? 1 : aPitch;
                    call.A = chunk + first * aRow;
                    call.C = raw + first * pitch + (long)(block - firstBlock) * blockWidth;
                    call.Repeat(tiles, height, aRow * sizeof(float));
                    Function(height, blockVectors)(&call);
                    first += tiles * height;
                }
            }
        }
        if (direct) return;
        if (epilogue is not null)
        {
            epilogue.Run(arguments.Operands, raw, rows * pitch, pitch, new OutputBox(matrix, 0, 1, firstRow, rows, firstColumn, columns));
            return;
        }
        for (int row = 0; row < rows; row++) Panels.Copy(raw + row * pitch, output + (long)row * geometry.Columns, columns);
    }

    private TileFunction Function(int rows, int blockVectors)
    {
        int index = rows * (tileVectors + 1) + blockVectors;
        return functions[index] ??= cache.Get(new TileSpec(
            width, alongDepth ? TileLeft.Depth : TileLeft.Broadcast, 1, rows, blockVectors, 0,
            (depthMajor ? 1 : checked((int)aPitch)) * sizeof(float),
            (alongDepth ? lanes : depthMajor ? (int)aPitch : 1) * sizeof(float), blockVectors * lanes * sizeof(float)));
    }
}
