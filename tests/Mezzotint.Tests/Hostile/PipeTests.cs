using System.Diagnostics;
using Mezzotint.Comparisons;
using Mezzotint.Data;
using Mezzotint.Data.Pairs;
using Mezzotint.Evaluation;
using Mezzotint.Families;
using Mezzotint.Imaging;
using Mezzotint.Recipes;
using Mezzotint.Storage;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Hostile;

/// <summary>A pipe where a file is expected, or a link to one, as archives may hold: nobody writes into it, and nobody waits.</summary>
public sealed class PipeTests
{
    public static TheoryData<string> Readers => ["weights", "pictures", "recipes", "palettes", "scores", "votes", "metrics", "run", "folders"];

    [Theory, MemberData(nameof(Readers))]
    public async Task Nobody_waits_for_a_pipe(string what)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes lie in no folder there");
        using var folder = new TemporaryFolder();
        using (Process make = Process.Start("mkfifo", folder["pipe"])) await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(folder["link"], "pipe");
        foreach (string path in new[] { folder["pipe"], folder["link"] })
            await Task.Run(() => Read(what, path), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static void Read(string what, string path)
    {
        switch (what)
        {
            case "weights":
                Assert.Throws<WeightsException>(() => WeightsInspection.Of(path));
                Assert.Throws<WeightsException>(() => ModelFile.Read(path));
                break;
            case "pictures":
                Assert.Throws<PictureException>(() => Picture.Load(path));
                Assert.Throws<PictureException>(() => Picture.ReadHeader(path));
                Assert.Null(PictureFormats.OfFile(path));
                break;
            case "recipes": Assert.Throws<RecipeException>(() => FamilyLibrary.Read(path)); break;
            case "palettes": Assert.Throws<TrainingDataException>(() => Palette.Read(path)); break;
            case "scores": Assert.Throws<EvaluationException>(() => StoredScores.Read(path)); break;
            case "votes": Assert.Throws<EvaluationException>(() => BlindVotes.Read([path])); break;
            case "metrics": Assert.Empty(MetricsLine.Read(path)); break;
            case "run":
                using (var run = new TemporaryFolder())
                {
                    File.CreateSymbolicLink(run["metrics.jsonl"], path);
                    IOException fault = Assert.Throws<IOException>(
                        () => new DiskFile(run["metrics.jsonl"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
                    Assert.Contains("pipe", fault.Message, StringComparison.Ordinal);
                }

                break;
            default:
                using (var photographs = new TemporaryFolder())
                {
                    File.CreateSymbolicLink(photographs["a.png"], path);
                    Assert.ThrowsAny<MezzotintException>(() => PhotographFolder.Open([photographs.Path]));
                }

                break;
        }
    }
}
