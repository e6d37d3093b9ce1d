using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>Some output pixels, over which a task sums at a time.</summary>
internal readonly record struct WeightGradientBand(int FirstImage, int Images, int FirstRow, int Rows, int FirstColumn, int Columns);

/// <summary>
/// What one task of a direct gradient by the weights sums: over which bands, for which section, rows of the kernel and blocks of vectors.
/// </summary>
internal readonly record struct WeightGradientTask(
    int Chunk, int FirstBand, int EndBand, int Section, int FirstTap, int EndTap, int FirstBlock, int EndBlock);

/// <summary>
/// How a direct gradient by the weights is cut into tasks: chunks of bands of output pixels, sections, rows of the kernel and blocks of
/// vectors. It is fixed by sizes alone, since the order of summation depends on it.
/// </summary>
internal sealed class WeightGradientBands
{
    /// <summary>What a band's gradient for one block, and what all of a band, may take.</summary>
    private const long PanelBytes = 64 << 10, BandBytes = 400 << 10;

    /// <summary>
    /// What the sums of a task may take: each task copies what it needs of the input, so that small shares would cost more than sums that
    /// pass the caches once a band.
    /// </summary>
    private const long SumBytes = 640 << 10;

    private const int MostPixels = 2048;

    /// <summary>Shares of the blocks of vectors where the input is read in place, so that sharing them copies nothing twice.</summary>
    private const int SharesInPlace = 4;

    /// <summary>
    /// Chunks, as many as there may be tasks, since those of one chunk read the same pixels each; and what their sums may take.
    /// </summary>
    private const int MostChunks = 32;
    private const long PartialBytes = 8 << 20;

    private readonly ConvolutionGeometry geometry;
    private readonly ConvolutionWindow window;
    private readonly WeightGradientLayout layout;
    private readonly int rowBands, columnBands, bands;
    private readonly int blockParts, kernelParts;

    /// <summary>The cut of a gradient that lies so.</summary>
    public WeightGradientBands(in ConvolutionGeometry geometry, WeightGradientLayout layout)
    {
        this.geometry = geometry;
        this.layout = layout;
        window = geometry.Window;

        // First fewer blocks of vectors, then fewer rows of the kernel.
        double pixels = (double)geometry.Batch * geometry.OutHeight * geometry.OutWidth;
        int wanted = Cut.Tasks(2.0 * pixels * layout.Size);
        long sumBytes = layout.KernelRowSize * sizeof(float);
        blockParts = layout.Form == WeightGradientForm.InputByOutput ? (int)Math.Clamp(Cut.Parts(sumBytes, SumBytes), 1, layout.Blocks) : 1;
        kernelParts = (int)Math.Clamp(Cut.Parts(sumBytes / blockParts * geometry.KernelHeight, SumBytes), 1, geometry.KernelHeight);
        if (layout.InPlace) blockParts = Math.Max(blockParts, Math.Min(layout.Blocks, Math.Min(SharesInPlace, wanted)));
        int mostChunks = (int)Math.Clamp(PartialBytes / (layout.Size * sizeof(float)), 1, MostChunks);
        if (Shares * mostChunks < wanted) kernelParts = Math.Min(geometry.KernelHeight, kernelParts * Cut.Parts(wanted, Shares * mostChunks));

        // Bands of output pixels, with the output's gradient there and the input that it meets, stay in a second-level cache.
        Images = 1;
        Rows = geometry.OutHeight;
        Columns = geometry.OutWidth;
        while (Columns > 160) Columns = Cut.Parts(Columns, 2);
        while (Rows > 1 && !Fits()) Rows--;
        while (Columns > 64 && !Fits()) Columns = Cut.Parts(Columns, 2);
        if (Rows == geometry.OutHeight && Columns == geometry.OutWidth)
        {
            while (Images < geometry.Batch && Fits(Images + 1)) Images++;
            Images = Cut.Parts(geometry.Batch, Cut.Parts(geometry.Batch, Images));
        }

        Rows = Cut.Parts(geometry.OutHeight, Cut.Parts(geometry.OutHeight, Rows));
        rowBands = Cut.Parts(geometry.OutHeight, Rows);
        columnBands = Cut.Parts(geometry.OutWidth, Columns);
        bands = Cut.Parts(geometry.Batch, Images) * rowBands * columnBands;

        Chunks = Math.Min(bands, Math.Clamp(Cut.Parts(wanted, Shares), 1, mostChunks));
        if (Tasks < wanted) kernelParts = Math.Min(geometry.KernelHeight, kernelParts * Cut.Parts(wanted, Tasks));
        if (Tasks < wanted && layout.Form == WeightGradientForm.InputByOutput)
            blockParts = Math.Min(layout.Blocks, blockParts * Cut.Parts(wanted, Tasks));
    }

