namespace Mezzotint;

/// <summary>
/// Real pictures and weights, which the repository does not hold: the folder that the environment variable MEZZOTINT_DATA names.
/// </summary>
internal static class SharedData
{
    /// <summary>A file or folder below it; the test is skipped where it is absent.</summary>
    public static string Path(string relative)
    {
        string? root = Environment.GetEnvironmentVariable("MEZZOTINT_DATA");
        string path = System.IO.Path.Combine(root ?? "", relative);
        Assert.SkipUnless(root is not null && (File.Exists(path) || Directory.Exists(path)),
            $"set MEZZOTINT_DATA to a folder that holds {relative}");
        return path;
    }
}
