using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Evaluation;

public sealed class EvaluationSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EvaluationSetTests()
    {
        Directory.CreateDirectory(_folder["hr/sub"]);
        Directory.CreateDirectory(_folder["lr/sub"]);
        var scene = Picture.FromFloats(TestScene.Render(49, 41, 1), 49, 41, 3);
        scene.Save(_folder["hr/b.png"]);
        scene.Save(_folder["hr/sub/a.png"]);
        scene.Crop(0, 0, 48, 40).Resize(24, 20).Save(_folder["lr/b.tif"]);
        scene.Crop(0, 0, 48, 40).Resize(24, 20).Save(_folder["lr/sub/ax2.png"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Low_resolution_versions_are_found_by_name_and_equal_those_that_are_made()
    {
        var given = EvaluationSet.Open(_folder["hr"], _folder["lr"], 2);
        var made = EvaluationSet.Open(_folder["hr"], null, 2);
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
            Picture.FromFloats(TestScene.Render(23, 20, 1), 23, 20, 3).Save(_folder["lr/b.tif"]);
            EvaluationSet.Open(_folder["hr"], _folder["lr"], 2).Load(0);
        }));
        File.WriteAllText(_folder["hr/b.png"], "no picture");
        Assert.Contains("b.png", Fault(() => EvaluationSet.Open(_folder["hr"], null, 2).Load(0)));
        File.Delete(_folder["lr/b.tif"]);
        Assert.Contains("'b.png' has no low-resolution version", Fault(() => EvaluationSet.Open(_folder["hr"], _folder["lr"], 2)));
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("no picture in", Fault(() => EvaluationSet.Open(_folder["empty"], null, 2)));
        Assert.Contains("There is no folder", Fault(() => EvaluationSet.Open(_folder["none"], null, 2)));
    }

    [Fact]
    public void A_result_of_the_wrong_size_names_its_picture() => Assert.Contains("Cannot score 'b.png'",
        Fault(() => SuperResolutionScores.Of(EvaluationSet.Open(_folder["hr"], null, 2), low => low)));

    private static string Fault(Action act) => Assert.Throws<EvaluationException>(act).Message;
}
