namespace Mezzotint.Data.Pairs;

/// <summary>What holes look like.</summary>
public enum MaskKind
{
    /// <summary>Boxes.</summary>
    Boxes,

    /// <summary>Strokes of a brush that wanders and turns.</summary>
    Strokes,

    /// <summary>Regions of any outline.</summary>
    FreeForm,

    /// <summary>One of the others, by chance.</summary>
    Mixed,
}

/// <summary>Holes in pictures, as functions of a seed and a sample's number.</summary>
/// <param name="kind">What they look like.</param>
/// <param name="least">The least share of a picture's pixels that is missing.</param>
/// <param name="most">The largest.</param>
public sealed class MaskGenerator(MaskKind kind, double least, double most)
{
    private const ulong Purpose = 22;
    private const int Waves = 12;

    // No picture needs more, and a share near 1 shall not take for ever.
    private const int MostShapes = 1_000;

    /// <summary>A hole: row by row, whether a pixel is missing.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="sample">The sample's number.</param>
    public bool[] Make(int width, int height, ulong seed, ulong sample)
    {
        var draws = new DegradationDraws(CounterRandom.Bits(seed, Purpose, 0), sample);
        MaskKind shape = kind == MaskKind.Mixed ? (MaskKind)draws.Below(3) : kind;
        int wanted = Math.Clamp((int)Math.Round(draws.Between([least, most]) * width * height), 1, width * height);
        bool[] missing = new bool[width * height];
        if (shape == MaskKind.FreeForm)
        {
            Field(missing, width, height, wanted, ref draws);
            return missing;
        }

        int count = 0;
        for (int i = 0; i < MostShapes && count < wanted; i++)
        {
            if (shape == MaskKind.Boxes) count += Box(missing, width, height, wanted - count, ref draws);
            else count += Stroke(missing, width, height, wanted - count, ref draws);
        }

        return missing;
    }

    /// <summary>A box of at most as many pixels as are still wanted.</summary>
    private static int Box(bool[] missing, int width, int height, int wanted, ref DegradationDraws draws)
    {
        double area = Math.Max(1, wanted * (0.4 + 0.6 * draws.Uniform())), aspect = Math.Exp(1.4 * (draws.Uniform() - 0.5));
        int columns = Math.Clamp((int)Math.Sqrt(area * aspect), 1, width), rows = Math.Clamp((int)(area / columns), 1, height);
        int left = draws.Below(width - columns + 1), top = draws.Below(height - rows + 1), added = 0;
        for (int y = top; y < top + rows; y++)
        {
            Span<bool> row = missing.AsSpan(y * width + left, columns);
            added += row.Count(false);
            row.Fill(true);
        }

        return added;
    }

    /// <summary>
    /// A wandering line of round dabs (after Yu et al. 2019, free-form inpainting), until there are as many pixels as wanted.
    /// </summary>
    private static int Stroke(bool[] missing, int width, int height, int wanted, ref DegradationDraws draws)
    {
        double side = Math.Min(width, height), radius = Math.Max(1, side * (0.02 + 0.04 * draws.Uniform()));
        double x = width * draws.Uniform(), y = height * draws.Uniform(), angle = 2 * Math.PI * draws.Uniform();
        int vertices = 2 + draws.Below(5), added = 0;
        for (int vertex = 0; vertex < vertices && added < wanted; vertex++)
        {
            double length = side * (0.1 + 0.3 * draws.Uniform());
            for (double along = 0; along < length && added < wanted; along += radius / 2)
            {
                added += Dab(missing, width, height, x, y, radius, wanted - added);
                x = Math.Clamp(x + Math.Cos(angle) * radius / 2, 0, width - 1);
                y = Math.Clamp(y + Math.Sin(angle) * radius / 2, 0, height - 1);
            }

            angle += Math.PI * (0.5 + 0.7 * (draws.Uniform() - 0.5)) * (draws.Chance(0.5) ? 1 : -1);
        }

        return added;
    }

    private static int Dab(bool[] missing, int width, int height, double x, double y, double radius, int wanted)
    {
        int added = 0;
        for (int row = Math.Max(0, (int)(y - radius)); row <= Math.Min(height - 1, (int)(y + radius)); row++)
        {
            for (int column = Math.Max(0, (int)(x - radius)); column <= Math.Min(width - 1, (int)(x + radius)); column++)
            {
                if (added == wanted) return added;
                if ((row - y) * (row - y) + (column - x) * (column - x) > radius * radius || missing[row * width + column]) continue;
                missing[row * width + column] = true;
                added++;
            }
        }

        return added;
    }

    /// <summary>Where a smooth random field is highest.</summary>
    private static void Field(bool[] missing, int width, int height, int wanted, ref DegradationDraws draws)
    {
        double[] along = new double[Waves], across = new double[Waves], phase = new double[Waves];
        double unit = 2 * Math.PI / Math.Min(width, height);
        for (int i = 0; i < Waves; i++)
        {
            double angle = 2 * Math.PI * draws.Uniform(), frequency = unit * (0.7 + 3.3 * draws.Uniform());
            (along[i], across[i], phase[i]) = (frequency * Math.Cos(angle), frequency * Math.Sin(angle), 2 * Math.PI * draws.Uniform());
        }

        double[] values = new double[missing.Length];
        for (int y = 0, at = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, at++)
                for (int i = 0; i < Waves; i++) values[at] += Math.Cos(along[i] * x + across[i] * y + phase[i]);
        }

        double[] sorted = [.. values.Order()];
        double threshold = sorted[^wanted];
        for (int i = 0; i < values.Length; i++) missing[i] = values[i] >= threshold;
    }
}
