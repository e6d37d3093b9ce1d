using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The mean and the variance of each channel of images N,H,W,C: first of cells, small boxes of pixels on a grid of the image's own
/// coordinates, as they are written and still in cache; then of all cells of an image, or of all images, in their order and in double
/// precision (Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979). The squares are of
/// deviations from the cell's own mean, so that a small variance beside a large mean stays. Who gathers which cells, and when, changes no
/// bit.
/// </summary>
internal sealed unsafe class ChannelMoments
{
    /// <summary>Channels of a task that combines: a few lines of the cache of each cell.</summary>
    private const int CombinedChannels = 32;

    /// <summary>Pixels of a cell where no kernel's grid says how large it is.</summary>
    private const int UsualCell = 64;

    private readonly int images, rows, columns, channels;
    private readonly ImagePitches pitches;
    private readonly bool perImage;
    private readonly int cellRows, cellColumns, cellsDown, cellsAcross;

    private ChannelMoments(int images, int rows, int columns, int channels, ImagePitches pitches, bool perImage, (int Rows, int Columns) cell)
    {
        (this.images, this.rows, this.columns, this.channels, this.pitches, this.perImage) = (images, rows, columns, channels, pitches, perImage);
        (cellRows, cellColumns) = cell;
        (cellsDown, cellsAcross) = (Cut.Parts(rows, cellRows), Cut.Parts(columns, cellColumns));
    }

    /// <summary>Bytes of what is gathered: the mean of each cell and the sum of its squares.</summary>
    public long Bytes => 2L * images * cellsDown * cellsAcross * channels * sizeof(float);

    /// <summary>Rows of cells, of all images.</summary>
    public int CellRows => images * cellsDown;

    /// <summary>Pixels of a row of cells.</summary>
    public long CellRowPixels => (long)cellRows * columns;

    /// <summary>Tasks that <see cref="Combine"/> takes.</summary>
    public int Tasks => (perImage ? images : 1) * Cut.Parts(channels, CombinedChannels);

    /// <summary>What a launch gathers, of elements that are written in boxes on a grid, or that are there already.</summary>
    public static ChannelMoments Of(LaunchMoments moments, (int Rows, int Columns)? grid)
    {
        (Shape shape, int first) = (moments.Of.Shape, moments.Axes[0]);
        if (shape.Rank == 4 && first <= 1)
            return new(shape[0], shape[1], shape[2], shape[3], ImagePitches.Of(moments.Of), first == 1, grid ?? (1, UsualCell));

        // Otherwise elements are dense: pixels in a row.
        int images = 1, pixels = 1;
        for (int axis = 0; axis < shape.Rank - 1; axis++)
        {
            if (axis < first) images *= shape[axis];
            else pixels *= shape[axis];
        }

        return new(images, 1, pixels, shape[^1], ImagePitches.Dense(1, pixels, shape[^1]), perImage: true, (1, UsualCell));
    }

    /// <summary>Gathers the cells of a row of cells.</summary>
    /// <param name="values">The first element.</param>
    /// <param name="gathered"><see cref="Bytes"/> bytes.</param>
    /// <param name="cellRow">One of <see cref="CellRows"/>.</param>
    public void Gather(float* values, float* gathered, int cellRow)
    {
        int image = cellRow / cellsDown, row = cellRow % cellsDown * cellRows;
        Gather(values, gathered, new OutputBox(image, row, Math.Min(cellRows, rows - row), 0, columns, 0, channels));
    }

    /// <summary>Gathers the cells of a box, which begins and ends on the grid or at the image's edges.</summary>
    /// <param name="values">The first element of the first image.</param>
    /// <param name="gathered"><see cref="Bytes"/> bytes, of which the box's cells are written.</param>
    /// <param name="box">Where the box is.</param>
    public void Gather(float* values, float* gathered, in OutputBox box)
    {
        int endRow = box.Row + box.Rows, endColumn = box.Column + box.Columns;
        Debug.Assert(box.Row % cellRows == 0 && (endRow % cellRows == 0 || endRow == rows), "Cells are not cut.");
        Debug.Assert(box.Column % cellColumns == 0 && (endColumn % cellColumns == 0 || endColumn == columns), "Cells are not cut.");
        for (int row = box.Row; row < endRow; row += cellRows)
        {
            for (int column = box.Column; column < endColumn; column += cellColumns)
            {
                long cell = ((long)box.Image * cellsDown + row / cellRows) * cellsAcross + column / cellColumns;
                float* mean = gathered + 2 * cell * channels + box.Channel;
                GatherCell(
                    values + box.Image * pitches.Image + row * pitches.Row + column * pitches.Pixel + box.Channel,
                    Math.Min(cellRows, endRow - row), Math.Min(cellColumns, endColumn - column), box.Channels, mean, mean + channels);
            }
        }
    }

