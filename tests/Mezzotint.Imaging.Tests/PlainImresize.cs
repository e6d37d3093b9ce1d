namespace Mezzotint.Imaging.Tests;

/// <summary>MATLAB's imresize written out plainly, sample by sample in double precision, after its documentation.</summary>
internal static class PlainImresize
{
    public static int[] Apply(Picture picture, int width, int height, ResizeKernel kernel)
    {
        var planes = Enumerable.Range(0, picture.Channels).Select(c =>
        {
            var plane = new int[picture.Height, picture.Width];
            for (var y = 0; y < picture.Height; y++)
                for (var x = 0; x < picture.Width; x++)
                    plane[y, x] = picture[x, y, c];
            var most = picture.BitDepth == 8 ? 255 : 65535;
            // Smallest scale first; of equal scales, rows.
            return (double)width / picture.Width < (double)height / picture.Height
                ? AlongRows(Transpose(AlongRows(Transpose(plane), width, kernel, most)), height, kernel, most)
                : Transpose(AlongRows(Transpose(AlongRows(plane, height, kernel, most)), width, kernel, most));
        }).ToArray();
        var samples = new int[width * height * picture.Channels];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = planes[i % picture.Channels][i / picture.Channels / width, i / picture.Channels % width];
        return samples;
    }

    private static int[,] AlongRows(int[,] plane, int newRows, ResizeKernel kernel, int most)
    {
        var (rows, columns) = (plane.GetLength(0), plane.GetLength(1));
        var scale = (double)newRows / rows;
        var shrink = kernel == ResizeKernel.Nearest ? 1 : Math.Min(1, scale);
        var reach = (kernel switch { ResizeKernel.Nearest => 0.5, ResizeKernel.Bilinear => 1, _ => 2 }) / shrink;
        var result = new int[newRows, columns];
        for (var row = 0; row < newRows; row++)
        {
            var centre = ((row + 1) / scale) + (0.5 * (1 - (1 / scale)));
            var first = (long)Math.Floor(centre - reach);
            var last = first + (long)Math.Ceiling(2 * reach) + 1;
            var total = 0.0;
            for (var i = first; i <= last; i++) total += Weight(centre - i);
            for (var column = 0; column < columns; column++)
            {
                var sum = 0.0;
                for (var i = first; i <= last; i++) sum += Weight(centre - i) / total * plane[Mirror(i), column];
                result[row, column] = (int)Math.Clamp(Math.Round(sum, MidpointRounding.AwayFromZero), 0, most);
            }
        }

        return result;

        double Weight(double distance)
        {
            var x = shrink * distance;
            var d = Math.Abs(x);
            return shrink * (kernel switch
            {
                ResizeKernel.Nearest => -0.5 <= x && x < 0.5 ? 1 : 0,
                ResizeKernel.Bilinear => Math.Max(0, 1 - d),
                _ when d <= 1 => (1.5 * d * d * d) - (2.5 * d * d) + 1,
                _ when d <= 2 => (-0.5 * d * d * d) + (2.5 * d * d) - (4 * d) + 2,
                _ => 0,
            });
        }

        int Mirror(long row)
        {
            // Counted from one: ... 2 1 | 1 2 ... n | n n-1 ...
            while (row < 1 || row > rows) row = row < 1 ? 1 - row : (2L * rows) + 1 - row;
            return (int)row - 1;
        }
    }

    private static int[,] Transpose(int[,] plane)
    {
        var result = new int[plane.GetLength(1), plane.GetLength(0)];
        for (var y = 0; y < plane.GetLength(0); y++)
            for (var x = 0; x < plane.GetLength(1); x++)
                result[x, y] = plane[y, x];
        return result;
    }
}
