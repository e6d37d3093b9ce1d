using System.Diagnostics;
using Mezzotint.Imaging;

namespace Mezzotint.Bench.Work;

/// <summary>
/// A small picture enlarged by the published program, from the start of its process to its end: what a user waits for at least.
/// </summary>
/// <param name="program">The path of the published mezzo.</param>
/// <param name="folder">A folder for the pictures.</param>
internal sealed class StartUp(string program, string folder) : Workload
{
    private const int Size = 64;

    private string Input => Path.Combine(folder, "input.png");

    public override string Section => "Start-up";

    public override string Title => $"mezzo upscale of a {Size}×{Size} PNG, published with ReadyToRun";

    public override double Operations => 0;

    /// <summary>It runs as a user would run it, on all processors; one row says all.</summary>
    public override int MaxThreads => 1;

    public override void Prepare(int threads)
    {
        var random = new Random(1);
        var pixels = new byte[Size * Size * 3];
        random.NextBytes(pixels);
        Picture.FromSamples(pixels, Size, Size, 3).Save(Input);
    }

    public override void Run()
    {
        string[] arguments = ["upscale", Input, "-o", Path.Combine(folder, "output.png"), "--force"];
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{program}' failed: {errors}");
    }
}
