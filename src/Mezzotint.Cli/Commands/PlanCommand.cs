using System.CommandLine;
using System.Globalization;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo plan</c>: what enlarging a picture will take, known before it runs.</summary>
internal static class PlanCommand
{
    private const string DefaultSize = "256x256";
    private const double Giga = 1e9, Mega = 1e6;

    public static Command Create(Session session, Option<bool> verbose)
    {
        var model = new Argument<string>("MODEL") { Description = "A model of 'mezzo models', a model's file, or a run's folder." };
        var size = CommonOptions.Text("--size", "WxH", $"The picture's size in pixels. [default: {DefaultSize}]");
        var json = CommonOptions.Json();
        var command = new Command("plan", "Say what a network will take: operations, memory, and how far a pixel sees; with --verbose, kernel by kernel.")
        {
            model.NoOption(), size, json,
        };
        command.SetAction(parsed =>
        {
            (int width, int height) = ParseSize(parsed.GetValue(size) ?? DefaultSize);
            SuperResolver network = ModelFile.ReadSuperResolver(ModelLibrary.Find(parsed.GetRequiredValue(model)));
            using var device = new CpuDevice(1);
            Plan plan = device.Plan(new Step([network.Apply(new Feed("picture", [1, height, width, network.ImageChannels]), Pass.Inference)]));
            long parameters = network.Variables.Sum(variable => variable.Shape.Count);
            int? radius = ReceptiveField.Radius(network.ImageChannels, network.Scale, input => network.Apply(input, Pass.Inference));
            PlanCost cost = plan.Cost;
            if (parsed.GetValue(json))
            {
                Json.Write(session.Output, new PlanDocument(
                    width, height, network.Scale, parameters, cost.Operations, cost.Bytes, cost.PeakBytes, radius, [.. plan.Kernels.Select(Document)]));
                return ExitCode.Done;
            }

            session.Write(Overview(width, height, network.Scale, parameters, radius, cost));
            if (parsed.GetValue(verbose)) session.Write(ByKernel(plan));
            return ExitCode.Done;
        });
        return command;
    }

    private static Table Overview(int width, int height, int scale, long parameters, int? radius, PlanCost cost)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = false };
        table.AddColumn("").AddColumn(new TableColumn("").RightAligned());
        table.AddRow("picture", $"{width} x {height} to {width * scale} x {height * scale}");
        table.AddRow("parameters", Text($"{parameters:N0}"));
        table.AddRow("operations", Text($"{cost.Operations / Giga:0.00} G"));
        table.AddRow("memory traffic", Text($"{cost.Bytes / Mega:0.0} MB"));
        table.AddRow("peak memory", Text($"{cost.PeakBytes / Mega:0.0} MB"));
        table.AddRow("kernels", Text($"{cost.Kernels}"));
        table.AddRow("a pixel sees", radius is null ? "the whole picture" : $"{radius} pixels each way");
        return table;
    }

    private static Table ByKernel(Plan plan)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("Layer").AddColumn("Operation").AddColumn("Algorithm").AddColumn("Output");
        foreach (string number in new[] { "Fused", "GFLOP", "MB" }) table.AddColumn(new TableColumn(number).RightAligned());
        foreach (KernelSummary kernel in plan.Kernels)
        {
            table.AddRow(
                Markup.Escape(kernel.Layer ?? ""), kernel.Operation, kernel.Algorithm ?? "", Markup.Escape(kernel.Output.ToString()), Text($"{kernel.Fused}"),
                Text($"{kernel.Operations / Giga:0.000}"), Text($"{kernel.Bytes / Mega:0.0}"));
        }

        return table;
    }

    private static KernelDocument Document(KernelSummary kernel) => new(
        kernel.Layer, kernel.Operation, kernel.Algorithm, kernel.Output.ToArray(), kernel.Fused, kernel.Operations, kernel.Bytes);

    private static (int Width, int Height) ParseSize(string text)
    {
        string[] parts = text.Split('x');
        if (parts.Length == 2 && Side(parts[0]) is { } width && Side(parts[1]) is { } height) return (width, height);
        throw new MezzotintException($"--size takes a width and a height, as in {DefaultSize}, and not '{text}'.");

        static int? Side(string part) =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side is >= 1 and <= 65_536 ? side : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
