using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Cli.Commands;

/// <summary>A picture to enlarge.</summary>
/// <param name="Input">Its file.</param>
/// <param name="Output">The file that the enlarged picture goes to.</param>
internal sealed record UpscaleJob(string Input, string Output);

/// <summary>What a request to enlarge amounts to: which file becomes which. Nothing is opened for it.</summary>
internal static class UpscaleJobs
{
    private static readonly StringComparer Paths = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>The jobs of a request.</summary>
    /// <param name="inputs">Files and folders, or patterns of them.</param>
    /// <param name="output">A file or a folder, or null for beside the inputs.</param>
    /// <param name="size">What the outputs' names say of their size: "x4".</param>
    /// <param name="format">The outputs' format, or null for what an output's name says, or else PNG.</param>
    /// <exception cref="MezzotintException">Two inputs have one output, or an output is an input, or there is no input.</exception>
    /// <exception cref="PictureException">The output's name is of no format that can be written.</exception>
    public static IReadOnlyList<UpscaleJob> Of(IReadOnlyList<string> inputs, string? output, string size, PictureFormat? format = null)
    {
        if (inputs.Contains("") || output is "") throw new MezzotintException("A file's name cannot be empty.");
        inputs = Globs.Expand(inputs);
        string ending = $"-{size}{(format ?? PictureFormat.Png).Extension()}";
        bool many = inputs.Count > 1 || Directory.Exists(inputs[0]);
        List<UpscaleJob> jobs;
        if (output is null || many || Directory.Exists(output) || Path.EndsInDirectorySeparator(output))
        {
            if (File.Exists(output)) throw new MezzotintException($"'{output}' is a file, and these inputs need a folder to go to.");
            jobs =
            [
                .. inputs.SelectMany(input => Directory.Exists(input) ? OfFolder(input, output, size, ending) : [OfFile(input, output, ending)]),
            ];
        }
        else
        {
            PictureFormat named = PictureFormats.FromPath(output);
            if (format is { } asked && asked != named)
                throw new MezzotintException($"'{output}' is the name of another format than --format asks for; leave out one of them.");
            jobs = [new UpscaleJob(inputs[0], output)];
        }

        if (jobs.Count == 0) throw new MezzotintException($"There is no picture in '{string.Join("', '", inputs)}'.");
        RefuseContradictions(jobs);
        return jobs;
    }

    private static UpscaleJob OfFile(string input, string? folder, string ending) =>
        new(input, Path.Combine(folder ?? Path.GetDirectoryName(input) ?? "", NameOf(input, ending)));

    /// <summary>
    /// The pictures of a folder and its subfolders, which the outputs keep; those that an earlier call put there are not taken again.
    /// </summary>
    private static IEnumerable<UpscaleJob> OfFolder(string input, string? output, string size, string ending)
    {
        string folder = output ?? $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(input))}-{size}";
        string within = Path.GetRelativePath(input, folder);
        bool inside = within != "." && !within.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(within);
        foreach (string path in PhotographFolder.List(input))
        {
            string relative = Path.GetRelativePath(input, path);
            if (inside && relative.StartsWith(within + Path.DirectorySeparatorChar, StringComparison.Ordinal)) continue;
            yield return new UpscaleJob(path, Path.Combine(folder, Path.GetDirectoryName(relative)!, NameOf(path, ending)));
        }
    }

    private static string NameOf(string input, string ending) => Path.GetFileNameWithoutExtension(input) + ending;

    private static void RefuseContradictions(List<UpscaleJob> jobs)
    {
        HashSet<string> inputs = new(jobs.Select(job => Path.GetFullPath(job.Input)), Paths);
        var outputs = new Dictionary<string, string>(Paths);
        foreach (UpscaleJob job in jobs)
        {
            string full = Path.GetFullPath(job.Output);
            if (inputs.Contains(full))
                throw new MezzotintException($"'{job.Output}' is an input and would be an output too; name another output with -o.");
            if (!outputs.TryAdd(full, job.Input))
            {
                throw new MezzotintException(
                    $"'{outputs[full]}' and '{job.Input}' would both become '{job.Output}'; enlarge them by separate calls.");
            }
        }
    }
}
