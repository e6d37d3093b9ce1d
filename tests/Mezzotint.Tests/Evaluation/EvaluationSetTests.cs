using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Evaluation;

public sealed class EvaluationSetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public EvaluationSetTests()
    {
        Directory.CreateDirectory(folder["hr/sub"]);
        Directory.CreateDirectory(folder["lr/sub"]);
        var scene = Picture.FromFloats(TestScene.Render(49, 41, 1), 49, 41, 3);
        scene.Save(folder["hr/b.png"]);
        scene.Save(folder["hr/sub/a.png"]);
        scene.Crop(0, 0, 48, 40).Resize(24, 20).Save(folder["lr/b.tif"]);
        scene.Crop(0, 0, 48, 40).Resize(24, 20).Save(folder["lr/sub/ax2.png"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Low_resolution_versions_are_found_by_name_and_equal_those_that_are_made()
    {
        var given = EvaluationSet.Open(folder["hr"], folder["lr"], 2);
        var made = EvaluationSet.Open(folder["hr"], null, 2);
        Assert.Equal(["b.png", "sub/a.png"], [given.NameOf(0), given.NameOf(1)]);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(made.Load(i).Low.ToFloats(), given.Load(i).Low.ToFloats());
            Assert.Equal((48, 40), (given.Load(i).Truth.Width, given.Load(i).Truth.Height));
        }
    }

    [Fact]
    public void A_missing_partner_a_wrong_size_a_broken_file_and_an_empty_folder_are_named()
    {
        Assert.Contains("needs 24x20 at x2".Replace("needs", "need", StringComparison.Ordinal), Fault(() =>
        {
            Picture.FromFloats(TestScene.Render(23, 20, 1), 23, 20, 3).Save(folder["lr/b.tif"]);
            EvaluationSet.Open(folder["hr"], folder["lr"], 2).Load(0);
        }), StringComparison.Ordinal);
        File.WriteAllText(folder["hr/b.png"], "no picture");
        Assert.Contains("b.png", Fault(() => EvaluationSet.Open(folder["hr"], null, 2).Load(0)), StringComparison.Ordinal);
        File.Delete(folder["lr/b.tif"]);
        Assert.Contains("'b.png' has no low-resolution version", Fault(() => EvaluationSet.Open(folder["hr"], folder["lr"], 2)), StringComparison.Ordinal);
        Directory.CreateDirectory(folder["empty"]);
        Assert.Contains("no picture in", Fault(() => EvaluationSet.Open(folder["empty"], null, 2)), StringComparison.Ordinal);
        Assert.Contains("There is no folder", Fault(() => EvaluationSet.Open(folder["none"], null, 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_of_the_wrong_size_names_its_picture() => Assert.Contains("Cannot score 'b.png'",
        Fault(() => SuperResolutionScores.Of(EvaluationSet.Open(folder["hr"], null, 2), low => low)), StringComparison.Ordinal);

    private static string Fault(Action act) => Assert.Throws<EvaluationException>(act).Message;
}
