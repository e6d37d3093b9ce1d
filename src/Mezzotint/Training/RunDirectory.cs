using System.Diagnostics;
using System.Globalization;
using Mezzotint.Storage;

namespace Mezzotint.Training;

/// <summary>
/// The folder of a run: <c>recipe.yaml</c> as resolved, <c>data.tsv</c>, <c>metrics.jsonl</c>, the same numbers for TensorBoard
/// (<c>events.out.tfevents.*</c>), <c>report.html</c>, <c>samples/</c>, <c>checkpoints/</c>. While it is open this process holds its lock,
/// so that two trainings never write to one run.
/// </summary>
/// <remarks>Not for use by several threads at once.</remarks>
public sealed class RunDirectory : IDisposable
{
    private const string RecipeName = "recipe.yaml";
    private const string LockName = "run.lock";
    private const int HeldOnLinux = 11, HeldOnMac = 35, HeldOnWindows = unchecked((int)0x80070020);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly DiskFile _lock;
    private readonly MetricsLog _metrics;
    private readonly EventLog _events;

    private RunDirectory(string path, DiskFile lockFile, Checkpoint? latest)
    {
        Path = path;
        _lock = lockFile;
        Latest = latest;
        Checkpoints = new CheckpointFolder(CheckpointsOf(path));
        // The line of a step whose checkpoint says that its occasions are unfinished will be written again.
        long lastStep = latest is null ? 0 : latest.State.Unfinished is null ? latest.State.Step : latest.State.Step - 1;
        _metrics = MetricsLog.Open(MetricsPath, lastStep);
        try
        {
            _events = EventLog.Open(path, lastStep);
        }
        catch
        {
            _metrics.Dispose();
            throw;
        }
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The recipe as resolved.</summary>
    public string RecipePath => RecipeOf(Path);

    /// <summary>The files that the run learns from, a line each.</summary>
    public string DataPath => System.IO.Path.Combine(Path, "data.tsv");

    /// <summary>The numbers of the run, a JSON object a line.</summary>
    public string MetricsPath => MetricsOf(Path);

    /// <summary>The report, for people.</summary>
    public string ReportPath => System.IO.Path.Combine(Path, "report.html");

    /// <summary>The folder of sample pictures.</summary>
    public string SamplesPath => SamplesOf(Path);

    /// <summary>The checkpoints.</summary>
    public CheckpointFolder Checkpoints { get; }

    /// <summary>The checkpoint the run was opened at, which the metrics have been cut back to; null where it begins anew.</summary>
    public Checkpoint? Latest { get; }

    /// <summary>Begins a run.</summary>
    /// <param name="path">The folder, which is made, or is empty.</param>
    /// <param name="recipe">The resolved recipe, as YAML.</param>
    /// <exception cref="CheckpointException">The folder holds a run, or other files, or is in use.</exception>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static RunDirectory Create(string path, string recipe)
    {
        if (File.Exists(RecipeOf(path)))
            throw new CheckpointException($"'{path}' already holds a run; resume it, or name another folder.");
        Guard(path, () => Disk.MakeFolder(path));
        // A start that was killed leaves the lock and empty folders, and is no obstacle; anything else is somebody's.
        string? other = Directory.EnumerateFileSystemEntries(path).Select(System.IO.Path.GetFileName)
            .FirstOrDefault(name => name is not (LockName or "samples" or "checkpoints")
                && !name!.EndsWith(".partial", StringComparison.Ordinal));
        if (other is not null)
            throw new CheckpointException($"'{path}' is not empty (it holds '{other}'); name another folder for the run.");
        return Open(path, () =>
        {
            Disk.MakeFolder(System.IO.Path.Combine(path, "samples"));
            Disk.MakeFolder(CheckpointsOf(path));
            AtomicFile.WriteText(RecipeOf(path), recipe); // last: with it the folder is a run
            return null;
        });
    }

    /// <summary>
    /// Goes on with a run from its newest readable checkpoint; leftovers of a killed process are cleared, and the metrics cut back to it.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="report">Told of each newer checkpoint that cannot be read.</param>
    /// <exception cref="CheckpointException">There is no run, or it is in use, or it has checkpoints and none can be read.</exception>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static RunDirectory Resume(string path, Action<string>? report = null)
    {
        if (!File.Exists(RecipeOf(path)))
            throw new CheckpointException($"'{path}' holds no run: there is no {RecipeName} in it.");
        return Open(path, () =>
        {
            Disk.MakeFolder(System.IO.Path.Combine(path, "samples"));
            Disk.MakeFolder(CheckpointsOf(path));
            var checkpoints = new CheckpointFolder(CheckpointsOf(path));
            var latest = checkpoints.Latest(report);
            // To begin anew in silence would cut the metrics to nothing.
            return latest is null && checkpoints.Steps().Count > 0
                ? throw new CheckpointException($"None of the {checkpoints.Steps().Count} checkpoints in '{checkpoints.Path}' can be read; "
                    + "restore one, or remove them to begin anew.")
                : latest;
        });
    }

    /// <summary>Whether a folder holds a run.</summary>
    public static bool Exists(string path) => File.Exists(RecipeOf(path));

    /// <summary>Appends a line of metrics. Those of a step are appended before its checkpoint is saved.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="values">Names and numbers, in the order they are to stand.</param>
    /// <param name="warnings">What is to be said of them; null or empty for nothing.</param>
    /// <exception cref="StorageException">The disk is full or gone.</exception>
    public void Append(long step, IReadOnlyList<KeyValuePair<string, double>> values, IReadOnlyList<string>? warnings = null)
    {
        _metrics.Append(step, values, warnings);
        _events.Append(step, values);
    }

    /// <summary>Appends a step's sample picture, which lies at its place in the run, to what TensorBoard shows.</summary>
    /// <exception cref="StorageException">The disk is full or gone.</exception>
    public void AppendSample(long step)
    {
        if (File.Exists(SamplePath(step))) Guard(Path, () => _events.AppendSample(step, File.ReadAllBytes(SamplePath(step))));
    }

    /// <summary>Makes the metrics what they were at a step: the training goes on from there, another way.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    public void GoBackTo(long step)
    {
        _metrics.CutBack(step);
        _events.GoOnFrom(step);
    }

    /// <summary>Saves a checkpoint, whole or not at all, when the metrics up to it are on the disk; the last few are kept.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="keep">How many are kept, this one included; at least 1.</param>
    /// <param name="every">Steps from one regular checkpoint to the next.</param>
    /// <returns>Its file.</returns>
    /// <exception cref="StorageException">It could not be written; those that were there are intact.</exception>
    public string Save(Checkpoint checkpoint, int keep, int every = 1)
    {
        _metrics.FlushToDisk();
        _events.FlushToDisk();
        return Checkpoints.Save(checkpoint, keep, every);
    }

    /// <summary>The file of a sample picture of a step: <c>samples/step-00001000.png</c>.</summary>
    public string SamplePath(long step, string suffix = ".png") =>
        System.IO.Path.Combine(SamplesPath, string.Create(CultureInfo.InvariantCulture, $"step-{step:00000000}{suffix}"));

    /// <summary>
    /// What a person should know when a run's data cannot be opened any more: which files it began with. Empty where that is not known.
    /// </summary>
    public string DataRemembered() => DataManifest.Read(DataPath) is { Count: > 0 } files
        ? string.Create(CultureInfo.InvariantCulture, $"The run began with {files.Count:N0} files: {DataManifest.Names(files)}; put them back.") : "";

    /// <summary>Gives the run back.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        _events.Dispose();
        _lock.Dispose();
    }

