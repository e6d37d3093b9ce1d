using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mezzotint.Weights;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo models</c>: the models that come with Mezzotint.</summary>
internal static class ModelsCommand
{
    private const double Megabyte = 1e6;

    public static Command Create(Session session)
    {
        var json = CommonOptions.Json();
        var command = new Command("models", "List the models that come with Mezzotint.") { json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<ShippedModel> models = ModelLibrary.Models;
            if (parsed.GetValue(json))
            {
                Json.Write(session.Output, new ModelsDocument([.. models.Select(Document)]));
                return ExitCode.Done;
            }

            if (models.Count == 0) session.Say("No model comes with this Mezzotint; train one with 'mezzo train'.");
            else Print(session, models);
            return ExitCode.Done;
        });
        return command;
    }

    private static ModelDocument Document(ShippedModel model) => new(
        model.Name,
        model.Network.Kind,
        model.Scale,
        Network(model),
        model.Bytes,
        model.Path,
        model.Summary);

    /// <summary>The network as the model's file describes it.</summary>
    private static JsonElement Network(ShippedModel model)
    {
        using var document = JsonDocument.Parse(model.Network.ToJson());
        return document.RootElement.Clone();
    }

    private static void Print(Session session, IReadOnlyList<ShippedModel> models)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("Model").AddColumn("Network").AddColumn(new TableColumn("Size").RightAligned()).AddColumn("What it is");
        foreach (ShippedModel model in models)
        {
            table.AddRow(
                Markup.Escape(model.Name),
                model.Scale is { } scale ? $"{model.Network.Kind} x{scale}" : model.Network.Kind,
                string.Create(CultureInfo.InvariantCulture, $"{model.Bytes / Megabyte:0.0} MB"),
                Markup.Escape(model.Summary));
        }

        session.Write(table);
    }
}
