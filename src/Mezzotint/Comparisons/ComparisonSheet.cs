using System.Globalization;
using Mezzotint.Imaging;

namespace Mezzotint.Comparisons;

/// <summary>A comparison as one picture: a row an input or seed, a column a model, with their names and scores.</summary>
public static class ComparisonSheet
{
    private const int LargestCell = 384, LeastCell = 112;
    private const int Gap = 8, FontSize = 14, SmallFontSize = 11, LineHeight = 20, LongestName = 150;
    private const byte Ink = 30, SoftInk = 90;

    /// <summary>Draws it.</summary>
    /// <param name="comparison">What is drawn.</param>
    /// <param name="rows">How many of its rows, the first, at most.</param>
    /// <param name="crop">The side of the middle of each picture that is shown, in pixels of the result; null for all of it, reduced where
    /// it is large.</param>
    public static Picture Draw(ModelComparison comparison, int rows, int? crop = null)
    {
        ComparisonRow[] shown = [.. comparison.Rows.Take(rows)];
        bool hasInput = shown.Any(row => row.Input is not null), hasTruth = shown.Any(row => row.Truth is not null);
        string[] heads = [.. hasInput ? ["input"] : Array.Empty<string>(), .. comparison.Models.Select(model => model.Name), .. hasTruth ? ["truth"] : Array.Empty<string>()];
        var cells = shown.Select(row => Cells(row, hasInput, hasTruth, crop)).ToList();
        int cellWidth = cells.Max(row => row.Max(cell => cell?.Width ?? 0));
        int[] heights = [.. cells.Select(row => row.Max(cell => cell?.Height ?? 0))];
        Picture?[] names = [.. shown.Select(row => Line(row.Name, SmallFontSize, LongestName))];
        int left = Gap + names.Max(name => name?.Width ?? 0) + Gap, lines = comparison.Scores.Count > 0 ? 1 : 0;
        int under = lines * LineHeight + Gap, top = Gap + LineHeight + Gap;
        int width = left + heads.Length * (cellWidth + Gap), height = top + heights.Sum(row => row + under);
        var canvas = new Canvas(width, height);
        for (int c = 0; c < heads.Length; c++) canvas.Write(Line(heads[c], FontSize, cellWidth), left + c * (cellWidth + Gap), Gap, Ink);
        for (int r = 0, y = top; r < shown.Length; y += heights[r] + under, r++)
        {
            canvas.Write(names[r], Gap, y, SoftInk);
            for (int c = 0; c < heads.Length; c++)
            {
                int x = left + c * (cellWidth + Gap), model = c - (hasInput ? 1 : 0);
                if (cells[r][c] is { } cell) canvas.Paste(cell, x, y);
                if (lines > 0 && model >= 0 && model < comparison.Models.Count)
                    canvas.Write(Line(ScoreLine(comparison, shown[r].Scores[model]), SmallFontSize, cellWidth), x, y + heights[r] + 4, SoftInk);
            }
        }

        return canvas.Picture();
    }

    /// <summary>A score as people read it.</summary>
    internal static string Number(double value) => double.IsNaN(value) ? "-"
        : double.IsInfinity(value) ? "equal" : value.ToString(Math.Abs(value) >= 2 ? "0.00" : "0.0000", CultureInfo.InvariantCulture);

    private static string ScoreLine(ModelComparison comparison, IReadOnlyList<double> scores) =>
        string.Join("   ", comparison.Scores.Take(2).Select((score, i) => $"{score.Name} {Number(scores[i])}"));

    private static Picture?[] Cells(ComparisonRow row, bool hasInput, bool hasTruth, int? crop)
    {
        int largest = row.Made.Max(picture => picture.Width);
        return
        [
            .. hasInput ? [row.Input is { } input ? Cell(input, largest, crop) : null] : Array.Empty<Picture?>(),
            .. row.Made.Select(picture => Cell(picture, largest, crop)),
            .. hasTruth ? [row.Truth is { } truth ? Cell(truth, largest, crop) : null] : Array.Empty<Picture?>(),
        ];
    }

    /// <summary>
    /// A picture as it is shown: at the results' size, its pixels repeated where it is smaller, and what is too large reduced.
    /// </summary>
    private static Picture Cell(ComparedPicture compared, int width, int? crop)
    {
        Picture picture = compared.Load().ToColour();
        if (picture.Width < width)
            picture = picture.Resize(width, Math.Max(1, (int)Math.Round((double)picture.Height * width / picture.Width)), ResizeKernel.Nearest);
        if (crop is { } side)
        {
            int columns = Math.Min(side, picture.Width), rows = Math.Min(side, picture.Height);
            picture = picture.Crop((picture.Width - columns) / 2, (picture.Height - rows) / 2, columns, rows);
        }

        int longest = Math.Max(picture.Width, picture.Height);
        if (longest > LargestCell && crop is null)
        {
            double factor = (double)LargestCell / longest;
            return picture.Resize(Math.Max(1, (int)(picture.Width * factor)), Math.Max(1, (int)(picture.Height * factor)));
        }

        int times = Math.Max(1, (LeastCell + longest - 1) / longest);
        return times == 1 ? picture : picture.Resize(picture.Width * times, picture.Height * times, ResizeKernel.Nearest);
    }

    /// <summary>A line no wider than there is room, cut in its middle, where names differ least.</summary>
    private static Picture? Line(string text, int size, int room)
    {
        Picture? line = TextLine.Render(text, size);
        for (int letters = text.Length - 2; line is not null && line.Width > room && letters >= 2; letters -= Math.Max(1, letters / 8))
            line = TextLine.Render($"{text[..(letters / 2)]}…{text[^(letters - letters / 2)..]}", size);
        return line is null || line.Width <= room ? line : line.Crop(0, 0, room, line.Height);
    }

    /// <summary>Paper to draw on.</summary>
    private sealed class Canvas
    {
        private const int Channels = 3;

        private readonly int _width, _height;
        private readonly byte[] _samples;

        public Canvas(int width, int height)
        {
            (_width, _height) = (width, height);
            _samples = new byte[checked(width * height * Channels)];
            Array.Fill(_samples, byte.MaxValue);
        }

        public Picture Picture() => Imaging.Picture.FromSamples(_samples, _width, _height, Channels);

        public void Paste(Picture picture, int x, int y)
        {
            var samples = new byte[picture.Width * picture.Height * Channels];
            picture.CopyTo(samples);
            int row = picture.Width * Channels;
            for (int i = 0; i < picture.Height; i++) samples.AsSpan(i * row, row).CopyTo(_samples.AsSpan(((y + i) * _width + x) * Channels));
        }

        public void Write(Picture? line, int x, int y, byte ink)
        {
            if (line is null) return;
            var mask = new byte[line.Width * line.Height];
            line.CopyTo(mask);
            for (int i = 0; i < mask.Length; i++)
            {
                int column = x + i % line.Width, row = y + i / line.Width;
                if (column >= _width || row >= _height) continue;
                byte value = (byte)(255 - mask[i] * (255 - ink) / 255);
                _samples.AsSpan((row * _width + column) * Channels, Channels).Fill(value);
            }
        }
    }
}
