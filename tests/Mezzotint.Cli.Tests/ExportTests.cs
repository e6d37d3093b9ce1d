using System.Text.Json;
using Mezzotint.Networks;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_becomes_an_onnx_file_and_its_path_the_result()
    {
        string output = _folder["out.onnx"];
        Call call = Call.Of("export", Sample.WriteModel(_folder), "-o", output);
        Assert.Equal((ExitCode.Done, output + Environment.NewLine, ""), (call.ExitCode, call.Output, call.Error));
        Assert.True(new FileInfo(output).Length > 0);
    }

    [Fact]
    public void Each_format_has_a_card_and_is_read_again()
    {
        var description = new DcganDescription(16, 1, 4, [], 4, 8);
        ModelFile.Write(
            _folder["gan.safetensors"], description,
            description.Build(seed: 4).Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)),
            new Dictionary<string, string> { ["mezzotint.steps"] = "7" });
        foreach (string file in new[] { "a.pth", "b.safetensors", "c.onnx" })
        {
            Assert.Equal(ExitCode.Done, Call.Of("export", _folder["gan.safetensors"], "-o", _folder[file]).ExitCode);
            string card = File.ReadAllText(Path.ChangeExtension(_folder[file], ".md"));
            Assert.StartsWith("---\nlicense: unknown\nlibrary_name: mezzotint\npipeline_tag: unconditional-image-generation\n", card, StringComparison.Ordinal);
            Assert.Contains("| mezzotint.steps | 7 |", card, StringComparison.Ordinal);
        }

        foreach (string file in new[] { "a.pth", "b.safetensors" })
            Assert.Equal(ExitCode.Done, Call.Of("generate", _folder[file], "--seeds", "3", "-o", _folder[file + ".png"]).ExitCode);
        Assert.Equal(
            Imaging.Picture.Load(_folder["a.pth.png"]).ToFloats(), Imaging.Picture.Load(_folder["b.safetensors.png"]).ToFloats());
        Call.Of("export", _folder["gan.safetensors"], "--format", "onnx", "-o", _folder["d.pth"]).Refuses("does not end in .onnx");
        Call.Of("export", Sample.WriteModel(_folder), "-o", _folder["d.pth"]).Refuses("No PyTorch module is known for a compact network");
    }

    [Fact]
    public void The_document_says_what_is_open()
    {
        JsonElement json = Call.Of("export", Sample.WriteModel(_folder), "-o", _folder["out.onnx"], "--json").Json;
        Assert.Equal(_folder["out.onnx"], json.GetProperty("output").GetString());
        Assert.Equal(17, json.GetProperty("opset").GetInt32());
        Assert.Equal(["batch", "height", "width"], json.GetProperty("dynamic_axes").EnumerateArray().Select(axis => axis.GetString()!));
        Assert.Equal(1, json.GetProperty("size_multiple").GetInt32());
    }

    [Fact]
    public void A_file_that_exists_is_replaced_only_when_asked()
    {
        string model = Sample.WriteModel(_folder), output = _folder["out.onnx"];
        File.WriteAllText(output, "precious");
        Call.Of("export", model, "-o", output).Refuses("exists already");
        Assert.Equal("precious", File.ReadAllText(output));
        Assert.Equal(ExitCode.Done, Call.Of("export", model, "-o", output, "--force").ExitCode);
    }

    [Fact]
    public void Another_format_and_a_missing_model_or_folder_are_refused()
    {
        string model = Sample.WriteModel(_folder);
        Call.Of("export", model, "-o", _folder["out.png"]).Refuses("does not end in .onnx");
        Call.Of("export", "nothing").Refuses("There is no model 'nothing'");
        Call.Of("export", model, "-o", _folder["none/out.onnx"]).Refuses("does not exist");
        Assert.Equal([model], Directory.EnumerateFileSystemEntries(_folder.Path));
    }
}