    /// <summary>Images of a band.</summary>
    public int Images { get; }

    /// <summary>Rows of a band.</summary>
    public int Rows { get; }

    /// <summary>Columns of a band.</summary>
    public int Columns { get; }

    /// <summary>Parts of the bands that are summed by themselves.</summary>
    public int Chunks { get; }

    /// <summary>All tasks.</summary>
    public int Tasks => Chunks * Shares;

    /// <summary>Blocks of vectors of a task, at the most.</summary>
    public int TaskBlocks => Cut.Parts(layout.Blocks, blockParts);

    /// <summary>Rows of scratch from those that one row of the result meets to those of the next.</summary>
    public int RowStride => window.StrideY / RowStep;

    /// <summary>Rows of the input from one that is copied to the next: a single row of the kernel does not meet those between.</summary>
    public int RowStep => !layout.InPlace && TaskTaps == 1 ? window.StrideY : 1;

    /// <summary>Rows of the kernel of a task, at the most.</summary>
    public int TaskTaps => Cut.Parts(geometry.KernelHeight, kernelParts);

    /// <summary>Tasks of a chunk.</summary>
    private int Shares => layout.Sections * blockParts * kernelParts;

    /// <summary>Some output pixels.</summary>
    public WeightGradientBand this[int band]
    {
        get
        {
            int column = band % columnBands * Columns, row = band / columnBands % rowBands * Rows, image = band / columnBands / rowBands * Images;
            return new(
                image, Math.Min(Images, geometry.Batch - image), row, Math.Min(Rows, geometry.OutHeight - row),
                column, Math.Min(Columns, geometry.OutWidth - column));
        }
    }

    /// <summary>What a task sums.</summary>
    public WeightGradientTask Task(int task)
    {
        (int firstTap, int endTap) = Cut.Part(geometry.KernelHeight, kernelParts, task % kernelParts);
        task /= kernelParts;
        (int firstBlock, int endBlock) = Cut.Part(layout.Blocks, blockParts, task % blockParts);
        task /= blockParts;
        int chunk = task / layout.Sections;
        (int firstBand, int endBand) = Cut.Part(bands, Chunks, chunk);
        return new(chunk, firstBand, endBand, task % layout.Sections, firstTap, endTap, firstBlock, endBlock);
    }

    /// <summary>Rows of the input that some rows of the output meet by some rows of the kernel, those that are copied.</summary>
    public int SourceRows(int rows, int kernelRows) => (rows - 1) * RowStride + (kernelRows - 1) * window.DilationY + 1;

    /// <summary>Columns of the input that some columns of the output meet.</summary>
    public int SourceColumns(int columns) => (columns - 1) * window.StrideX + (geometry.KernelWidth - 1) * window.DilationX + 1;

    private bool Fits(int images = 1)
    {
        long pixels = (long)images * Rows * Columns;
        long source = (long)images * SourceRows(Rows, TaskTaps) * SourceColumns(Columns) * layout.InPitch;
        long gradient = pixels * layout.OutPitch * sizeof(float);
        return pixels <= MostPixels && gradient <= PanelBytes && source * sizeof(float) + gradient * TaskBlocks <= BandBytes;
    }
}
