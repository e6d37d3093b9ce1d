using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>
/// How large the numbers are that a convolution by Winograd's F(r x r, k x k) adds up on the way to each result, which is what its rounding
/// errors are proportional to: with pixels d, kernel g and the transforms' matrices, <c>|A'| (sum over channels of |G||g||G'| *
/// |B'||d||B|) |A|</c> (the error analysis of Barabasz, Anderson, Soodhalter and Gregg, 2020). Unlike a sum of products, a result rounds
/// pixels which it does not depend on, those of its tile.
/// </summary>
internal static class WinogradRoundOff
{
    /// <summary>The size of what is rounded, for each element of the result of a convolution or of its gradient by its input.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="together">How many results along an axis are computed together, of those that see the same taps: 4, 3 or 2.</param>
    /// <param name="image">Its first input, N,H,W,C.</param>
    /// <param name="weights">Its second.</param>
    /// <param name="output">The shape of its result.</param>
    public static double[] Terms(Convolution op, int together, Values image, Values weights, Shape output)
    {
        var terms = new double[output.Count];
        bool backward = op is Conv2dInputGradient;
        int kernel = weights.Shape[0], stride = op.Window.StrideY;
        for (int partY = 0; partY < stride; partY++)
        {
            for (int partX = 0; partX < stride; partX++)
            {
                AddPart(
                    Part.Of(partY, backward, kernel, stride, op.Window.PadTop), Part.Of(partX, backward, kernel, stride, op.Window.PadLeft),
                    backward, new Matrices(together, (kernel + stride - 1) / stride), image, weights, output, terms);
            }
        }

        return terms;
    }

    /// <summary>
    /// The same for a convolution's gradient by its weights, with the results' gradients e: <c>|G'| (sum over tiles of |A||e||A'| *
    /// |B'||d||B|) |G|</c>.
    /// </summary>
    public static double[] WeightGradientTerms(Conv2dWeightGradient op, int together, Values image, Values gradient, Shape output)
    {
        var terms = new double[output.Count];
        int kernel = op.KernelHeight, stride = op.Window.StrideY, inputs = output[2], outputs = output[3];
        var matrices = new Matrices(together, (kernel + stride - 1) / stride);
        int points = matrices.Points;
        for (int part = 0; part < stride * stride; part++)
        {
            Part partY = Part.Of(part / stride, false, kernel, stride, op.Window.PadTop);
            Part partX = Part.Of(part % stride, false, kernel, stride, op.Window.PadLeft);
            var sums = new double[inputs * outputs][,];
            for (int i = 0; i < sums.Length; i++) sums[i] = new double[points, points];
            for (int n = 0; n < image.Shape[0]; n++)
                for (int y = 0; y < gradient.Shape[1]; y += together)
                    for (int x = 0; x < gradient.Shape[2]; x += together)
                        AddTile(n, y, x, partY, partX, sums);
            for (int i = 0; i < sums.Length; i++)
            {
                double[,] taps = Transform(Transposed(matrices.OfKernel), sums[i]);
                for (int row = 0; row < matrices.Taps; row++)
                {
                    for (int column = 0; column < matrices.Taps; column++)
                    {
                        if (TapOf(partY, row, partX, column, kernel) is { } tap) terms[tap * sums.Length + i] = taps[row, column];
                    }
                }
            }
        }

        return terms;

        void AddTile(int n, int y, int x, Part partY, Part partX, double[][,] sums)
        {
            double[][,] pixels = [.. Enumerable.Range(0, inputs).Select(c => Transform(matrices.OfPixels, Square(
                image, n, y * partY.PixelStep + partY.Origin, x * partX.PixelStep + partX.Origin, stride, points, c)))];
            double[][,] gradients = [.. Enumerable.Range(0, outputs).Select(o => Transform(
                Transposed(matrices.ToResults), Square(gradient, n, y, x, 1, together, o)))];
            for (int c = 0; c < inputs; c++)
                for (int o = 0; o < outputs; o++)
                    for (int i = 0; i < points; i++)
                        for (int j = 0; j < points; j++)
                            sums[c * outputs + o][i, j] += pixels[c][i, j] * gradients[o][i, j];
        }
    }

    /// <summary>The absolute values of a channel of a square of pixels a step apart, 0 outside the image.</summary>
    private static double[,] Square(Values image, int n, int top, int left, int step, int side, int channel)
    {
        var square = new double[side, side];
        for (int i = 0; i < side; i++)
        {
            for (int j = 0; j < side; j++)
            {
                int row = top + i * step, column = left + j * step;
                bool inside = row >= 0 && row < image.Shape[1] && column >= 0 && column < image.Shape[2];
                int at = ((n * image.Shape[1] + row) * image.Shape[2] + column) * image.Shape[3] + channel;
                square[i, j] = inside ? Math.Abs(image.Elements[at]) : 0;
            }
        }

        return square;
    }

    private static double[,] Transposed(double[,] matrix)
    {
        var result = new double[matrix.GetLength(1), matrix.GetLength(0)];
        for (int i = 0; i < result.GetLength(0); i++)
            for (int j = 0; j < result.GetLength(1); j++)
                result[i, j] = matrix[j, i];
        return result;
    }

