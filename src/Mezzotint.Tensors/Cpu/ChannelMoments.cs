using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The mean and the variance of each channel of images N,H,W,C: first of cells, small boxes of pixels on a grid of the image's own
/// coordinates, as they are written and still in cache; then of all cells of an image, or of all images, in their order and in double
/// precision (Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample variances, 1979). Sums are of
/// deviations from the cell's own first pixel, so that a small variance beside a large mean stays. Who gathers which cells, and when, changes no
/// bit.
/// </summary>
internal sealed unsafe class ChannelMoments
{
    /// <summary>
    /// Channels whose cells lie one after the other, and are combined by one task: each cell has a line of the cache for their means, and one
    /// for their squares.
    /// </summary>
    private const int Block = 16, CellFloats = 2 * Block;

    /// <summary>Pixels of a cell where no kernel's grid says how large it is.</summary>
    private const int UsualCell = 64;

    private readonly int images, rows, columns, channels;
    private readonly ImagePitches pitches;
    private readonly bool perImage;
    private readonly int cellRows, cellColumns, cellsDown, cellsAcross, blocks;

    private ChannelMoments(int images, int rows, int columns, int channels, ImagePitches pitches, bool perImage, (int Rows, int Columns) cell)
    {
        (this.images, this.rows, this.columns, this.channels, this.pitches, this.perImage) = (images, rows, columns, channels, pitches, perImage);
        (cellRows, cellColumns) = cell;
        (cellsDown, cellsAcross, blocks) = (Cut.Parts(rows, cellRows), Cut.Parts(columns, cellColumns), Cut.Parts(channels, Block));
    }

    /// <summary>Bytes of what is gathered: the mean of each cell and the sum of its squares.</summary>
    public long Bytes => (long)images * blocks * cellsDown * cellsAcross * CellFloats * sizeof(float);

    /// <summary>Rows of cells, of all images.</summary>
    public int CellRows => images * cellsDown;

    /// <summary>Pixels of a row of cells.</summary>
    public long CellRowPixels => (long)cellRows * columns;

