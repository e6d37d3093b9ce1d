namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A minimal filtering algorithm F(r, k) along one axis (Toom 1963, Cook 1966, Winograd 1980): r results of a kernel of k taps from r + k -
/// 1 pixels by as many products. Pixels and taps are taken as polynomials; the products of their values at r + k - 1 points, infinity the
/// last of them, determine the results. The points decide everything: all transforms are written from them.
/// </summary>
/// <param name="Taps">Taps of the kernel.</param>
/// <param name="Finite">The finite points; of two opposite ones the second follows the first.</param>
internal sealed record MinimalFilter(int Taps, double[] Finite)
{
    /// <summary>
    /// F(4, 3) at 0, a, -a, b, -b with a = 11/16 and b = 11/8: a quarter of the largest error, and half of the mean, of the textbook's 1
    /// and 2.
    /// </summary>
    private static readonly MinimalFilter FourOfThree = new(3, [0, 11 / 16.0, -11 / 16.0, 11 / 8.0, -11 / 8.0]);

    private static readonly MinimalFilter TwoOfThree = new(3, [0, 1, -1]);

    /// <summary>F(4, 2) at 0, a, -a, 2 with a = 3/4: half of the largest error of 1, -1 and 2.</summary>
    private static readonly MinimalFilter FourOfTwo = new(2, [0, 0.75, -0.75, 2]);

    /// <summary>F(3, 4) at the points of F(4, 3): as exact as the sums of products themselves.</summary>
    private static readonly MinimalFilter ThreeOfFour = new(4, FourOfThree.Finite);

    /// <summary>F(2, 5) at the points of F(4, 3) too.</summary>
    private static readonly MinimalFilter TwoOfFive = new(5, FourOfThree.Finite);

    /// <summary>Points, and products.</summary>
    public int Points => Finite.Length + 1;

    /// <summary>Results that are computed together.</summary>
    public int Results => Points - Taps + 1;

    /// <summary>The algorithm for 4 or 2 results of 3 taps, 4 results of 2, 3 results of 4, or 2 results of 5.</summary>
    public static MinimalFilter Of(int results, int taps) => (results, taps) switch
    {
        (4, 3) => FourOfThree,
        (2, 3) => TwoOfThree,
        (4, 2) => FourOfTwo,
        (3, 4) => ThreeOfFour,
        (2, 5) => TwoOfFive,
        _ => throw new ArgumentOutOfRangeException(nameof(results), $"There is no F({results}, {taps})."),
    };

    /// <summary>From taps to the points: the kernel's polynomial there, over the product of a point's distances from the others.</summary>
    public Lane[] OfKernel(LaneEmitter emit, Lane[] taps) =>
        [.. Finite.Select((x, i) => emit.Combine(Powers(x, Taps, 1 / Distances(i)), taps)), taps[^1]];

    /// <summary>The transpose of <see cref="OfKernel"/>: from sums at the points to the taps' gradients.</summary>
    public Lane[] ToKernel(LaneEmitter emit, Lane[] sums)
    {
        return [.. Enumerable.Range(0, Taps).Select(tap => emit.Combine([.. Finite.Select((x, i) => Math.Pow(x, tap) / Distances(i)), AtInfinity(tap)], sums))];

        double AtInfinity(int tap) => tap == Taps - 1 ? 1 : 0;
    }

    /// <summary>From pixels to the points: the transpose of the interpolation through all points.</summary>
    public Lane[] OfPixels(LaneEmitter emit, Lane[] pixels)
    {
        var values = new Lane[Points];
        for (int i = 0; i < Finite.Length; i++)
        {
            if (!IsPair(i))
            {
                values[i] = emit.Combine(Product(j => j != i), pixels);
                continue;
            }

            // (x + a) q(x) and (x - a) q(x) with the same q.
            double[] others = Product(j => j != i && j != i + 1);
            Lane shifted = emit.Combine([0, .. others], pixels), same = emit.Combine(others, pixels);
            (values[i], values[i + 1]) = emit.PlusMinus(shifted, same, Finite[i]);
            i++;
        }

        values[^1] = emit.Combine(Product(_ => true), pixels);
        return values;
    }

    /// <summary>From results' gradients to the points, the transpose of <see cref="ToResults"/>: their polynomial there.</summary>
    public Lane[] OfResults(LaneEmitter emit, Lane[] results)
    {
        var values = new Lane[Points];
        for (int i = 0; i < Finite.Length; i++)
        {
            double x = Finite[i];
            double[] powers = Powers(x, Results, 1);
            if (!IsPair(i))
            {
                values[i] = emit.Combine(powers, results);
                continue;
            }

            Lane even = emit.Combine([.. powers.Select((power, j) => j % 2 == 0 ? power : 0)], results);
            Lane odd = emit.Combine([.. powers.Select((power, j) => j % 2 == 1 ? power / x : 0)], results);
            (values[i], values[i + 1]) = emit.PlusMinus(even, odd, x);
            i++;
        }

        values[^1] = results[^1];
        return values;
    }

    /// <summary>
    /// From products at the points to results: the transpose of the evaluation of a polynomial with as many coefficients.
    /// </summary>
    public Lane[] ToResults(LaneEmitter emit, Lane[] products)
    {
        Lane[] even = [.. products], odd = [.. products];
        for (int i = 0; i < Finite.Length; i++)
        {
            if (!IsPair(i)) continue;
            even[i] = emit.Add(products[i], products[i + 1]);
            odd[i] = emit.Subtract(products[i], products[i + 1]);
        }

        return [.. Enumerable.Range(0, Results).Select(result => emit.Combine(
            [.. Finite.Select((x, i) => i > 0 && IsPair(i - 1) ? 0 : Math.Pow(x, result)), result == Results - 1 ? 1 : 0],
            result % 2 == 0 ? even : odd))];
    }

    private static double[] Powers(double x, int count, double scale) => [.. Enumerable.Range(0, count).Select(j => scale * Math.Pow(x, j))];

    /// <summary>Whether a point and the next are opposite.</summary>
    private bool IsPair(int i) => Finite[i] > 0 && i + 1 < Finite.Length && Finite[i + 1] == -Finite[i];

    private double Distances(int i) => Finite.Where((_, j) => j != i).Aggregate(1.0, (product, x) => product * (Finite[i] - x));

    /// <summary>The coefficients, in ascending order, of the product of x minus each of some points.</summary>
    private double[] Product(Func<int, bool> takes)
    {
        double[] coefficients = [1];
        for (int i = 0; i < Finite.Length; i++)
        {
            if (!takes(i)) continue;
            double[] shifted = [0, .. coefficients];
            for (int j = 0; j < coefficients.Length; j++) shifted[j] -= Finite[i] * coefficients[j];
            coefficients = shifted;
        }

        return coefficients;
    }
}
