using System.CommandLine;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Storage;
using Mezzotint.Weights;
using Mezzotint.Weights.Onnx;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo export</c>: a model as an ONNX, PyTorch or safetensors file, for other programs, with its card beside it.</summary>
internal static class ExportCommand
{
    private const string Onnx = "onnx", PyTorch = "pytorch", Safetensors = "safetensors";
    private const string CardEnding = ".md";

    private static readonly Dictionary<string, string> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".onnx"] = Onnx,
        [".safetensors"] = Safetensors,
        [".pth"] = PyTorch,
        [".pt"] = PyTorch,
    };

    public static Command Create(Session session)
    {
        var model = new Argument<string>("MODEL") { Description = "A model of 'mezzo models', a model's file, or a run's folder." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The file, ending in .onnx, .safetensors, .pth or .pt; its card, in Markdown, is written beside it. [default: the model's name, here]",
            HelpName = "OUT",
        };
        var format = CommonOptions.Text(
            "--format", "FORMAT",
            "onnx (images go in and come out as N,C,H,W), pytorch (a state that load_state_dict takes, for networks of the field), or safetensors (a model of "
            + "Mezzotint's). [default: by the file's ending, else onnx]");
        format.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value is not (Onnx or PyTorch or Safetensors))
                result.AddError($"--format takes {Onnx}, {PyTorch} or {Safetensors}, and not '{token.Value}'.");
        });
        var part = CommonOptions.Part();
        var force = new Option<bool>("--force") { Description = "Replace the files if they exist." };
        var json = CommonOptions.Json();
        var command = new Command("export", "Write a model as ONNX, PyTorch or safetensors, for other programs, with a model card.")
        {
            model.NoOption(), output, format, part, force, json,
        };
        command.SetAction(parsed => Run(
            session, parsed.GetRequiredValue(model), parsed.GetValue(output), parsed.GetValue(format), parsed.GetValue(part), parsed.GetValue(force), parsed.GetValue(json)));
        return command;
    }

    private static int Run(Session session, string model, string? output, string? format, string? part, bool force, bool json)
    {
        string file = ModelLibrary.Find(model);
        string name = NameOf(model, file);
        output ??= name + Formats.First(known => known.Value == (format ?? Onnx)).Key;
        if (!Formats.TryGetValue(Path.GetExtension(output), out string? ending) || (format is not null && format != ending))
        {
            throw new MezzotintException(
                $"'{output}' does not end in {string.Join(", ", Formats.Where(known => format is null || known.Value == format).Select(known => known.Key))}, "
                + "which models are exported to; name such a file with -o.");
        }

        string card = Path.ChangeExtension(output, CardEnding);
        foreach (string path in new[] { output, card })
            if (!force && File.Exists(path)) throw new MezzotintException($"'{path}' exists already; add --force to replace it.");

        NetworkDescription description = ModelFile.Describe(file, part);
        Module network = ModelFile.Read(file, part);
        IReadOnlyDictionary<string, string> about = ModelFile.About(file);
        OnnxSummary? summary = null;
        string how;
        switch (ending)
        {
            case PyTorch:
                PyTorchExport.Write(output, network, description);
                how = $"the state of {PyTorchExport.NameOf(description)}, for PyTorch's `load_state_dict(torch.load(file))`";
                break;
            case Safetensors:
                ModelFile.Write(output, description, network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), about);
                how = "safetensors, which Mezzotint opens; axes are kh,kw,in,out";
                break;
            default:
                summary = OnnxExport.Convert(file, output, name, part);
                how = $"ONNX, operator set {summary.Opset}; images are N,C,H,W";
                break;
        }

        AtomicFile.WriteText(card, ModelFile.CardOf(file, name, Path.GetFileName(output), how, part));
        if (summary?.FixedBecause is { } because) session.Say(because);
        string[]? dynamic = summary is null ? null : [.. Enum.GetValues<DynamicAxes>()
            .Where(axis => axis is DynamicAxes.Batch or DynamicAxes.Height or DynamicAxes.Width && summary.Dynamic.HasFlag(axis))
            .Select(axis => $"{axis}".ToLowerInvariant())];
        if (json) Json.Write(session.Output, new ExportDocument(output, ending, card, summary?.Opset, dynamic, summary?.Multiple, summary?.FixedBecause));
        else session.Output.WriteLine(output);
        return ExitCode.Done;
    }

    /// <summary>
    /// A shipped model's name; of a file, its name without the extension, or its folder's where it is called as all models are.
    /// </summary>
    private static string NameOf(string model, string file)
    {
        if (ModelLibrary.Names.Contains(model, StringComparer.Ordinal)) return model;
        string name = Path.GetFileNameWithoutExtension(file);
        return name == "model" && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder ? Path.GetFileName(folder) : name;
    }
}
