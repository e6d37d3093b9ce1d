using System.Globalization;
using Mezzotint.Imaging;
using Mezzotint.Storage;

namespace Mezzotint.Data.Examination;

/// <summary>What a repair made.</summary>
/// <param name="Needs">What the training asks, of the new folder.</param>
/// <param name="Copied">Files that are as they were.</param>
/// <param name="Converted">Files that were written anew: without alpha, from inks to sRGB.</param>
/// <param name="LeftOut">Files that were left out.</param>
public sealed record RepairSummary(DataNeeds Needs, int Copied, int Converted, int LeftOut);

/// <summary>
/// Copies what is good to a new folder: broken, unpaired, too small and duplicate pictures stay behind, alpha is laid over white, inks
/// become sRGB. What is there is never changed, and the new folder appears whole or not at all.
/// </summary>
public static class DataRepair
{
    /// <summary>Copies.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="folder">The new folder, which is missing or empty. Data of several places lie in <c>train</c> and <c>validation</c>
    /// within it.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the work; nothing is left of it.</param>
    /// <exception cref="TrainingDataException">The folder is not empty, or lies within the data; the data are files of many images; nothing
    /// is good.</exception>
    /// <exception cref="StorageException">It cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static RepairSummary Write(
        DataReport report, string folder, IProgress<ExaminationProgress>? progress = null, CancellationToken cancellation = default)
    {
        string full = Path.GetFullPath(Path.TrimEndingDirectorySeparator(folder));
        Refuse(report, folder, full);
        Dictionary<string, string> places = Places(report.Needs);
        ExaminedImage[] good = [.. report.Samples.Where(sample => !sample.Dropped).SelectMany(sample => sample.Images).DistinctBy(image => image.Path)];
        int all = report.Samples.SelectMany(sample => sample.Images).DistinctBy(image => image.Path).Count();
        if (good.Length == 0) throw new TrainingDataException("No picture is good, so there is nothing to copy.");
        string temporary = Path.Combine(
            Path.GetDirectoryName(full)!, string.Create(CultureInfo.InvariantCulture, $".{Path.GetFileName(full)}.{Environment.ProcessId}.partial"));
        try
        {
            Directory.CreateDirectory(temporary);
            int converted = 0;
            var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            for (int i = 0; i < good.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new ExaminationProgress(i, good.Length, good[i].Path));
                string inside = Path.Combine(places[good[i].Root], Path.GetRelativePath(good[i].Root, good[i].Path));
                converted += Copy(good[i], Path.Combine(temporary, inside), taken, report.Needs.LaysOverWhite) ? 1 : 0;
            }

            if (Directory.Exists(full)) Directory.Delete(full); // it is empty
            Directory.Move(temporary, full);
            DataNeeds needs = report.Needs with
            {
                Train = [.. report.Needs.Train.Select(place => Path.Combine(folder, places[place])).Distinct()],
                Validation = report.Needs.Validation is { } validation ? Path.Combine(folder, places[validation]) : null,
            };
            return new RepairSummary(needs, good.Length - converted, converted, all - good.Length);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Cannot write '{folder}': {fault.Message.TrimEnd('.')}.", fault);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    private static void Refuse(DataReport report, string folder, string full)
    {
        if (report.Samples.Any(sample => sample.Target is { Header: null, Signature: not null }))
            throw new TrainingDataException(
                "The data are files that hold many images each (IDX, sheets), which are not written anew; only files of one picture each are.");
        if (File.Exists(full) || (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any()))
            throw new TrainingDataException($"'{folder}' is there already; name a folder that is new or empty.");
        foreach (string place in report.Needs.Train.Append(report.Needs.Validation).OfType<string>())
        {
            string source = Path.GetFullPath(Path.TrimEndingDirectorySeparator(place));
            if (IsWithin(full, source) || IsWithin(source, full))
                throw new TrainingDataException($"'{folder}' and the data in '{place}' lie within one another; name a folder elsewhere.");
        }
    }

    private static bool IsWithin(string path, string folder) => (path + Path.DirectorySeparatorChar).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Where each place's files go, within the new folder.</summary>
    private static Dictionary<string, string> Places(DataNeeds needs)
    {
        const string train = "train", validation = "validation";
        string[] trains = [.. needs.Train.Distinct()];
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < trains.Length; i++)
        {
            string own = trains.Length == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{i + 1}-{Path.GetFileName(Path.GetFullPath(trains[i]))}");
            places[trains[i]] = needs.Validation is null ? own : Path.Combine(train, own);
        }

        if (needs.Validation is { } other) places.TryAdd(other, validation);
        return places;
    }

    /// <summary>Copies a file, or writes it anew where it is not as it should be.</summary>
    /// <returns>Whether it was written anew.</returns>
    private static bool Copy(ExaminedImage image, string path, HashSet<string> taken, bool laysOverWhite)
    {
        PictureHeader header = image.Header!;
        bool isPicture = image.Role is ImageRole.Target or ImageRole.Input, anew = isPicture && ((header.HasAlpha && laysOverWhite) || header.IsCmyk);
        PictureFormat format = anew ? PictureFormat.Png : header.Format;
        if (PictureFormats.FromPath(path) != format) path = Path.ChangeExtension(path, format.Extension());
        string stem = Path.ChangeExtension(path, null), extension = Path.GetExtension(path);
        for (int number = 2; !taken.Add(path); number++) path = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}{extension}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (anew) Picture.Load(image.Path).Flatten().Save(path);
        else File.Copy(image.Path, path);
        return anew;
    }
}
