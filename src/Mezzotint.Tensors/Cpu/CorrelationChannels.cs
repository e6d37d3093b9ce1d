namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// How the channels of a correlation fill vectors. A section is what has channels of its own on either side: a group, or of a depthwise
/// convolution a block of channels.
/// </summary>
/// <param name="Left">What one step reads.</param>
/// <param name="Lanes">Of a vector.</param>
/// <param name="Sections">How many there are.</param>
/// <param name="Source">Channels of a section's source.</param>
/// <param name="Destination">Channels of a section's destination.</param>
/// <param name="AllSource">Channels of the source.</param>
/// <param name="AllDestination">Channels of the destination.</param>
/// <param name="Vectors">Of a section's destination; with <see cref="TileLeft.Depth"/>, channels.</param>
internal readonly record struct CorrelationChannels(
    TileLeft Left, int Lanes, int Sections, int Source, int Destination, int AllSource, int AllDestination, int Vectors)
{
    /// <summary>Steps of one tap.</summary>
    public int StepsPerTap => Left switch
    {
        TileLeft.Broadcast => Source,
        TileLeft.Depth => Cut.Parts(Source, Lanes),
        _ => 1,
    };

    /// <summary>Fixed by channels, taps and groups alone, since it fixes the order of summation.</summary>
    public static CorrelationChannels Of(int groups, int sourcePerGroup, int destinationPerGroup, int taps, VectorWidth width)
    {
        int lanes = (int)width, allSource = groups * sourcePerGroup, allDestination = groups * destinationPerGroup;
        if (sourcePerGroup == 1 && destinationPerGroup == 1 && groups >= 4)
        {
            int across = Math.Min(2, Cut.Parts(groups, lanes)), block = across * lanes;
            return new(TileLeft.Columns, lanes, Cut.Parts(groups, block), block, block, allSource, allDestination, across);
        }

        int run = sourcePerGroup * taps, vectors = Cut.Parts(destinationPerGroup, lanes);
        double used = (double)run / Cut.Covering(run, lanes);
        return destinationPerGroup <= 8 && used * 0.8 > (double)destinationPerGroup / lanes
            ? new(TileLeft.Depth, lanes, groups, sourcePerGroup, destinationPerGroup, allSource, allDestination, destinationPerGroup)
            : new(TileLeft.Broadcast, lanes, groups, sourcePerGroup, destinationPerGroup, allSource, allDestination, vectors);
    }
}
