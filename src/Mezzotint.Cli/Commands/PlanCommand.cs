using System.CommandLine;
using System.Globalization;
using Mezzotint.Families;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Training;
using Mezzotint.Weights;
using Spectre.Console;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo plan</c>: what a training, or enlarging a picture, will take, known before it runs.</summary>
internal static class PlanCommand
{
    private const string DefaultSize = "256x256";
    private const string Unknown = "not told";
    private const double Giga = 1e9, Mega = 1e6;

    /// <summary>The largest picture that is tried; the time of larger ones grows with their operations.</summary>
    private const int TimedSide = 512;

    public static Command Create(Session session, Option<bool> verbose)
    {
        var name = new Argument<string>("RECIPE|MODEL")
        {
            Description = "A recipe's YAML file, or the name of one that comes with Mezzotint; "
                + "or a model of 'mezzo models', a model's file, or a run's folder.",
        };
        var size = CommonOptions.Text("--size", "WxH", $"The size in pixels of the picture that a model enlarges. [default: {DefaultSize}]");
        var training = new Option<bool>("--training") { Description = "Plan the recipe's or the run's training, where a model has that name too." };
        var settings = CommonOptions.Texts("--set", "KEY=VALUE", "Another value for a key of the recipe, as in data.batch=8.");
        var memory = CommonOptions.Memory("Say at once whether a training fits into so much memory, as 800M or 1.5G.");
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var device = DeviceChoice.Option();
        var command = new Command(
            "plan", "Say what a training or a network will take: operations, memory, time, and how far a pixel sees; with --verbose, kernel by kernel.")
        {
            name.NoOption(), size, training, settings, memory, json, threads, device,
        };
        command.SetAction(parsed =>
        {
            string wanted = parsed.GetRequiredValue(name);
            string[] changes = parsed.GetValue(settings) ?? [];
            TrainingRecipe? trained = RecipeOf(wanted, parsed.GetValue(training) || changes.Length > 0) is { } path ? FamilyLibrary.Read(path, changes) : null;
            using Device computer = DeviceChoice.Open(
                parsed.GetValue(device), parsed.GetValue(threads) ?? 0, trained?.Precision ?? ProductPrecision.Float32);
            if (trained is not null)
            {
                if (parsed.GetValue(size) is not null)
                    throw new MezzotintException("--size is of the picture that a model enlarges; a recipe's sizes are in it, and --set changes them.");
                return OfTraining(session, trained, computer, parsed.GetValue(memory), parsed.GetValue(json), parsed.GetValue(verbose));
            }

            return OfModel(session, wanted, parsed.GetValue(size) ?? DefaultSize, computer, parsed.GetValue(json), parsed.GetValue(verbose));
        });
        return command;
    }

    private static int OfModel(Session session, string model, string size, Device device, bool json, bool verbose)
    {
        (int width, int height) = ParseSize(size);
        SuperResolver network = ModelFile.ReadSuperResolver(ModelLibrary.Find(model));
        Plan plan = PlanOf(width, height);
        long parameters = network.Variables.Sum(variable => variable.Shape.Count);
        int? radius = ReceptiveField.Radius(network.ImageChannels, network.Scale, input => network.Apply(input, Pass.Inference));
        PlanCost cost = plan.Cost;
        Plan timed = PlanOf(Math.Min(width, TimedSide), Math.Min(height, TimedSide));
        double? seconds = timed.Rehearse(cancellation: session.Cancellation) * cost.Operations / timed.Cost.Operations;
        if (json)
        {
            Json.Write(session.Output, new PlanDocument(
                width, height, network.Scale, parameters, cost.Operations, cost.Bytes, cost.PeakBytes, cost.DeviceBytes, seconds, radius,
                [.. plan.Kernels.Select(Document)]));
            return ExitCode.Done;
        }

        Table table = Overview(parameters, cost.Operations, cost.Bytes, cost.Kernels, radius);
        table.InsertRow(0, "picture", $"{width} x {height} to {width * network.Scale} x {height * network.Scale}");
        table.AddRow("peak memory", Text($"{cost.DeviceBytes / Mega:0.0} MB"));
        table.AddRow("time", About(seconds));
        session.Write(table);
        if (verbose) session.Write(ByKernel(plan));
        return ExitCode.Done;

        Plan PlanOf(int width, int height) =>
            device.Plan(new Step([network.Apply(new Feed("picture", [1, height, width, network.ImageChannels]), Pass.Inference)]));
    }

