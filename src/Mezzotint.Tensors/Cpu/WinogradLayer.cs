namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// What minimal filtering of a convolution, or of its gradient by its input, is, whatever the image: its parts and points, and how channels
/// fill vectors and register tiles.
/// </summary>
internal sealed class WinogradLayer
{
    private readonly (int First, int End)[] partsAt;

    /// <summary>A layer of which so many results of each part are computed together along either axis.</summary>
    public WinogradLayer(WinogradAxis y, WinogradAxis x, int results, int sourceChannels, int destinationChannels, VectorWidth width)
    {
        Y = y;
        X = x;
        Results = results;
        SourceChannels = sourceChannels;
        DestinationChannels = destinationChannels;
        Width = width;
        Transform = new WinogradTransform(results, y.Taps, width);
        PartPoints = Transform.Points * Transform.Points;
        AllPoints = PartPoints * Phases;
        Depth = sourceChannels * y.PixelStep * x.PixelStep;
        Vectors = Cut.Parts(destinationChannels, Lanes);
        (RegisterRows, RegisterVectors) = BestTile();
        Blocks = Cut.Parts(Vectors, RegisterVectors);
        partsAt = [.. Enumerable.Range(0, AllPoints).Select(FindParts)];
    }

    /// <summary>Down.</summary>
    public WinogradAxis Y { get; }

    /// <summary>Across.</summary>
    public WinogradAxis X { get; }

    /// <summary>Results of each part that are computed together along an axis.</summary>
    public int Results { get; }

    /// <summary>Rows and columns of a tile of results, of all parts.</summary>
    public int Side => Results * Y.ResultStep;

    /// <summary>Channels of the source.</summary>
    public int SourceChannels { get; }

    /// <summary>Channels of the destination.</summary>
    public int DestinationChannels { get; }

    /// <summary>The vector registers to use.</summary>
    public VectorWidth Width { get; }

    /// <summary>Of a vector.</summary>
    public int Lanes => (int)Width;

    /// <summary>Pixels, kernels and results to the points and back.</summary>
    public WinogradTransform Transform { get; }

    /// <summary>Points along an axis.</summary>
    public int Points => Transform.Points;

    /// <summary>Points of a part.</summary>
    public int PartPoints { get; }

    /// <summary>Points of all phases.</summary>
    public int AllPoints { get; }

    /// <summary>Convolutions with stride 1 that it is made of.</summary>
    public int Parts => Y.Parts.Length * X.Parts.Length;

    /// <summary>Results of a square that lie between each other's, each with points of its own.</summary>
    public int Phases => Y.ResultStep * X.ResultStep;

    /// <summary>Parts whose sum a phase's results are.</summary>
    public int PhaseParts => Parts / Phases;

    /// <summary>Products that are summed at a point: the source channels, of all parts that are summed.</summary>
    public int Depth { get; }

    /// <summary>Vectors of destination channels.</summary>
    public int Vectors { get; }

    /// <summary>Rows of the micro-kernel, tiles of the image.</summary>
    public int RegisterRows { get; }

    /// <summary>Vectors of the micro-kernel, of destination channels.</summary>
    public int RegisterVectors { get; }

    /// <summary>Blocks of destination channels, each of a micro-kernel's width.</summary>
    public int Blocks { get; }

    /// <summary>Vectors of a block; the last one may have fewer.</summary>
    public int BlockVectors(int block) => Math.Min(RegisterVectors, Vectors - block * RegisterVectors);

    /// <summary>
    /// Where a part lies down and across. Parts that are summed are in the order of a plough, to the left in even rows and to the right in
    /// odd ones: so those that have a last tap along either axis, the first row and the first column, are adjacent each.
    /// </summary>
    public (WinogradPart Y, WinogradPart X) Part(int part)
    {
        int row = part / X.Parts.Length, column = part % X.Parts.Length;
        return (Y.Parts[row], X.Parts[Phases == 1 && row % 2 == 0 ? X.Parts.Length - 1 - column : column]);
    }

    /// <summary>
    /// The parts of a phase that are anything but zero at a point of it; adjacent ones, counted from the phase's first, or none.
    /// </summary>
    public (int First, int End) PartsAt(int point) => partsAt[point];

    private (int First, int End) FindParts(int point)
    {
        int first = point / PartPoints * PhaseParts;
        int[] found = [.. Enumerable.Range(0, PhaseParts).Where(part =>
            Y.Reaches(Part(first + part).Y, point % PartPoints / Points, Points) && X.Reaches(Part(first + part).X, point % Points, Points))];
        return found.Length == 0 ? (0, 0) : (found[0], found[^1] + 1);
    }

    /// <summary>Rows and vectors of the micro-kernel that takes the fewest cycles for a row.</summary>
    private (int Rows, int Vectors) BestTile()
    {
        (int Rows, int Vectors) best = (1, 1);
        double least = double.MaxValue;
        for (int v = 1; v <= Math.Min(Vectors, Width == VectorWidth.Bits512 ? 4 : 3); v++)
        {
            int rows = TileSpec.MaxAccumulators(Width) / v, whole = Vectors / v, rest = Vectors % v;
            double cost = (whole * Cycles(rows, v) + (rest > 0 ? Cycles(rows, rest) : 0)) / rows;
            if (cost >= least * 0.999) continue;
            least = cost;
            best = (rows, v);
        }

        return best;

        static double Cycles(int rows, int vectors) => TileSpec.StepCycles(TileLeft.Broadcast, rows, vectors);
    }
}
