using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Cli.Commands;

/// <summary>A picture to enlarge.</summary>
/// <param name="Input">Its file.</param>
/// <param name="Output">The file that the enlarged picture goes to.</param>
internal sealed record UpscaleJob(string Input, string Output);

/// <summary>
/// What a request amounts to: which file becomes which, in the order of their names, numbers by their value. Nothing is opened for it. A
/// picture keeps its name in another folder, and says its size in its own.
/// </summary>
internal static class UpscaleJobs
{
    private static readonly StringComparer Paths = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>The jobs of a request.</summary>
    /// <param name="inputs">Files and folders, or patterns of them.</param>
    /// <param name="output">A file or a folder, or null for beside the inputs.</param>
    /// <param name="size">What the names of outputs beside their inputs say of them: "x4".</param>
    /// <param name="format">The outputs' format, or null for what an output's name says, or else PNG.</param>
    /// <exception cref="MezzotintException">Two inputs have one output, or an output is an input, or there is no input.</exception>
    /// <exception cref="PictureException">The output's name is of no format that can be written.</exception>
    public static IReadOnlyList<UpscaleJob> Of(IReadOnlyList<string> inputs, string? output, string size, PictureFormat? format = null)
    {
        if (inputs.Contains("") || output is "") throw new MezzotintException("A file's name cannot be empty.");
        IReadOnlyList<GlobMatch> found = Globs.Find(inputs);
        inputs = [.. found.Select(match => match.Path)];
        string extension = (format ?? PictureFormat.Png).Extension();
        bool many = inputs.Count > 1 || Directory.Exists(inputs[0]);
        List<UpscaleJob> jobs;
        if (output is null || many || Directory.Exists(output) || Path.EndsInDirectorySeparator(output))
        {
            if (File.Exists(output)) throw new MezzotintException($"'{output}' is a file, and these inputs need a folder to go to.");
            jobs =
            [
                .. found.SelectMany(match => Directory.Exists(match.Path)
                    ? OfFolder(match.Path, match.Under(output), size, extension)
                    : [OfFile(match.Path, match.Under(output), size, extension)]),
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
        jobs = [.. WithoutWhatWasMade(Distinguish(jobs), inputs)];
        RefuseContradictions(jobs);
        return jobs;
    }

    /// <summary>Says which files of the folders are none that can be read as pictures, by their extensions.</summary>
    /// <param name="session">The call.</param>
    /// <param name="inputs">Files and folders, or patterns of them.</param>
    public static void SayWhatIsPassedOver(Session session, IReadOnlyList<string> inputs)
    {
        foreach (string folder in Globs.Expand(inputs).Where(Directory.Exists))
        {
            string[] extensions = [.. PhotographFolder.OtherFiles(folder).Select(path => Path.GetExtension(path).ToLowerInvariant())];
            if (extensions.Length == 0) continue;
            string kinds = string.Join(", ", extensions.Distinct().Order(StringComparer.Ordinal).Select(kind => kind.Length == 0 ? "without extension" : kind));
            session.Say($"Passed over in '{folder}': {extensions.Length} {(extensions.Length == 1 ? "file" : "files")} of other kinds ({kinds}).");
        }
    }

    /// <summary>
    /// Pictures of one name and several formats (a phone's IMG_1.HEIC and IMG_1.JPG) keep their extensions within their new names.
    /// </summary>
    private static IEnumerable<UpscaleJob> Distinguish(IReadOnlyList<UpscaleJob> jobs)
    {
        HashSet<string> shared = new(
            jobs.GroupBy(job => Path.GetFullPath(job.Output), Paths).Where(group => group.Count() > 1).Select(group => group.Key), Paths);
        return jobs.Select(job => shared.Contains(Path.GetFullPath(job.Output))
            ? job with
            {
                Output = Path.Combine(
                    Path.GetDirectoryName(job.Output) ?? "",
                    $"{Path.GetFileNameWithoutExtension(job.Output)}.{Path.GetExtension(job.Input).TrimStart('.')}{Path.GetExtension(job.Output)}"),
            }
            : job);
    }

    /// <summary>
    /// Leaves out what an earlier call of the same kind put into a folder beside its pictures; what is named itself is taken.
    /// </summary>
    private static IEnumerable<UpscaleJob> WithoutWhatWasMade(IEnumerable<UpscaleJob> jobs, IReadOnlyList<string> inputs)
    {
        UpscaleJob[] all = [.. jobs];
        HashSet<string> named = new(inputs.Select(Path.GetFullPath), Paths), made = new(all.Select(job => Path.GetFullPath(job.Output)), Paths);
        return all.Where(job => Path.GetFullPath(job.Input) is var input && (named.Contains(input) || !made.Contains(input)));
    }

    private static UpscaleJob OfFile(string input, string? output, string size, string extension)
    {
        string own = Path.GetDirectoryName(input) ?? "", folder = output ?? own;
        return new(input, Path.Combine(folder, NameOf(input, IsSame(own, folder) ? size : null, extension)));
    }

    /// <summary>
    /// The pictures of a folder and its subfolders, which the outputs keep; those that an earlier call put there are not taken again.
    /// </summary>
    private static IEnumerable<UpscaleJob> OfFolder(string input, string? output, string size, string extension)
    {
        string folder = output ?? $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(input))}-{size}";
        string within = Path.GetRelativePath(input, folder);
        string? suffix = IsSame(input, folder) ? size : null;
        bool inside = within != "." && !within.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(within);
        UpscaleJob[] jobs =
        [
            .. from path in PhotographFolder.List(input)
               let relative = Path.GetRelativePath(input, path)
               where !inside || !relative.StartsWith(within + Path.DirectorySeparatorChar, StringComparison.Ordinal)
               select new UpscaleJob(path, Path.Combine(folder, Path.GetDirectoryName(relative)!, NameOf(path, suffix, extension))),
        ];
        HashSet<string> earlier = new(suffix is null ? [] : Distinguish(jobs).Select(job => Path.GetFullPath(job.Output)), Paths);
        return jobs.Where(job => !earlier.Contains(Path.GetFullPath(job.Input)))
            .OrderBy(job => Path.GetRelativePath(input, job.Input), NaturalOrder.Instance);
    }

    private static string NameOf(string input, string? suffix, string extension) =>
        Path.GetFileNameWithoutExtension(input) + (suffix is null ? "" : $"-{suffix}") + extension;

    private static bool IsSame(string folder, string other) => Paths.Equals(Full(folder), Full(other));

    private static string Full(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Length == 0 ? "." : folder));

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
                    $"'{outputs[full]}' and '{job.Input}' would both become '{job.Output}'; take them in separate calls.");
            }
        }
    }
}
