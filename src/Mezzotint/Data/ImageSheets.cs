using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>
/// Sheets: pictures each row of which is one square image, row by row, so that a sheet of 1,024 columns has images of 32x32.
/// </summary>
internal static class ImageSheets
{
    /// <summary>Reads a sheet, or all of a folder and its subfolders, by name.</summary>
    /// <exception cref="TrainingDataException">A file is missing, broken, or its rows are no squares; they do not fit in
    /// memory.</exception>
    public static IImageSet Open(string path, ImageSetRecipe recipe)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        IReadOnlyList<string> files = Directory.Exists(path) ? PhotographFolder.List(path) : [path];
        if (files.Count == 0) throw new TrainingDataException($"There is no sheet in '{path}'.");
        ImageBlocks? images = null;
        ImageFrame? frame = null;
        var digest = new DataDigest();
        long limit = recipe.CacheMegabytes * (1L << 20);
        foreach (string file in files)
        {
            Picture sheet = Load(file);
            int side = (int)Math.Round(Math.Sqrt(sheet.Width));
            if (side * side != sheet.Width)
            {
                throw new TrainingDataException(
                    $"'{file}' has rows of {sheet.Width} pixels, which is no square number: its rows are no square images.");
            }

            ImageFrame own = ImageFrame.Of(recipe, side, side, 3);
            frame ??= own;
            if (own != frame)
            {
                throw new TrainingDataException(
                    $"'{file}' has images of {side}x{side} where those of '{files[0]}' have {frame.Width}x{frame.Height}; set data.size.");
            }

            images ??= new ImageBlocks(frame.Samples);
            if ((images.Count + (long)sheet.Height) * frame.Samples > limit)
                throw new TrainingDataException($"The sheets of '{path}' do not fit in the memory that is allowed; raise data.cacheMegabytes.");
            var samples = new byte[sheet.Width * sheet.Height * sheet.Channels];
            sheet.CopyTo(samples);
            digest.Add(Path.GetRelativePath(folder, file).Replace('\\', '/'), samples);
            int row = sheet.Width * sheet.Channels;
            for (int y = 0; y < sheet.Height; y++)
                images.Add(frame.Bytes(Picture.FromSamples(samples.AsSpan(y * row, row), side, side, sheet.Channels)));
        }

        return new ImagesInMemory(images!, [], frame!, [], digest.Finish()) { Files = [.. files.Select(DataFile.Of)] };
    }

    private static Picture Load(string file)
    {
        try
        {
            return Picture.Load(file).WithBitDepth(8).Flatten();
        }
        catch (PictureException fault)
        {
            throw new TrainingDataException(fault.Message, fault);
        }
    }
}
