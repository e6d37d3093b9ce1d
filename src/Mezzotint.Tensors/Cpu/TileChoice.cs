namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// How a correlation's output is cut into register tiles: <paramref name="Outer"/> rows (or images, if <paramref name="AcrossImages"/>) of
/// up to
/// <paramref name="Inner"/> pixels by <paramref name="Vectors"/> vectors of channels. The choice may depend on the image's size because no
/// result does on the choice.
/// </summary>
internal readonly record struct TileChoice(bool AcrossImages, int Outer, int Inner, int Vectors)
{
    /// <summary>Images and rows beyond this number do not change which tiling is best.</summary>
    private const int Representative = 28;

    /// <summary>The tiling that an estimate of cycles finds cheapest.</summary>
    public static TileChoice Best(
        VectorWidth width, TileLeft left, CorrelationAxis y, CorrelationAxis x, int batch, int vectors, int stepsPerTap)
    {
        int accumulators = TileSpec.MaxAccumulators(width);
        var best = new TileChoice(false, 1, 1, 1);
        double bestCost = double.MaxValue;
        int fewest = left == TileLeft.Broadcast ? 1 : vectors;
        int most = left == TileLeft.Broadcast ? Math.Min(vectors, width == VectorWidth.Bits512 ? 4 : 3) : vectors;
        int columns = x.Count, rows = Math.Min(y.Count, Representative), images = Math.Min(batch, Representative);
        for (int v = fewest; v <= most; v++)
        {
            int tileRows = Math.Max(1, accumulators / v);
            if (left == TileLeft.Columns) tileRows = Math.Min(tileRows, 8);
            int longest = Math.Min(tileRows, columns);
            int shortest = columns >= tileRows ? Math.Max(1, tileRows / 2) : 1;
            for (int inner = shortest; inner <= longest; inner++)
            {
                int mostOuter = columns >= tileRows ? 1 : tileRows / inner;
                for (int outer = 1; outer <= mostOuter; outer++)
                {
                    for (int across = 0; across <= 1; across++)
                    {
                        if (outer > (across == 1 ? images : rows) || (across == 1 && outer == 1)) continue;
                        var choice = new TileChoice(across == 1, outer, inner, v);
                        double cost = choice.Cost(left, y, x, rows, images, vectors, stepsPerTap);
                        if (cost >= bestCost) continue;
                        bestCost = cost;
                        best = choice;
                    }
                }
            }
        }
        return best;
    }

    private double Cost(TileLeft left, CorrelationAxis y, CorrelationAxis x, int rows, int images, int vectors, int stepsPerTap)
    {
        double cost = 0;
        foreach (AxisPhase py in y.Phases)
        {
            foreach (AxisPhase px in x.Phases)
            {
                int groupRows = AcrossImages ? 1 : Outer, count = Math.Min(py.Count, rows);
                for (int j = 0; j < count; j += groupRows)
                {
                    int here = Math.Min(groupRows, count - j);
                    (int firstY, int endY) = y.TapsInside(py, j, here);
                    int tiles = Cut.Parts(px.Count, Inner);
                    for (int tile = 0; tile < tiles; tile++)
                    {
                        (int start, int end) = Cut.Part(px.Count, tiles, tile);
                        (int firstX, int endX) = x.TapsInside(px, start, end - start);
                        double steps = (double)(endY - firstY) * (endX - firstX) * stepsPerTap;
                        if (AcrossImages)
                        {
                            cost += images / Outer * Cycles(left, Outer * (end - start), vectors, steps);
                            if (images % Outer > 0) cost += Cycles(left, images % Outer * (end - start), vectors, steps);
                        }
                        else
                        {
                            cost += images * Cycles(left, here * (end - start), vectors, steps);
                        }
                    }
                }
            }
        }
        return cost;
    }

    private double Cycles(TileLeft left, int rows, int vectors, double steps)
    {
        int blocks = vectors / Vectors, rest = vectors % Vectors;
        return blocks * Block(left, rows, Vectors, steps) + (rest > 0 ? Block(left, rows, rest, steps) : 0);
    }

    /// <summary>The steps' cycles, and those of the tile's own start and end.</summary>
    private static double Block(TileLeft left, int rows, int vectors, double steps) =>
        steps * TileSpec.StepCycles(left, rows, vectors) + 40 + rows * vectors * (left == TileLeft.Depth ? 8 : 2);
}
