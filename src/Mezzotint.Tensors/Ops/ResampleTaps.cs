namespace Mezzotint.Tensors.Ops;

/// <summary>
/// A sparse matrix from the samples of one axis to those of another, by rows: output j is the sum of <c>Weight[t]</c> times input
/// <c>Index[t]</c> over t from <c>RowStart[j]</c> to before <c>RowStart[j + 1]</c>. Indices rise within a row.
/// </summary>
internal sealed record ResampleTaps(int InExtent, int[] RowStart, int[] Index, float[] Weight)
{
    public int OutExtent => RowStart.Length - 1;

    /// <summary>
    /// The taps of an interpolation, every row's weights normalised to 1. With <paramref name="antialias"/> the kernel is
    /// widened by the reduction, as MATLAB's imresize does.
    /// </summary>
    public static ResampleTaps For(int inExtent, int outExtent, Interpolation interpolation, bool antialias)
    {
        double widening = antialias && outExtent < inExtent && interpolation != Interpolation.Nearest ? (double)inExtent / outExtent : 1;
        double radius = widening * interpolation switch { Interpolation.Nearest => 0.5, Interpolation.Bilinear or Interpolation.BilinearFromCorners => 1, _ => 2 };
        var rowStart = new int[outExtent + 1];
        var index = new List<int>();
        var weight = new List<float>();
        var row = new SortedDictionary<int, double>();
        for (int j = 0; j < outExtent; j++)
        {
            // One rounding only, so that centres and ties that are exact on paper are exact here.
            double centre = interpolation == Interpolation.BilinearFromCorners ? (double)j * inExtent / outExtent : (j + 0.5) * inExtent / outExtent - 0.5;
            row.Clear();
            if (interpolation == Interpolation.Nearest)
            {
                row[Math.Clamp((int)Math.Floor(centre + 0.5), 0, inExtent - 1)] = 1;
            }
            else
            {
                for (int i = (int)Math.Ceiling(centre - radius); i <= (int)Math.Floor(centre + radius); i++)
                {
                    if (interpolation == Interpolation.BicubicWithin && (i < 0 || i >= inExtent)) continue;
                    double value = Kernel(interpolation, (centre - i) / widening);
                    int mirrored = Mirror(i, inExtent);
                    if (value != 0) row[mirrored] = row.GetValueOrDefault(mirrored) + value;
                }
            }

            double sum = row.Values.Sum();
            foreach ((int i, double value) in row)
            {
                index.Add(i);
                weight.Add((float)(value / sum));
            }

            rowStart[j + 1] = index.Count;
        }

        return new ResampleTaps(inExtent, rowStart, [.. index], [.. weight]);
    }

    /// <summary>The same matrix by its columns.</summary>
    public ResampleTaps Transposed()
    {
        var rowStart = new int[InExtent + 1];
        foreach (int i in Index) rowStart[i + 1]++;
        for (int i = 0; i < InExtent; i++) rowStart[i + 1] += rowStart[i];
        var next = rowStart[..InExtent];
        var index = new int[Index.Length];
        var weight = new float[Index.Length];
        for (int j = 0; j < OutExtent; j++)
        {
            for (int tap = RowStart[j]; tap < RowStart[j + 1]; tap++)
            {
                int place = next[Index[tap]]++;
                index[place] = j;
                weight[place] = Weight[tap];
            }
        }

        return new ResampleTaps(OutExtent, rowStart, index, weight);
    }

    private static double Kernel(Interpolation interpolation, double x)
    {
        x = Math.Abs(x);
        if (interpolation is Interpolation.Bilinear or Interpolation.BilinearFromCorners) return Math.Max(0, 1 - x);
        return x <= 1 ? (1.5 * x - 2.5) * x * x + 1 : x <= 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }

    private static int Mirror(int i, int extent)
    {
        int period = 2 * extent;
        i = ((i % period) + period) % period;
        return i < extent ? i : period - 1 - i;
    }
}
