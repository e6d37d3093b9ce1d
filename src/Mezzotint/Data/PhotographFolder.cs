using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mezzotint.Imaging;

namespace Mezzotint.Data;

/// <summary>
/// The picture files in some folders and their subfolders, in an order that depends on their names alone. Only headers are read at
/// first; a file whose header is broken, or that is too small, is skipped and said so.
/// </summary>
public sealed class PhotographFolder
{
    /// <summary>More broken files than this share of all, and more than one, are no accident: they are refused.</summary>
    public const double BrokenShare = 0.01;

    private PhotographFolder(IReadOnlyList<Photograph> photographs, IReadOnlyList<SkippedFile> skipped)
    {
        Photographs = photographs;
        Skipped = skipped;
        Fingerprint = Digest(photographs);
    }

    /// <summary>The usable pictures: the folders in the order given, and in each by name, ordinally.</summary>
    public IReadOnlyList<Photograph> Photographs { get; }

    /// <summary>The files with a picture's extension that are not used.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; }

    /// <summary>A digest of the names and sizes: a training that is resumed on other data would not be the same training.</summary>
    public string Fingerprint { get; }

    /// <summary>Finds the pictures.</summary>
    /// <param name="folders">Folders, searched with their subfolders, links followed; hidden files and folders are passed by.</param>
    /// <param name="smallestSide">Pictures with a shorter side, in pixels, are skipped.</param>
    /// <param name="channels">Channels to train with; pictures that do not fit (<see cref="TrainingChannels.Fit"/>) are skipped.</param>
    /// <exception cref="TrainingDataException">A folder is missing or unreadable; there is no usable picture; more than 1 % (and more
    /// than one) are broken.</exception>
    public static PhotographFolder Open(IEnumerable<string> folders, int smallestSide = 1, int channels = 3)
    {
        var photographs = new List<Photograph>();
        var skipped = new List<SkippedFile>();
        string[] all = [.. folders];
        foreach (string folder in all)
        {
            foreach (string path in List(folder))
            {
                try
                {
                    var header = Picture.ReadHeader(path);
                    if (!TrainingChannels.Fit(header, channels))
                    {
                        string wanted = channels is 1 or 3 ? "photographs have one or three" : $"the recipe's data.channels says {channels}";
                        skipped.Add(new SkippedFile(path, $"'{path}' has {header.Channels} channels; {wanted}.", Broken: false));
                    }
                    else if (Math.Min(header.Width, header.Height) < smallestSide)
                    {
                        skipped.Add(new SkippedFile(path,
                            $"'{path}' has {header.Width}x{header.Height} pixels; a crop needs {smallestSide} each way.", Broken: false));
                    }
                    else
                        photographs.Add(new Photograph(path, NameOf(folder, path), header.Width, header.Height) { Bytes = new FileInfo(path).Length });
                }
                catch (PictureException fault)
                {
                    skipped.Add(new SkippedFile(path, fault.Message, Broken: true));
                }
            }
        }
        Refuse(skipped, photographs.Count + skipped.Count);
        if (photographs.Count == 0)
        {
            string why = skipped.Count == 0 ? "no picture file is in them"
                : $"{skipped.Count} files are there, and the first is refused: {skipped[0].Reason}";
            throw new TrainingDataException(all.Length == 0
                ? "No folder of photographs was named."
                : $"There is nothing to learn from in {string.Join(" and ", all.Select(folder => $"'{folder}'"))}: {why.TrimEnd('.')}.");
        }
        return new PhotographFolder(photographs, skipped);
    }

    /// <summary>The picture files of a folder and its subfolders, by name, ordinally; hidden ones are passed by.</summary>
    /// <exception cref="TrainingDataException">The folder is missing or unreadable.</exception>
    public static IReadOnlyList<string> List(string folder) => [.. Files(folder).Where(PictureFormats.HasPictureExtension)];

    /// <summary>
    /// The files of a folder and its subfolders that are no picture's by their extension, by name, ordinally; hidden ones are passed by.
    /// </summary>
    /// <exception cref="TrainingDataException">The folder is missing or unreadable.</exception>
    public static IReadOnlyList<string> OtherFiles(string folder) => [.. Files(folder).Where(path => !PictureFormats.HasPictureExtension(path))];

    private static List<string> Files(string folder)
    {
        if (!Directory.Exists(folder))
            throw new TrainingDataException($"There is no folder '{folder}'.");
        try
        {
            return [.. FolderTree.Files(folder).OrderBy(path => NameOf(folder, path), StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TrainingDataException($"Cannot list the folder '{folder}': {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    /// <summary>Throws when too many files of a set are broken.</summary>
    internal static void Refuse(IEnumerable<SkippedFile> skipped, int files)
    {
        var broken = skipped.Where(file => file.Broken).ToList();
        if (broken.Count > Math.Max(1, files * BrokenShare))
        {
            throw new TrainingDataException(string.Create(CultureInfo.InvariantCulture,
                $"{broken.Count} of {files} pictures are broken, more than {BrokenShare:P0}; repair or remove them, ")
                + $"beginning with: {broken[0].Reason}");
        }
    }

    private static string NameOf(string folder, string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');

    private static string Digest(IReadOnlyList<Photograph> photographs)
    {
        var text = new StringBuilder();
        foreach (var photograph in photographs)
            text.Append(CultureInfo.InvariantCulture, $"{photograph.Name}\0{photograph.Width}x{photograph.Height}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