    private static int OfTraining(Session session, TrainingRecipe recipe, Device device, long? memory, bool json, bool verbose)
    {
        using ITraining training = FamilyLibrary.Make(recipe);
        TrainingPlan plan = TrainingPlan.Of(training, device, recipe.Steps);
        // What does not fit cannot be tried.
        double? step = MemoryCheck.Fits(plan, memory ?? DeviceChoice.MemoryOf(device)) ? plan.SecondsPerStep(session.Cancellation) : null;
        double? whole = step * recipe.Steps;
        if (json)
        {
            Json.Write(session.Output, new TrainingPlanDocument(
                recipe.Name, recipe.Family, recipe.Steps, plan.Parameters, plan.Operations, plan.Bytes, plan.Kernels, plan.MemoryBytes, plan.ProcessBytes, plan.DeviceBytes,
                plan.VariableBytes, plan.BatchBytes, plan.ReceptiveFieldRadius, step, whole));
        }
        else
        {
            Table table = Overview(plan.Parameters, plan.Operations, plan.Bytes, plan.Kernels, plan.ReceptiveFieldRadius, training is IReceptiveField);
            table.InsertRow(0, "training", Markup.Escape($"{recipe.Name}, {recipe.Family}"));
            table.InsertRow(1, "steps", Text($"{recipe.Steps:N0}"));
            table.AddRow("peak memory of the steps", Text($"{plan.MemoryBytes / Mega:0.0} MB"));
            table.AddRow("- a step's values", Text($"{plan.DeviceBytes / Mega:0.0} MB"));
            table.AddRow("- weights, moments, averages", Text($"{plan.VariableBytes / Mega:0.0} MB"));
            table.AddRow("- batches", Text($"{plan.BatchBytes / Mega:0.0} MB"));
            table.AddRow("peak memory of the process, at most", Text($"{plan.ProcessBytes / Mega:0.0} MB"));
            table.AddRow("- decoded pictures, samples", Text($"{plan.PictureBytes / Mega:0.0} MB"));
            table.AddRow("time of a step", About(step));
            table.AddRow("time of the training", whole is null ? Unknown : $"{About(whole)}, validations and waits for data aside");
            session.Write(table);
            if (verbose)
            {
                foreach (Plan kind in plan.Steps) session.Write(ByKernel(kind));
            }
        }

        if (memory is not null) MemoryCheck.Refuse(recipe, plan, memory);
        return ExitCode.Done;
    }

    /// <summary>The recipe that a name means; null where it means a model.</summary>
    private static string? RecipeOf(string name, bool training)
    {
        string ofRun = Path.Combine(name, "recipe.yaml");
        if (File.Exists(ofRun)) return training || !File.Exists(Path.Combine(name, "model.safetensors")) ? ofRun : null;
        if (training || Path.GetExtension(name) is ".yaml" or ".yml") return RecipeLibrary.Find(name);
        return !ModelLibrary.Names.Contains(name) && RecipeLibrary.Names.Contains(name) ? RecipeLibrary.Find(name) : null;
    }

    private static Table Overview(long parameters, long operations, long bytes, int kernels, int? radius, bool sees = true)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = false };
        table.AddColumn("").AddColumn(new TableColumn("").RightAligned());
        if (parameters > 0) table.AddRow("parameters", Text($"{parameters:N0}"));
        table.AddRow("operations", Text($"{operations / Giga:0.00} G"));
        table.AddRow("memory traffic", Text($"{bytes / Mega:0.0} MB"));
        table.AddRow("kernels", Text($"{kernels}"));
        if (sees) table.AddRow("a pixel sees", radius is null ? "the whole picture" : $"{radius} pixels each way");
        return table;
    }

    private static string About(double? seconds) => seconds is { } known ? $"about {Duration(known)}" : Unknown;

    private static string Duration(double seconds) => seconds switch
    {
        < 0.1 => Text($"{seconds * 1e3:0.0} ms"),
        < 60 => Text($"{seconds:0.0} s"),
        < 3_600 => Text($"{seconds / 60:0} min"),
        _ => Text($"{seconds / 3_600:0.0} h"),
    };

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
