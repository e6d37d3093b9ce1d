namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// What one task of a correlation computes: images, rows and columns (by phase), of which section, and which blocks of destination
/// channels.
/// </summary>
internal readonly record struct CorrelationBand(
    int FirstImage, int Images, int FirstRow, int Rows, int FirstColumn, int Columns, int Section, int FirstBlock, int EndBlock);

/// <summary>
/// How a correlation is cut into tasks: bands of whole images if they fit a second-level cache with their source and raw results, else of
/// rows, else of parts of rows; and parts of the blocks of destination channels, where the weights are many or the bands few. It may depend
/// on the image's size, because no result depends on it.
/// </summary>
internal sealed class CorrelationBands
{
    /// <summary>What of a second-level cache a band of source and raw results may take.</summary>
    private const long BandBytes = 400 << 10;

    /// <summary>Bytes of weights that are better read by one task than by several.</summary>
    private const long ManyWeights = 1 << 20;

    /// <summary>Columns of results on whose multiples bands begin where that is wanted.</summary>
    public const int GridColumns = 16;

    /// <summary>Pixels of several small images that are enough for one band.</summary>
    private const int EnoughPixels = 512;

    private readonly CorrelationAxis y, x;
    private readonly int batch, sections, blocks;
    private readonly TileChoice tile;
    private readonly int sourcePitch, resultPitch; // of a pixel in scratch; 0 where it is read or written in place
    private readonly int blockParts;
    private readonly int columnUnit; // on whose multiples, by phase, bands begin

    /// <summary>The cut of a correlation.</summary>
    /// <param name="y">Down.</param>
    /// <param name="x">Across.</param>
    /// <param name="batch">Images.</param>
    /// <param name="channels">How channels fill vectors.</param>
    /// <param name="tile">How results are cut into register tiles.</param>
    /// <param name="panels">The packed weights.</param>
    /// <param name="sourcePitch">Elements of a source pixel in scratch, or 0 where the source is read in place.</param>
    /// <param name="resultPitch">Elements of a raw result in scratch, or 0 where results go to their destination.</param>
    /// <param name="onGrid">Whether bands begin on multiples of <see cref="GridColumns"/> of the destination.</param>
    public CorrelationBands(
        CorrelationAxis y, CorrelationAxis x, int batch, CorrelationChannels channels, TileChoice tile, CorrelationPanels panels,
        int sourcePitch, int resultPitch, bool onGrid)
    {
        this.y = y;
        this.x = x;
        this.batch = batch;
        this.tile = tile;
        this.sourcePitch = sourcePitch;
        this.resultPitch = resultPitch;
        sections = channels.Sections;
        blocks = panels.Blocks;
        columnUnit = tile.Inner;
        while (onGrid && columnUnit * x.Phases.Length % GridColumns != 0) columnUnit += tile.Inner;
        Images = tile.AcrossImages ? Math.Min(tile.Outer, batch) : 1;
        Rows = y.Count;
        Columns = x.Count;
        int leastRows = tile.AcrossImages ? 1 : Math.Min(tile.Outer, y.Count);
        if (Bytes(Images, Rows, Columns) > BandBytes) (Rows, Columns) = BestBand(leastRows);
        blockParts = 1;
        int wanted = Cut.Tasks(Operations(channels));
        if (Rows == y.Count && Columns == x.Count)
        {
            int most = (int)Math.Clamp(EnoughPixels / Math.Max((long)Rows * Columns, 1), 1, batch);
            if (most > Images) Images = Fit(Images, most, n => Bytes(n, Rows, Columns));
        }
        bool shares = sourcePitch == 0 || panels.Floats * sizeof(float) > ManyWeights;
        if (Tasks < wanted && shares) blockParts = Math.Min(blocks, Cut.Parts(wanted, Tasks));
        if (Tasks < wanted && Images > 1 && !tile.AcrossImages) Images = Math.Max(1, Images / Cut.Parts(wanted, Tasks));
        if (Tasks < wanted && Rows > leastRows) Rows = Even(y.Count, Math.Max(leastRows, Rows / Cut.Parts(wanted, Tasks)), leastRows);
        if (Tasks < wanted) blockParts = Math.Min(blocks, blockParts * Cut.Parts(wanted, Tasks));
        if (Tasks < wanted && tile.Outer == 1 && y.Count == 1)
            Columns = Even(x.Count, Math.Max(tile.Inner, Columns / Cut.Parts(wanted, Tasks)), columnUnit);
    }

    /// <summary>Images of a band.</summary>
    public int Images { get; }

    /// <summary>Rows of a band, by phase.</summary>
    public int Rows { get; }

    /// <summary>Columns of a band, by phase.</summary>
    public int Columns { get; }

    /// <summary>Bands of a section.</summary>
    public int Count => Cut.Parts(batch, Images) * Cut.Parts(y.Count, Rows) * Cut.Parts(x.Count, Columns);

    /// <summary>All tasks.</summary>
    public int Tasks => Count * sections * blockParts;

    /// <summary>What a task computes.</summary>
    public CorrelationBand this[int task]
    {
        get
        {
            int imageBands = Cut.Parts(batch, Images), columnBands = Cut.Parts(x.Count, Columns), rowBands = Cut.Parts(y.Count, Rows);
            int image = task % imageBands * Images;
            task /= imageBands;
            int column = task % columnBands * Columns;
            task /= columnBands;
            int row = task % rowBands * Rows;
            task /= rowBands;
            (int firstBlock, int endBlock) = Cut.Part(blocks, blockParts, task / sections);
            return new(
                image, Math.Min(Images, batch - image), row, Math.Min(Rows, y.Count - row), column, Math.Min(Columns, x.Count - column),
                task % sections, firstBlock, endBlock);
        }
    }

    private double Operations(in CorrelationChannels channels)
    {
        double taps = 0;
        foreach (AxisPhase py in y.Phases)
        {
            foreach (AxisPhase px in x.Phases) taps += (double)py.Count * py.Taps * px.Count * px.Taps;
        }
        return 2.0 * batch * sections * channels.Vectors * (channels.Left == TileLeft.Depth ? 1 : channels.Lanes) * channels.Source * taps;
    }

    private long Bytes(int images, int rows, int columns)
    {
        long source = (long)images * y.Span(rows) * x.Span(columns) * sourcePitch;
        long raw = (long)images * rows * y.Phases.Length * columns * x.Phases.Length * resultPitch;
        return (source + raw) * sizeof(float);
    }

    /// <summary>The rows and columns of a band that fits the cache and copies the fewest source pixels twice.</summary>
    private (int Rows, int Columns) BestBand(int leastRows)
    {
        (int Rows, int Columns) best = (leastRows, x.Count);
        double least = double.MaxValue;
        for (int parts = 1; parts == 1 || (tile.Outer == 1 && parts <= Cut.Parts(x.Count, 2 * tile.Inner)); parts++)
        {
            int columns = Even(x.Count, Cut.Parts(x.Count, parts), columnUnit);
            int rows = Fit(leastRows, y.Count, n => Bytes(Images, n, columns));
            double copied = (double)y.Span(rows) * x.Span(columns) / ((double)rows * columns);
            if (Bytes(Images, rows, columns) > BandBytes) copied *= 4;
            if (copied >= least * 0.99) continue;
            least = copied;
            best = (rows, columns);
        }
        return best;
    }

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
        int even = Cut.Parts(total, Cut.Parts(total, part));
        return Math.Min(total, Cut.Covering(even, unit));
    }
}
