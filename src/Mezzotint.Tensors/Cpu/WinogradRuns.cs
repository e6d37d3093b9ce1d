namespace Mezzotint.Tensors.Cpu;

/// <summary>What one task of minimal filtering computes: a run of tiles, and some groups of destination channels.</summary>
internal readonly record struct WinogradTask(int Run, int FirstTile, int Tiles, int FirstGroup, int EndGroup);

/// <summary>
/// How the tiles of all images are cut into runs that tasks compute, and the destination channels into groups whose products are held at a
/// time. It may depend on the image's size, because no result depends on it.
/// </summary>
internal sealed class WinogradRuns
{
    /// <summary>Tiles that a task computes, at most: their pixels and products at all points stay in a second-level cache.</summary>
    private const int RunTiles = 28;

    /// <summary>The same where the weights stay in no cache.</summary>
    private const int LongRunTiles = 112;

    /// <summary>Tiles that are few enough for each block of destination channels to read the pixels of all of them.</summary>
    private const int FewTiles = 128;

    /// <summary>Runs that are enough to share among threads.</summary>
    private const int FewRuns = 8;

    /// <summary>Bytes of transformed weights that are better read by one task than by several.</summary>
    private const long ManyWeights = 4 << 20;

    /// <summary>Bytes of transformed weights that are better read from memory a few times only.</summary>
    private const long HugeWeights = 16 << 20;

    /// <summary>
    /// What the pixels at a point, and the products at all of them that are held at a time, may take of a second-level cache, and the
    /// destination channels that these belong to, at most: the fewer they are, the more often pixels are read and an epilogue is called.
    /// </summary>
    private const int GroupBytes = 960 << 10, GroupChannels = 128;

    /// <summary>Destination channels that a task may have, at the least, where they are shared out.</summary>
    private const int SharedChannels = 32;

    private readonly WinogradLayer layer;

    /// <summary>The cut of a layer on so many images, whose transformed weights are so many and kept or not.</summary>
    public WinogradRuns(WinogradLayer layer, int batch, long weightBytes, bool keepsWeights)
    {
        this.layer = layer;
        TileRows = Cut.Parts(layer.Y.Destination, layer.Side);
        TileColumns = Cut.Parts(layer.X.Destination, layer.Side);
        Tiles = batch * TileRows * TileColumns;
        bool many = weightBytes > ManyWeights, huge = weightBytes > HugeWeights;
        Fresh = !keepsWeights && many && Tiles <= FewTiles;
        Fetches = !Fresh && many;

        // Weights that are read from memory are read by few, long runs. Where tiles are few, the destination channels are shared out among
        // tasks, if their weights are many, in smaller groups if need be; otherwise, or where that is not enough, runs are made shorter.
        double operations = 2.0 * layer.AllPoints * Tiles * layer.Depth * layer.Vectors * layer.Lanes;
        int wanted = Cut.Tasks(operations), least = layer.RegisterRows;
        int length = Rows(huge ? LongRunTiles : many ? 2 * RunTiles : RunTiles);
        int channels = Math.Min(GroupChannels, (GroupBytes / sizeof(float) / length - layer.Depth) / layer.PartPoints);
        int enough = Math.Min(wanted, FewRuns);
        bool few = many && Cut.Parts(Tiles, huge ? length : Rows(RunTiles)) < enough;
        if (few) channels = Math.Min(channels, Math.Max(SharedChannels, layer.DestinationChannels * Cut.Parts(Tiles, length) / enough));
        GroupBlocks = Math.Clamp(channels / (layer.RegisterVectors * layer.Lanes), 1, Fresh ? 1 : layer.Blocks);
        int groups = Cut.Parts(layer.Blocks, GroupBlocks);
        if (Fresh) length = Tiles;
        else if (many) while (length > least && Cut.Parts(Tiles, length) * (few ? groups : 1) < enough) length = Cut.Parts(length / least, 2) * least;
        else if (Cut.Parts(Tiles, length) < wanted) length = least;
        Length = Cut.Parts(Tiles, Cut.Parts(Tiles, length));
        Count = Cut.Parts(Tiles, Length);
        Shares = Fresh ? groups : few ? Math.Min(groups, Cut.Parts(wanted, Count)) : 1;

        int Rows(int tiles) => Math.Max(1, tiles / least) * least;
    }

    /// <summary>Rows of tiles of an image.</summary>
    public int TileRows { get; }

    /// <summary>Tiles of such a row.</summary>
    public int TileColumns { get; }

    /// <summary>Of all images.</summary>
    public int Tiles { get; }

    /// <summary>Whether weights are transformed where they are used, a part of the depth at a time.</summary>
    public bool Fresh { get; }

    /// <summary>Whether the weights of the next product are brought to the cache during one.</summary>
    public bool Fetches { get; }

    /// <summary>Blocks of a group of destination channels.</summary>
    public int GroupBlocks { get; }

    /// <summary>Tiles of a run, at the most.</summary>
    public int Length { get; }

    /// <summary>Runs.</summary>
    public int Count { get; }

    /// <summary>Tasks that share a run, each for some of the groups.</summary>
    public int Shares { get; }

    /// <summary>Whether pixels are transformed in a phase of their own.</summary>
    public bool TransformsFirst => Fresh || Shares > 1;

    /// <summary>All tasks.</summary>
    public int Tasks => Count * Shares;

    /// <summary>What a task computes.</summary>
    public WinogradTask Task(int task)
    {
        int run = task % Count;
        (int firstGroup, int endGroup) = Cut.Part(Cut.Parts(layer.Blocks, GroupBlocks), Shares, task / Count);
        return new(run, run * Length, Math.Min(Length, Tiles - run * Length), firstGroup, endGroup);
    }

    /// <summary>Where a tile lies: its image, row of tiles and place in the row.</summary>
    public (int Image, int Row, int Column) Place(int tile) => (tile / (TileRows * TileColumns), tile / TileColumns % TileRows, tile % TileColumns);
}