    private static void AddPart(
        Part partY, Part partX, bool backward, Matrices matrices, Values image, Values weights, Shape output, double[] terms)
    {
        int sources = image.Shape[3], results = output[3], kernel = weights.Shape[0], points = matrices.Points, count = matrices.Taps;

        // [point][source][result]
        var kernels = new double[points * points][];
        for (int point = 0; point < kernels.Length; point++) kernels[point] = new double[sources * results];
        var taps = new double[count, count];
        for (int c = 0; c < sources; c++)
        {
            for (int o = 0; o < results; o++)
            {
                for (int i = 0; i < count; i++)
                {
                    for (int j = 0; j < count; j++)
                    {
                        taps[i, j] = TapOf(partY, i, partX, j, kernel) is { } tap
                            ? Math.Abs(weights.Elements[backward ? (tap * results + o) * sources + c : (tap * sources + c) * results + o]) : 0;
                    }
                }

                double[,] values = Transform(matrices.OfKernel, taps);
                for (int point = 0; point < kernels.Length; point++)
                    kernels[point][c * results + o] = values[point / points, point % points];
            }
        }

        for (int n = 0; n < output[0]; n++)
            for (int y = 0; y * partY.ResultStep + partY.FirstResult < output[1]; y += matrices.Results)
                for (int x = 0; x * partX.ResultStep + partX.FirstResult < output[2]; x += matrices.Results)
                    Tile(n, y, x);

        void Tile(int n, int y, int x)
        {
            var products = new double[results][,];
            for (int o = 0; o < results; o++) products[o] = new double[points, points];
            for (int c = 0; c < sources; c++)
            {
                double[,] pixels = Square(
                    image, n, y * partY.PixelStep + partY.Origin, x * partX.PixelStep + partX.Origin, partY.PixelStep, points, c);
                double[,] values = Transform(matrices.OfPixels, pixels);
                for (int o = 0; o < results; o++)
                    for (int i = 0; i < points; i++)
                        for (int j = 0; j < points; j++)
                            products[o][i, j] += values[i, j] * kernels[i * points + j][c * results + o];
            }

            for (int o = 0; o < results; o++)
            {
                double[,] square = Transform(matrices.ToResults, products[o]);
                for (int i = 0; i < matrices.Results; i++)
                {
                    for (int j = 0; j < matrices.Results; j++)
                    {
                        int row = (y + i) * partY.ResultStep + partY.FirstResult, column = (x + j) * partX.ResultStep + partX.FirstResult;
                        if (row < output[1] && column < output[2]) terms[((n * output[1] + row) * output[2] + column) * results + o] += square[i, j];
                    }
                }
            }
        }
    }

    /// <summary>The kernel's index of a tap of a part; none where the part has one less.</summary>
    private static int? TapOf(Part partY, int row, Part partX, int column, int kernel)
    {
        int y = partY.FirstTap + row * partY.TapStep, x = partX.FirstTap + column * partX.TapStep;
        return y >= 0 && y < kernel && x >= 0 && x < kernel ? y * kernel + x : null;
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

    /// <summary>
    /// Along an axis, one of the convolutions with stride 1 that one with a stride is made of: result j of it is the result
    /// <c>FirstResult + j * ResultStep</c>, and sums its taps t, the kernel's <c>FirstTap + t * TapStep</c>, over the pixels
    /// <c>Origin + (j + t) * PixelStep</c>.
    /// </summary>
    private readonly record struct Part(int Origin, int PixelStep, int FirstTap, int TapStep, int FirstResult, int ResultStep)
    {
        public static Part Of(int part, bool backward, int kernel, int stride, int padding)
        {
            if (!backward) return new(part - padding, stride, part, stride, 0, 1);
            int last = kernel - 1;
            while ((part + padding - last) % stride != 0) last--;
            return new((part + padding - last) / stride, 1, last, -stride, part, stride);
        }
    }

    /// <summary>The absolute values of the transforms' matrices, row by row.</summary>
    private sealed class Matrices
    {
        public Matrices(int results, int taps)
        {
            (Results, Taps, Points) = (results, taps, results + taps - 1);
            double[] finite = (results, taps) switch
            {
                (4, 3) or (3, 4) or (2, 5) => [0, 11 / 16.0, -11 / 16.0, 11 / 8.0, -11 / 8.0],
                (2, 3) => [0, 1, -1],
                _ => [0, 0.75, -0.75, 2],
            };
            OfPixels = new double[Points, Points];
            OfKernel = new double[Points, taps];
            ToResults = new double[results, Points];
            int infinity = finite.Length;
            for (int i = 0; i <= infinity; i++)
            {
                double[] product = [1];
                double distances = 1;
                for (int j = 0; j < infinity; j++)
                {
                    if (j == i) continue;
                    if (i < infinity) distances *= finite[i] - finite[j];
                    var next = new double[product.Length + 1];
                    for (int k = 0; k < product.Length; k++)
                    {
                        next[k + 1] += product[k];
                        next[k] -= finite[j] * product[k];
                    }

                    product = next;
                }

                for (int k = 0; k < product.Length; k++) OfPixels[i, k] = Math.Abs(product[k]);
                for (int k = 0; k < taps; k++) OfKernel[i, k] = i < infinity ? Math.Abs(Math.Pow(finite[i], k) / distances) : k == taps - 1 ? 1 : 0;
                for (int k = 0; k < results; k++) ToResults[k, i] = i < infinity ? Math.Abs(Math.Pow(finite[i], k)) : k == results - 1 ? 1 : 0;
            }
        }

        public int Results { get; }

        public int Taps { get; }

        public int Points { get; }

        public double[,] OfPixels { get; }

        public double[,] OfKernel { get; }

        public double[,] ToResults { get; }
    }
}