    /// <summary>Tasks that <see cref="Combine"/> takes.</summary>
    public int Tasks => (perImage ? images : 1) * blocks;

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
                GatherCell(
                    values + box.Image * pitches.Image + row * pitches.Row + column * pitches.Pixel,
                    Math.Min(cellRows, endRow - row), Math.Min(cellColumns, endColumn - column), box.Channel, box.Channel + box.Channels,
                    Cell(gathered, box.Image, 0) + ((long)(row / cellRows) * cellsAcross + column / cellColumns) * CellFloats);
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
        int block = task % blocks, firstImage = perImage ? task / blocks : 0, endImage = perImage ? firstImage + 1 : images;
        int lanes = Vector<float>.Count;
        double all = (double)(endImage - firstImage) * rows * columns;
        double* sums = stackalloc double[2 * lanes], squares = sums + lanes;
        for (int first = 0; first < Block; first += lanes)
        {
            // Sums of all pixels, and of their squares.
            Vector<double> low = default, up = default, lowSquares = default, upSquares = default;
            for (int image = firstImage; image < endImage; image++)
            {
                float* cell = Cell(gathered, image, block) + first;
                for (int row = 0; row < rows; row += cellRows)
                {
                    for (int column = 0; column < columns; column += cellColumns, cell += CellFloats)
                    {
                        double pixels = Math.Min(cellRows, rows - row) * Math.Min(cellColumns, columns - column);
                        Vector.Widen(Vector.Load(cell), out Vector<double> a, out Vector<double> b);
                        Vector.Widen(Vector.Load(cell + Block), out Vector<double> aa, out Vector<double> bb);
                        Vector<double> lowSum = a * pixels, upSum = b * pixels;
                        low += lowSum;
                        up += upSum;
                        lowSquares += lowSum * a + aa;
                        upSquares += upSum * b + bb;
                    }
                }
            }

            low.Store(sums);
            up.Store(sums + lanes / 2);
            lowSquares.Store(squares);
            upSquares.Store(squares + lanes / 2);
            int channel = block * Block + first;
            for (int i = 0; i < lanes && channel + i < channels; i++)
            {
                double average = sums[i] / all;
                long at = (long)firstImage * channels + channel + i;
                if (mean != null) mean[at] = (float)average;
                if (variance != null) variance[at] = (float)Math.Max(0, squares[i] / all - average * average);
            }
        }
    }

    /// <summary>The first cell of a block of channels of an image.</summary>
    private float* Cell(float* gathered, int image, int block) => gathered + ((long)image * blocks + block) * cellsDown * cellsAcross * CellFloats;

    /// <summary>Where a cell has a channel's mean, from where it has its first one's.</summary>
    private long Place(int channel) => (long)(channel / Block) * cellsDown * cellsAcross * CellFloats + channel % Block;

    /// <summary>
    /// The mean of some channels of a cell, of one value exactly that, and the sum of the squares of the deviations from it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherCell(float* from, int high, int wide, int channel, int end, float* cell)
    {
        const int together = 4;
        int lanes = Vector<float>.Count;
        float share = 1f / (high * wide);
        long pixel = pitches.Pixel, next = pitches.Row - wide * pixel;
        for (; channel % lanes != 0 && channel < end; channel++) GatherChannel(from + channel, high, wide, share, cell + Place(channel));
        for (; channel + together * lanes <= end; channel += together * lanes)
        {
            float* at = from + channel;
            Vector<float> first0 = Vector.Load(at), first1 = Vector.Load(at + lanes);
            Vector<float> first2 = Vector.Load(at + 2 * lanes), first3 = Vector.Load(at + 3 * lanes);
            Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            Vector<float> squares0 = default, squares1 = default, squares2 = default, squares3 = default;
            for (int row = 0; row < high; row++, at += next)
            {
                for (int column = 0; column < wide; column++, at += pixel)
                {
                    Add(at, first0, ref sum0, ref squares0);
                    Add(at + lanes, first1, ref sum1, ref squares1);
                    Add(at + 2 * lanes, first2, ref sum2, ref squares2);
                    Add(at + 3 * lanes, first3, ref sum3, ref squares3);
                }
            }

            Store(first0, sum0, squares0, share, cell + Place(channel));
            Store(first1, sum1, squares1, share, cell + Place(channel + lanes));
            Store(first2, sum2, squares2, share, cell + Place(channel + 2 * lanes));
            Store(first3, sum3, squares3, share, cell + Place(channel + 3 * lanes));
        }

        for (; channel + lanes <= end; channel += lanes)
        {
            float* at = from + channel;
            Vector<float> first = Vector.Load(at), sum = default, squares = default;
            for (int row = 0; row < high; row++, at += next)
                for (int column = 0; column < wide; column++, at += pixel) Add(at, first, ref sum, ref squares);
            Store(first, sum, squares, share, cell + Place(channel));
        }

        for (; channel < end; channel++) GatherChannel(from + channel, high, wide, share, cell + Place(channel));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* at, Vector<float> first, ref Vector<float> sum, ref Vector<float> squares)
    {
        Vector<float> deviation = Vector.Load(at) - first;
        sum += deviation;
        squares += deviation * deviation;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<float> first, Vector<float> sum, Vector<float> squares, float share, float* place)
    {
        (first + sum * share).Store(place);
        (squares - sum * sum * share).Store(place + Block);
    }

    private void GatherChannel(float* from, int high, int wide, float share, float* place)
    {
        float sum = 0, squares = 0;
        for (int row = 0; row < high; row++)
        {
            for (int column = 0; column < wide; column++)
            {
                float deviation = from[row * pitches.Row + column * pitches.Pixel] - *from;
                sum += deviation;
                squares += deviation * deviation;
            }
        }

        (place[0], place[Block]) = (*from + sum * share, squares - sum * sum * share);
    }
}