    internal static string MetricsOf(string path) => System.IO.Path.Combine(path, "metrics.jsonl");

    internal static string SamplesOf(string path) => System.IO.Path.Combine(path, "samples");

    internal static string RecipeOf(string path) => System.IO.Path.Combine(path, RecipeName);

    internal static string CheckpointsOf(string path) => System.IO.Path.Combine(path, "checkpoints");

    private static RunDirectory Open(string path, Func<Checkpoint?> prepare)
    {
        DiskFile lockFile = Lock(path);
        try
        {
            AtomicFile.ClearTemporaries(path);
            AtomicFile.ClearTemporaries(System.IO.Path.Combine(path, "samples"));
            AtomicFile.ClearTemporaries(CheckpointsOf(path));
            Checkpoint? latest = null;
            Guard(path, () => latest = prepare());
            var run = new RunDirectory(path, lockFile, latest);
            // The metrics' own name, and the run's, outlast a power cut as their contents do.
            if (latest is null)
                Guard(path, () =>
                {
                    Disk.FlushFolder(path);
                    Disk.FlushFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? path);
                });
            return run;
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    private static DiskFile Lock(string path)
    {
        string file = System.IO.Path.Combine(path, LockName);
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                // The system lets go of the lock when the process ends, however it ends.
                return new DiskFile(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException fault) when (fault.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows)
            {
                // A process that was killed a moment ago holds it until the system has taken back its memory.
                if (Stopwatch.GetElapsedTime(began) > Patience)
                    throw new CheckpointException($"The run '{path}' is in use by another process; wait for it, or end it.", fault);
                Thread.Sleep(50);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new StorageException($"Cannot write to the run '{path}': {Disk.Reason(fault)}.", fault);
            }
        }
    }

    private static void Guard(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Cannot write to the run '{path}': {Disk.Reason(fault)}.", fault);
        }
    }
}
