using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mezzotint.Weights;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo inspect</c>: what a file of weights holds.</summary>
internal static class InspectCommand
{
    /// <summary>Other parts of a file that are listed; a training's file has one for each moment of its optimizer.</summary>
    private const int MostParts = 20;

    /// <summary>Arrays that are listed; no network of the field has as many.</summary>
    private const int MostArrays = 4_000;

    public static Command Create(Session session)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Weights: safetensors, or PyTorch's .pth, .pt or .ckpt; a run's folder; a model of 'mezzo models'. Nothing in it is ever run.",
        };
        var part = CommonOptions.Part();
        var json = CommonOptions.Json();
        var command = new Command("inspect", "Tell what is in a file of weights: arrays, their shapes, and what network they are likely of.")
        {
            file.NoOption(), part, json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            if (!File.Exists(path) && (ModelLibrary.Names.Contains(path) || ModelLibrary.IsModelFolder(path))) path = ModelLibrary.Find(path);
            WeightsInspection inspection = WeightsInspection.Of(path, parsed.GetValue(part));
            if (parsed.GetValue(json)) Json.Write(session.Output, Document(path, inspection));
            else Print(session, inspection);
            return ExitCode.Done;
        });
        return command;
    }

    private static InspectDocument Document(string path, WeightsInspection inspection)
    {
        JsonElement? network = null;
        if (inspection.Network is { } description)
        {
            using var document = JsonDocument.Parse(description.ToJson());
            network = document.RootElement.Clone();
        }

        return new InspectDocument(
            path, inspection.Format, inspection.Part, [.. inspection.Parts.Select(part => new PartDocument(part.Path, part.Arrays, part.Elements))],
            inspection.Numbers, inspection.NotFinite, inspection.Architecture, inspection.Remark, network, inspection.Metadata,
            [.. inspection.Arrays.Select(array => new ArrayDocument(array.Name, array.Shape, array.ElementType))]);
    }

    private static void Print(Session session, WeightsInspection inspection)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("Array").AddColumn("Shape").AddColumn("Type");
        foreach (InspectedArray array in inspection.Arrays.Take(MostArrays))
            table.AddRow(Markup.Escape(MezzotintException.Shown(array.Name)), Markup.Escape($"[{string.Join(", ", array.Shape)}]"), array.ElementType);
        session.Write(table);
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (inspection.Arrays.Count > MostArrays)
            session.Output.WriteLine(string.Create(culture, $"And {inspection.Arrays.Count - MostArrays:N0} other arrays, which --json tells"));
        string where = inspection.Part.Length > 0 ? $" in '{MezzotintException.Shown(inspection.Part)}'" : "";
        session.Output.WriteLine(string.Create(culture, $"{inspection.Format}: {inspection.Arrays.Count} arrays{where}, {inspection.Numbers:N0} numbers"));
        PyTorchPart[] others = [.. inspection.Parts.Where(other => other.Path != inspection.Part)];
        foreach (PyTorchPart other in others.Take(MostParts))
            session.Output.WriteLine(string.Create(culture, $"Also there: '{MezzotintException.Shown(other.Path)}', {other.Arrays} arrays, {other.Elements:N0} numbers"));
        if (others.Length > MostParts)
            session.Output.WriteLine(string.Create(culture, $"And {others.Length - MostParts:N0} other parts, which --json tells"));
        if (inspection.NotFinite > 0) session.Output.WriteLine(string.Create(culture, $"{inspection.NotFinite:N0} of them are not finite."));
        session.Output.WriteLine(inspection.Architecture is { } architecture ? $"Likely {MezzotintException.Shown(architecture)}" : "Of no network that is known");
        if (inspection.Remark is { } remark) session.Output.WriteLine(remark);
    }
}