    /// <summary>Makes the moments of some channels, of one image or of all, of what was gathered.</summary>
    /// <param name="task">One of <see cref="Tasks"/>.</param>
    /// <param name="gathered">What was gathered.</param>
    /// <param name="mean">Where the means go, channels adjacent; null where they are not wanted.</param>
    /// <param name="variance">Where the variances go; null where they are not wanted.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Combine(int task, float* gathered, float* mean, float* variance)
    {
        int parts = Cut.Parts(channels, CombinedChannels), image = task / parts, lanes = Vector<float>.Count;
        int first = task % parts * CombinedChannels, count = Math.Min(CombinedChannels, channels - first);
        int firstImage = perImage ? image : 0, endImage = perImage ? image + 1 : images;

        // Sums of all pixels, and of their squares.
        double* sums = stackalloc double[2 * CombinedChannels], squares = sums + CombinedChannels;
        new Span<double>(sums, 2 * CombinedChannels).Clear();
        float* cell = gathered + (long)firstImage * cellsDown * cellsAcross * 2 * channels + first;
        for (int row = firstImage * cellsDown; row < endImage * cellsDown; row++)
        {
            int high = Math.Min(cellRows, rows - row % cellsDown * cellRows);
            for (int across = 0; across < cellsAcross; across++, cell += 2 * channels)
            {
                double pixels = high * Math.Min(cellColumns, columns - across * cellColumns);
                int c = 0;
                for (; c + lanes <= count; c += lanes)
                {
                    Vector.Widen(Vector.Load(cell + c), out Vector<double> low, out Vector<double> up);
                    Vector.Widen(Vector.Load(cell + channels + c), out Vector<double> lowSquares, out Vector<double> upSquares);
                    Vector<double> lowSum = low * pixels, upSum = up * pixels;
                    (Vector.Load(sums + c) + lowSum).Store(sums + c);
                    (Vector.Load(sums + c + lanes / 2) + upSum).Store(sums + c + lanes / 2);
                    (Vector.Load(squares + c) + (lowSum * low + lowSquares)).Store(squares + c);
                    (Vector.Load(squares + c + lanes / 2) + (upSum * up + upSquares)).Store(squares + c + lanes / 2);
                }

                for (; c < count; c++)
                {
                    double sum = cell[c] * pixels;
                    sums[c] += sum;
                    squares[c] += sum * cell[c] + cell[channels + c];
                }
            }
        }

        double all = (double)(endImage - firstImage) * rows * columns;
        long at = (long)firstImage * channels + first;
        for (int c = 0; c < count; c++)
        {
            double average = sums[c] / all;
            if (mean != null) mean[at + c] = (float)average;
            if (variance != null) variance[at + c] = (float)Math.Max(0, squares[c] / all - average * average);
        }
    }

    /// <summary>
    /// The mean of each channel of a cell, of one value exactly that, and the sum of the squares of the deviations from it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherCell(float* from, int high, int wide, int count, float* mean, float* squares)
    {
        const int together = 4;
        int lanes = Vector<float>.Count, c = 0;
        long pixel = pitches.Pixel, next = pitches.Row - wide * pixel;
        float share = 1f / (high * wide);
        for (; c + together * lanes <= count; c += together * lanes)
        {
            float* at = from + c;
            Vector<float> a0 = Vector.Load(at), b0 = Vector.Load(at + lanes), d0 = Vector.Load(at + 2 * lanes), e0 = Vector.Load(at + 3 * lanes);
            Vector<float> a = default, b = default, d = default, e = default;
            for (int row = 0; row < high; row++, at += next)
            {
                for (int column = 0; column < wide; column++, at += pixel)
                {
                    a += Vector.Load(at) - a0;
                    b += Vector.Load(at + lanes) - b0;
                    d += Vector.Load(at + 2 * lanes) - d0;
                    e += Vector.Load(at + 3 * lanes) - e0;
                }
            }

            (a, b, d, e) = (a0 + a * share, b0 + b * share, d0 + d * share, e0 + e * share);
            a.Store(mean + c);
            b.Store(mean + c + lanes);
            d.Store(mean + c + 2 * lanes);
            e.Store(mean + c + 3 * lanes);
            Vector<float> aa = default, bb = default, dd = default, ee = default;
            at = from + c;
            for (int row = 0; row < high; row++, at += next)
            {
                for (int column = 0; column < wide; column++, at += pixel)
                {
                    Vector<float> f = Vector.Load(at) - a, g = Vector.Load(at + lanes) - b;
                    Vector<float> h = Vector.Load(at + 2 * lanes) - d, i = Vector.Load(at + 3 * lanes) - e;
                    aa += f * f;
                    bb += g * g;
                    dd += h * h;
                    ee += i * i;
                }
            }

            aa.Store(squares + c);
            bb.Store(squares + c + lanes);
            dd.Store(squares + c + 2 * lanes);
            ee.Store(squares + c + 3 * lanes);
        }

        for (; c + lanes <= count; c += lanes)
        {
            float* at = from + c;
            Vector<float> sample = Vector.Load(at), sum = default, square = default;
            for (int row = 0; row < high; row++, at += next)
                for (int column = 0; column < wide; column++, at += pixel) sum += Vector.Load(at) - sample;
            sum = sample + sum * share;
            at = from + c;
            for (int row = 0; row < high; row++, at += next)
            {
                for (int column = 0; column < wide; column++, at += pixel)
                {
                    Vector<float> deviation = Vector.Load(at) - sum;
                    square += deviation * deviation;
                }
            }

            sum.Store(mean + c);
            square.Store(squares + c);
        }

        for (; c < count; c++)
        {
            float* at = from + c;
            float sample = *at, sum = 0, square = 0;
            for (int row = 0; row < high; row++, at += next)
                for (int column = 0; column < wide; column++, at += pixel) sum += *at - sample;
            sum = sample + sum * share;
            at = from + c;
            for (int row = 0; row < high; row++, at += next)
            {
                for (int column = 0; column < wide; column++, at += pixel)
                {
                    float deviation = *at - sum;
                    square += deviation * deviation;
                }
            }

            mean[c] = sum;
            squares[c] = square;
        }
    }
}
