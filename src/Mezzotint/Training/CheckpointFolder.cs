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
    /// <param name="every">Steps from one regular checkpoint to the next.</param>
    /// <returns>Its file.</returns>
    /// <exception cref="StorageException">It could not be written, and those that were there are intact; or one of them not
    /// removed.</exception>
    public string Save(Checkpoint checkpoint, int keep, int every = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        string path = PathOf(checkpoint.State.Step);
        checkpoint.Save(path);
        Prune(checkpoint.State.Step, keep, every);
        return path;
    }

    /// <summary>
    /// Removes all but the last few checkpoints up to a step, and all beyond it. Of those before the newest only regular ones stay, and one
    /// at least: which these are does not depend on where the training was interrupted, so a training that rolls back to one does the same
    /// each time.
    /// </summary>
    /// <param name="step">Where the training is.</param>
    /// <param name="keep">How many are kept.</param>
    /// <param name="every">Steps from one regular checkpoint to the next.</param>
    /// <exception cref="StorageException">One could not be removed.</exception>
    public void Prune(long step, int keep, int every = 1)
    {
        // Steps beyond this one are of a future that a resume from an older checkpoint has cancelled.
        var steps = Steps();
        long newest = steps.LastOrDefault(earlier => earlier <= step, -1);
        int before = newest % every == 0 ? keep - 1 : Math.Max(1, keep - 1);
        HashSet<long> kept = [newest, .. RegularBefore(newest, every).Take(before)];
        foreach (string unwanted in steps.Where(one => !kept.Contains(one)).Select(PathOf))
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

    /// <summary>The newest regular checkpoint of a step or of one before it that can be read, or null where there is none.</summary>
    /// <param name="step">The step.</param>
    /// <param name="every">Steps from one regular checkpoint to the next.</param>
    public Checkpoint? LatestRegular(long step, int every)
    {
        foreach (long regular in RegularBefore(step + 1, every))
        {
            try
            {
                return Checkpoint.Load(PathOf(regular));
            }
            catch (CheckpointException)
            {
                // The one before it is as good a state to go back to.
            }
        }

        return null;
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

    private IEnumerable<long> RegularBefore(long step, int every) => Steps().Where(one => one < step && one % every == 0).Reverse();

    private static long StepOf(string path)
    {
        string digits = System.IO.Path.GetFileName(path)[Prefix.Length..^Suffix.Length];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1;
    }
}
