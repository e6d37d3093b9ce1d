using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>
/// How large the numbers are that a convolution by Winograd's F(4x4, 3x3) or F(2x2, 3x3) adds up on the way to each result, which is what its rounding
/// errors are proportional to: with pixels d, kernel g and the transforms' matrices, <c>|A'| (sum over channels of |G||g||G'| *
/// |B'||d||B|) |A|</c> (the error analysis of Barabasz, Anderson, Soodhalter and Gregg, 2020). Unlike a sum of products, a result rounds
/// pixels which it does not depend on, those of its tile.
/// </summary>
internal static class WinogradRoundOff
{
    private const double A = 11 / 16.0, B = 11 / 8.0;
    private const double SquareA = A * A, SquareB = B * B, Product = SquareA * SquareB, Sum = SquareA + SquareB;

    private static readonly Matrices Fours = new(
        new[,]
        {
            { Product, 0, Sum, 0, 1, 0 },
            { 0, A * SquareB, SquareB, A, 1, 0 }, { 0, A * SquareB, SquareB, A, 1, 0 },
            { 0, B * SquareA, SquareA, B, 1, 0 }, { 0, B * SquareA, SquareA, B, 1, 0 },
            { 0, Product, 0, Sum, 0, 1 },
        },
        Kernel(),
        new[,]
        {
            { 1, 1, 1, 1, 1, 0 },
            { 0, A, A, B, B, 0 },
            { 0, SquareA, SquareA, SquareB, SquareB, 0 },
            { 0, A * SquareA, A * SquareA, B * SquareB, B * SquareB, 1 },
        });

    private static readonly Matrices Twos = new(
        new double[,] { { 1, 0, 1, 0 }, { 0, 1, 1, 0 }, { 0, 1, 1, 0 }, { 0, 1, 0, 1 } },
        new[,] { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, 0.5, 0.5 }, { 0, 0, 1 } },
        new double[,] { { 1, 1, 1, 0 }, { 0, 1, 1, 1 } });

    /// <summary>The size of what is rounded, for each element of the result of a convolution or of its gradient by its input.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="side">The side of the squares of results that are computed together: 4 or 2.</param>
    /// <param name="image">Its first input, N,H,W,C.</param>
    /// <param name="weights">Its second.</param>
    /// <param name="output">The shape of its result.</param>
    public static double[] Terms(Convolution op, int side, Values image, Values weights, Shape output)
    {
        (double[,] ofPixels, double[,] ofKernel, double[,] toResults) = side == 4 ? Fours : Twos;
        int points = side + 2;
        bool backward = op is Conv2dInputGradient;
        int sources = image.Shape[3], results = output[3], top = backward ? op.Window.PadTop - 2 : -op.Window.PadTop;
        int left = backward ? op.Window.PadLeft - 2 : -op.Window.PadLeft;

        // [point][source][result]
        var kernels = new double[points * points][];
        for (int point = 0; point < kernels.Length; point++) kernels[point] = new double[sources * results];
        var taps = new double[3, 3];
        for (int c = 0; c < sources; c++)
        {
            for (int o = 0; o < results; o++)
            {
                for (int tap = 0; tap < 9; tap++)
                {
                    int at = backward ? ((8 - tap) * results + o) * sources + c : (tap * sources + c) * results + o;
                    taps[tap / 3, tap % 3] = Math.Abs(weights.Elements[at]);
                }

                double[,] values = Transform(ofKernel, taps);
                for (int point = 0; point < kernels.Length; point++)
                    kernels[point][c * results + o] = values[point / points, point % points];
            }
        }

        var terms = new double[output.Count];
        for (int n = 0; n < output[0]; n++)
            for (int y = 0; y < output[1]; y += side)
                for (int x = 0; x < output[2]; x += side)
                    Tile(n, y, x);
        return terms;

        void Tile(int n, int y, int x)
        {
            var products = new double[results][,];
            for (int o = 0; o < results; o++) products[o] = new double[points, points];
            var pixels = new double[points, points];
            for (int c = 0; c < sources; c++)
            {
                for (int i = 0; i < points; i++)
                {
                    for (int j = 0; j < points; j++)
                    {
                        int row = y + top + i, column = x + left + j;
                        bool inside = row >= 0 && row < image.Shape[1] && column >= 0 && column < image.Shape[2];
                        int at = ((n * image.Shape[1] + row) * image.Shape[2] + column) * sources + c;
                        pixels[i, j] = inside ? Math.Abs(image.Elements[at]) : 0;
                    }
                }

                double[,] values = Transform(ofPixels, pixels);
                for (int o = 0; o < results; o++)
                    for (int i = 0; i < points; i++)
                        for (int j = 0; j < points; j++)
                            products[o][i, j] += values[i, j] * kernels[i * points + j][c * results + o];
            }

            for (int o = 0; o < results; o++)
            {
                double[,] square = Transform(toResults, products[o]);
                for (int i = 0; i < Math.Min(side, output[1] - y); i++)
                    for (int j = 0; j < Math.Min(side, output[2] - x); j++)
                        terms[((n * output[1] + y + i) * output[2] + x + j) * results + o] = square[i, j];
            }
        }
    }

    private static double[,] Kernel()
    {
        double atA = Math.Abs(1 / (2 * SquareA * (SquareA - SquareB))), atB = Math.Abs(1 / (2 * SquareB * (SquareB - SquareA)));
        return new[,]
        {
            { 1 / Product, 0, 0 },
            { atA, A * atA, SquareA * atA }, { atA, A * atA, SquareA * atA },
            { atB, B * atB, SquareB * atB }, { atB, B * atB, SquareB * atB },
            { 0, 0, 1 },
        };
    }

    /// <summary>matrix * square * matrix'.</summary>
    private static double[,] Transform(double[,] matrix, double[,] square)
    {
        int to = matrix.GetLength(0), from = matrix.GetLength(1);
        var half = new double[to, from];
        var result = new double[to, to];
        for (int i = 0; i < to; i++)
            for (int j = 0; j < from; j++)
                for (int k = 0; k < from; k++)
                    half[i, j] += matrix[i, k] * square[k, j];
        for (int i = 0; i < to; i++)
            for (int j = 0; j < to; j++)
                for (int k = 0; k < from; k++)
                    result[i, j] += half[i, k] * matrix[j, k];
        return result;
    }

    /// <summary>The absolute values of the transforms' matrices, row by row.</summary>
    private sealed record Matrices(double[,] OfPixels, double[,] OfKernel, double[,] ToResults);
}
