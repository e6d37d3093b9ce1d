using System.Runtime.ExceptionServices;
using Mezzotint.Imaging;

namespace Mezzotint.Data.Examination;

/// <summary>
/// Looks at data before a training does: every file is read to its last pixel, on all processors and in bounded memory, and what would
/// break or spoil the training is named. Nothing is changed.
/// </summary>
public static class DataExamination
{
    private const long PixelBytes = 512L << 20;

    /// <summary>Examines data.</summary>
    /// <param name="needs">Where they are, and what is asked of them.</param>
    /// <param name="progress">Told, on any thread, how far it is.</param>
    /// <param name="cancellation">Ends the work between two files.</param>
    /// <exception cref="TrainingDataException">No place is named; a folder or file is missing or cannot be listed.</exception>
    /// <exception cref="PictureException">There is no libvips on this machine.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DataReport Of(DataNeeds needs, IProgress<ExaminationProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (needs.Train.Count == 0) throw new TrainingDataException("No data are named; name a folder or file, or set data.train in the recipe.");
        var findings = new FindingList(needs);
        var gathering = new SampleGathering(needs, findings);
        gathering.Gather(progress, cancellation);
        IReadOnlyList<ExaminedSample> samples = gathering.Samples;
        ExaminedImage[] files = [.. samples.SelectMany(sample => sample.Images.Where(image => image.Signature is null))];
        var pictures = new PictureExamination(needs, new PixelBudget(PixelBytes));
        Read(pictures, files, progress, cancellation);

        var checks = new SampleChecks(needs, findings, samples);
        checks.Files();
        checks.Pairs();
        checks.Sizes();
        checks.Colours();
        progress?.Report(new ExaminationProgress(files.Length, files.Length, "Comparing them"));
        checks.Duplicates(cancellation);
        checks.Agreement(cancellation);
        var classes = new ClassChecks(needs, findings, samples, gathering.KnownClasses);
        IReadOnlyList<ClassCount> counts = needs.Labels is null ? classes.OfImages() : classes.OfLabelMaps();
        if (findings.Count(FindingKind.NothingUsable) + findings.Count(FindingKind.BrokenIdx) == 0
            && !samples.Any(sample => sample.Part == DataPart.Train && !sample.Unusable))
            findings.Add(FindingKind.NothingUsable, FindingGravity.Breaks, string.Join(", ", needs.Train), "none of what is there can be used");
        return new DataReport(needs, samples)
        {
            TrainCount = samples.Count(sample => sample.Part == DataPart.Train),
            ValidationCount = samples.Count(sample => sample.Part == DataPart.Validation),
            Files = files.Length + gathering.OtherFiles,
            Bytes = files.Sum(file => new FileInfo(file.Path) is { Exists: true } info ? info.Length : 0) + gathering.OtherBytes,
            Findings = findings.Finish(),
            Classes = counts,
            ClassesArePixels = needs.Labels is not null,
        };
    }

    private static void Read(
        PictureExamination pictures, ExaminedImage[] files, IProgress<ExaminationProgress>? progress, CancellationToken cancellation)
    {
        int done = 0;
        try
        {
            Parallel.ForEach(files, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, file =>
            {
                pictures.Examine(file);
                progress?.Report(new ExaminationProgress(Interlocked.Increment(ref done), files.Length, file.Path));
            });
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }
}
