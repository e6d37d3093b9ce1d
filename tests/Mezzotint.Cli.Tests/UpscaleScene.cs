namespace Mezzotint.Cli.Tests;

/// <summary>A folder to enlarge pictures in, and a small model that doubles them.</summary>
public abstract class UpscaleScene : IDisposable
{
    private readonly TemporaryFolder _models = new();

    private protected UpscaleScene() => Model = Sample.WriteModel(_models);

    private protected TemporaryFolder Folder { get; } = new();

    private protected string Model { get; }

    public void Dispose()
    {
        Folder.Dispose();
        _models.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Call Upscale(params string[] arguments) => Call.Of(["upscale", "--model", Model, .. arguments]);

    /// <summary>Asserts one sentence that says this, the exit code 2, no result, and that nothing but this is in the folder.</summary>
    private protected void Refuses(string part, string[] arguments, params string[] left)
    {
        Upscale(arguments).Refuses(part);
        Assert.Equal(left, Folder.Content);
    }
}
