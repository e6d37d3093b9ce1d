using System.CommandLine;
using Mezzotint.Weights;
using Mezzotint.Weights.Onnx;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo export</c>: a model as an ONNX file, for other runtimes.</summary>
internal static class ExportCommand
{
    private const string Extension = ".onnx";

    public static Command Create(Session session)
    {
        var model = new Argument<string>("MODEL") { Description = "A model of 'mezzo models', a model's file, or a run's folder." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The file, ending in .onnx. [default: the model's name with .onnx, here]",
            HelpName = "OUT",
        };
        var force = new Option<bool>("--force") { Description = "Replace the file if it exists." };
        var json = CommonOptions.Json();
        var command = new Command("export", "Write a model as ONNX, for other runtimes. Images go in and come out as N,C,H,W.")
        {
            model.NoOption(), output, force, json,
        };
        command.SetAction(parsed => Run(
            session, parsed.GetRequiredValue(model), parsed.GetValue(output), parsed.GetValue(force), parsed.GetValue(json)));
        return command;
    }

    private static int Run(Session session, string model, string? output, bool force, bool json)
    {
        string file = ModelLibrary.Find(model);
        string name = NameOf(model, file);
        output ??= name + Extension;
        if (!Path.GetExtension(output).Equals(Extension, StringComparison.OrdinalIgnoreCase))
            throw new MezzotintException(
                $"'{output}' does not end in {Extension}, the format that models are exported to; name such a file with -o.");
        if (!force && File.Exists(output)) throw new MezzotintException($"'{output}' exists already; add --force to replace it.");

        OnnxSummary summary = OnnxExport.Convert(file, output, name);
        if (summary.FixedBecause is not null) session.Say(summary.FixedBecause);
        string[] dynamic = [.. Enum.GetValues<DynamicAxes>()
            .Where(axis => axis is DynamicAxes.Batch or DynamicAxes.Height or DynamicAxes.Width && summary.Dynamic.HasFlag(axis))
            .Select(axis => $"{axis}".ToLowerInvariant())];
        if (json) Json.Write(session.Output, new ExportDocument(output, summary.Opset, dynamic, summary.Multiple, summary.FixedBecause));
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
