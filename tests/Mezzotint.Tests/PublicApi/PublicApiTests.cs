using System.Reflection;

namespace Mezzotint.Tests.PublicApi;

/// <summary>
/// What a package promises lies in a file beside this one, so that no change of it goes unseen: those who made one accept it by running
/// this test with the variable MEZZOTINT_ACCEPT_API set to 1, and committing the file.
/// </summary>
public sealed class PublicApiTests
{
    private const string Accept = "MEZZOTINT_ACCEPT_API";

    [Theory]
    [InlineData("Mezzotint.Tensors"), InlineData("Mezzotint.Imaging"), InlineData("Mezzotint"), InlineData("Mezzotint.Cuda")]
    public void The_public_API_of_a_package_is_the_one_on_file(string package)
    {
        string path = Path.Combine(Root, "tests/Mezzotint.Tests/PublicApi", package + ".txt");
        IReadOnlyList<string> api = ApiText.Of(Assembly.Load(package));
        if (Environment.GetEnvironmentVariable(Accept) is { Length: > 0 }) File.WriteAllLines(path, api);
        string[] onFile = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] changes = [.. onFile.Except(api).Select(line => $"- {line}"), .. api.Except(onFile).Select(line => $"+ {line}")];
        Assert.True(
            changes.Length == 0,
            $"The public API of {package} is not the one on file:\n{string.Join('\n', changes)}\n"
            + $"If that is meant, run this test again with {Accept}=1 and commit tests/Mezzotint.Tests/PublicApi/{package}.txt.");
    }

    private static string Root
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Mezzotint.slnx"))) folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }
}
