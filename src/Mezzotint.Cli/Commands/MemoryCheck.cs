using System.Globalization;
using System.Text.RegularExpressions;
using Mezzotint.Families;
using Mezzotint.Training;

namespace Mezzotint.Cli.Commands;

/// <summary>Refuses a training that will not fit, before it starts.</summary>
internal static partial class MemoryCheck
{
    // The runtime, its compiled code, libvips.
    private const long ProgramBytes = 160L << 20;

    /// <summary>The bytes that a training takes with the program around it.</summary>
    public static long Needed(TrainingPlan plan) => plan.MemoryBytes + ProgramBytes;

    /// <summary>Whether a training takes no more than there is.</summary>
    /// <param name="plan">What it takes.</param>
    /// <param name="memory">What it may take; null for what this machine, or the limit set for this process, has.</param>
    public static bool Fits(TrainingPlan plan, long? memory) => Needed(plan) <= Available(memory);

    /// <summary>Refuses a training that takes more than there is.</summary>
    /// <param name="recipe">What would be trained.</param>
    /// <param name="plan">What it takes.</param>
    /// <param name="memory">What it may take; null for what this machine, or the limit set for this process, has.</param>
    /// <exception cref="MezzotintException">It takes more.</exception>
    public static void Refuse(TrainingRecipe recipe, TrainingPlan plan, long? memory)
    {
        if (Fits(plan, memory)) return;
        long available = Available(memory);
        string keys = string.Join(", ", Keys(FamilyLibrary.Write(recipe)));
        throw new MezzotintException(string.Create(CultureInfo.InvariantCulture, $"This training takes {Needed(plan) / 1e6:N0} MB of memory ")
            + string.Create(CultureInfo.InvariantCulture, $"(a step's values {plan.DeviceBytes / 1e6:N0}, ")
            + string.Create(CultureInfo.InvariantCulture, $"weights, moments and averages {plan.VariableBytes / 1e6:N0}, ")
            + string.Create(CultureInfo.InvariantCulture, $"batches {plan.BatchBytes / 1e6:N0}), and there are {available / 1e6:N0}; ")
            + (keys.Length > 0 ? $"make smaller with --set one of {keys}." : "make the batch or the network smaller."));
    }

    private static long Available(long? memory) => memory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The keys of a recipe that say how large a step is, with their values.</summary>
    private static IEnumerable<string> Keys(string yaml)
    {
        var path = new List<(int Indent, string Key)>();
        foreach (string line in yaml.Split('\n'))
        {
            if (Line().Match(line) is not { Success: true } match) continue;
            int indent = match.Groups[1].Length;
            path.RemoveAll(part => part.Indent >= indent);
            path.Add((indent, match.Groups[2].Value));
            string key = string.Join('.', path.Select(part => part.Key)), value = match.Groups[3].Value;
            // The data's channels are what the data are, and no choice.
            if (path[^1].Key is "batch" or "crop" or "size" or "side" or "width" or "height" or "channels" && key != "data.channels"
                && int.TryParse(value, CultureInfo.InvariantCulture, out _))
                yield return $"{key} ({value})";
        }
    }

    [GeneratedRegex(@"^( *)(\w+): *(.*?)\r?$")]
    private static partial Regex Line();
}
