namespace Mezzotint.Imaging.Tests;

/// <summary>Set5, under the folder that MEZZOTINT_DATA names: the originals, and what MATLAB's imresize made of them.</summary>
internal static class Set5
{
    public static readonly string[] Names = ["baby", "bird", "butterfly", "head", "woman"];

    public static string Original(string name) => Find("hr", name);

    public static string Reduced(string name, int scale) => Find($"lr-x{scale}", name);

    private static string Find(string folder, string name)
    {
        var data = Environment.GetEnvironmentVariable("MEZZOTINT_DATA");
        if (string.IsNullOrEmpty(data)) Assert.Skip("MEZZOTINT_DATA does not name a data folder, where super-resolution/set5 would be");
        var path = Path.Combine(data, "super-resolution", "set5", folder, name + ".png");
        if (!File.Exists(path)) Assert.Skip($"{path} is not there");
        return path;
    }
}
