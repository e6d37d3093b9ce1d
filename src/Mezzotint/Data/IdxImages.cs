using System.Globalization;
using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>Images, and their labels where there are any, of the IDX format.</summary>
internal static class IdxImages
{
    /// <summary>Reads an images file, or of a folder the one for a part; labels lie beside it, by their usual name.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="recipe">What the images are brought to.</param>
    /// <param name="test">Whether, in a folder that holds both, the images to test by are meant.</param>
    /// <exception cref="TrainingDataException">A file is missing, broken, or does not fit the other.</exception>
    public static IImageSet Open(string path, ImageSetRecipe recipe, bool test)
    {
        string images = Directory.Exists(path) ? Choose(path, test) : path;
        long limit = recipe.CacheMegabytes * (1L << 20);
        ImageFrame frame;
        string digest;
        ImageBlocks all;
        using (IdxFile file = IdxFile.Open(images, limit))
        {
            int channels = file.Extents.Count == 4 ? file.Extents[3] : 1;
            if (file.Extents.Count < 3 || channels is not (1 or 3))
            {
                throw new TrainingDataException($"'{images}' has the extents {string.Join(" x ", file.Extents)}, and images have three "
                    + "(count, rows, columns), or four with 1 or 3 channels.");
            }

            int height = file.Extents[1], width = file.Extents[2];
            frame = ImageFrame.Of(recipe, width, height, channels);
            bool asIs = frame == ImageFrame.Of(recipe with { Size = null, Channels = null }, width, height, channels);
            if (!asIs && (long)file.Count * frame.Samples > limit)
            {
                throw new TrainingDataException($"The {file.Count} images of '{images}' at {frame.Width}x{frame.Height} do not fit in the memory "
                    + "that is allowed; raise data.cacheMegabytes, or lower data.size.");
            }

            all = new ImageBlocks(frame.Samples);
            for (int i = 0; i < file.Count; i++)
            {
                ReadOnlySpan<byte> item = file.Next(i);
                all.Add(asIs ? item : frame.Bytes(Picture.FromSamples(item, width, height, channels)));
            }

            digest = file.Finish();
        }

        if (LabelsOf(images) is not { } labels) return new ImagesInMemory(all, [], frame, [], digest) { Files = [DataFile.Of(images)] };
        (byte[] classes, string labelsDigest) = Labels(labels, images, all.Count);
        string[] names = [.. Enumerable.Range(0, classes.Max() + 1).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        return new ImagesInMemory(all, classes, frame, names, digest + labelsDigest) { Files = [DataFile.Of(images), DataFile.Of(labels)] };
    }

    /// <summary>The images files in a folder, by name; subfolders are not searched.</summary>
    public static IReadOnlyList<string> In(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(path => IsImages(path) && IdxFile.Looks(path)).Order(StringComparer.Ordinal)];

    private static bool IsImages(string path)
    {
        string name = Path.GetFileName(path);
        return name.Contains("images", StringComparison.OrdinalIgnoreCase) || name.Contains("idx3", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The images file of a folder that is meant for a part.</summary>
    /// <exception cref="TrainingDataException">There is none, or several.</exception>
    internal static string Choose(string folder, bool test)
    {
        IReadOnlyList<string> found = In(folder);
        // The same file packed and unpacked is one.
        found = [.. found.DistinctBy(path => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path)];
        List<string> tests = [.. found.Where(path => Says(path, "t10k") || Says(path, "test"))];
        List<string> trains = [.. found.Except(tests)];
        List<string> wanted = test && tests.Count > 0 ? tests : trains.Count > 0 ? trains : tests;
        return wanted.Count switch
        {
            1 => wanted[0],
            0 => throw new TrainingDataException(
                $"There are no images of the IDX format in '{folder}'; their files' names have 'images' or 'idx3' in them."),
            _ => throw new TrainingDataException($"There are several sets of images in '{folder}' ("
                + string.Join(", ", wanted.Select(Path.GetFileName)) + "); name one of the files."),
        };

        static bool Says(string path, string word) => Path.GetFileName(path).Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The labels file beside an images file; null where there is none.</summary>
    internal static string? LabelsOf(string images)
    {
        string name = Path.GetFileName(images), folder = Path.GetDirectoryName(images) ?? "";
        string labels = name.Replace("images", "labels", StringComparison.Ordinal).Replace("idx3", "idx1", StringComparison.Ordinal)
            .Replace("idx4", "idx1", StringComparison.Ordinal);
        if (labels == name) return null;
        string stem = labels.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? labels[..^3] : labels;
        return new[] { labels, stem, stem + ".gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    private static (byte[] Classes, string Digest) Labels(string path, string images, int count)
    {
        using IdxFile file = IdxFile.Open(path, Math.Max(count, 1 << 20));
        if (file.Extents.Count != 1 || file.Count != count)
        {
            throw new TrainingDataException(
                $"'{path}' has {string.Join(" x ", file.Extents)} labels, and '{images}' {count} images; they must be as many.");
        }

        var labels = new byte[count];
        for (int i = 0; i < count; i++) labels[i] = file.Next(i)[0];
        return (labels, file.Finish());
    }
}
