using System.Globalization;
using Mezzotint.Storage;

namespace Mezzotint.Training;

/// <summary>The checkpoints of a run: <c>step-00001000.safetensors</c> and so on, the last few kept.</summary>
/// <param name="Path">The folder.</param>
public sealed record CheckpointFolder(string Path)
{
    private const string Prefix = "step-";
    private const string Suffix = ".safetensors";

    /// <summary>The file of one step's checkpoint.</summary>
    public string PathOf(long step) =>
        System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:00000000}{Suffix}"));

    /// <summary>The steps with a checkpoint, readable or not, ascending.</summary>
    public IReadOnlyList<long> Steps()
    {
        if (!Directory.Exists(Path))
            return [];
        return [.. Directory.EnumerateFiles(Path, Prefix + "*" + Suffix)
            .Select(StepOf)
            .Where(step => step >= 0)
            .Order()];
    }

    /// <summary>Writes a checkpoint whole or not at all, then removes all but the last few.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="keep">How many are kept, this one included; at least 1.</param>
    /// <returns>Its file.</returns>
    /// <exception cref="StorageException">It could not be written, and those that were there are intact; or one of them not removed.</exception>
    public string Save(Checkpoint checkpoint, int keep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        string path = PathOf(checkpoint.State.Step);
        checkpoint.Save(path);
        Prune(checkpoint.State.Step, keep);
        return path;
    }

    /// <summary>Removes all but the last few checkpoints up to a step, and all beyond it.</summary>
    /// <param name="step">Where the training is.</param>
    /// <param name="keep">How many are kept.</param>
    /// <exception cref="StorageException">One could not be removed.</exception>
    public void Prune(long step, int keep)
    {
        // Steps beyond this one are of a future that a resume from an older checkpoint has cancelled.
        var steps = Steps();
        var cancelled = steps.Where(later => later > step);
        var old = steps.Where(earlier => earlier <= step).SkipLast(keep);
        foreach (string unwanted in cancelled.Concat(old).Select(PathOf))
        {
            try
            {
                Disk.Delete(unwanted);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new StorageException($"Cannot remove the old checkpoint '{unwanted}': {Disk.Reason(fault)}.", fault);
            }
        }
    }

    /// <summary>The newest checkpoint that can be read, or null where there is none.</summary>
    /// <param name="report">Told the sentence of each newer one that cannot.</param>
    public Checkpoint? Latest(Action<string>? report = null)
    {
        foreach (long step in Steps().Reverse())
        {
            try
            {
                return Checkpoint.Load(PathOf(step));
            }
            catch (CheckpointException fault)
            {
                report?.Invoke(fault.Message);
            }
        }
        return null;
    }

    private static long StepOf(string path)
    {
        string digits = System.IO.Path.GetFileName(path)[Prefix.Length..^Suffix.Length];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1;
    }
}
