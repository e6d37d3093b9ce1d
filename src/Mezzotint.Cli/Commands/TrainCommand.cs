using System.CommandLine;
using System.Globalization;
using Mezzotint.Families;
using Mezzotint.Recipes;
using Mezzotint.Training;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo train</c>: a recipe and data in, a run's folder out.</summary>
internal static class TrainCommand
{
    private const string RunsFolder = "runs";

    public static Command Create(Session session)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "A recipe's YAML file, or the name of one that comes with Mezzotint." };
        var data = CommonOptions.Texts("--data", "DIR", "A folder of pictures to learn from, or what else the recipe learns from.");
        var validation = CommonOptions.Text("--validation", "DIR", "Such data that are never learned from, to choose the best model by.");
        var run = CommonOptions.Text("--run", "DIR", "The folder to keep the training in. [default: the next free of runs/NAME-001...]");
        var settings = CommonOptions.Texts(
            "--set", "KEY=VALUE", "Another value for a key of the recipe, as in optimizer.learningRate=1e-4.");
        var steps = CommonOptions.Steps("How many steps to train, with all of the schedule within them. [default: as the recipe says]");
        var init = CommonOptions.Text(
            "--init", "MODEL|RUN", "A model to begin with, of the same kind of network. [default: random weights]");
        var threads = CommonOptions.Threads();
        var command = new Command("train", "Train a network. Ctrl-C saves the training and ends it; 'mezzo resume' goes on with it.")
        {
            recipe.NoOption(), data, validation, run, settings, steps, init, threads,
        };
        command.SetAction(parsed =>
        {
            TrainingRecipe resolved = Resolve(
                session, RecipeLibrary.Find(parsed.GetRequiredValue(recipe)), parsed.GetValue(data) ?? [], parsed.GetValue(validation),
                parsed.GetValue(settings) ?? [], parsed.GetValue(steps), parsed.GetValue(init));
            using ITraining training = TrainingRun.Open(session, resolved);
            using RunDirectory folder = RunDirectory.Create(parsed.GetValue(run) ?? NextFree(resolved.Name), FamilyLibrary.Write(resolved));
            return TrainingRun.Train(session, resolved, training, folder, parsed.GetValue(threads) ?? 0);
        });
        return command;
    }

    /// <summary>
    /// The recipe with everything that the command line says otherwise, and its folders by their full paths, so that the run can be
    /// resumed from anywhere.
    /// </summary>
    private static TrainingRecipe Resolve(
        Session session, string path, string[] data, string? validation, string[] settings, int? steps, string? init)
    {
        TrainingRecipe recipe = FamilyLibrary.Read(path, [.. settings, .. Shortened(session, path, settings, steps)]);
        DataPlaces places = recipe.Places;
        recipe = recipe.WithPlaces(new DataPlaces(data.Length > 0 ? data : places.Train, validation ?? places.Validation));
        return (recipe with { Init = init ?? recipe.Init }).WithFullPaths();
    }

    /// <summary>The settings that change a recipe's length: a warm-up longer than the training keeps its share of it.</summary>
    private static IEnumerable<string> Shortened(Session session, string path, string[] settings, int? steps)
    {
        if (steps is not { } wanted) yield break;
        yield return string.Create(CultureInfo.InvariantCulture, $"steps={wanted}");
        TrainingRecipe whole = FamilyLibrary.Read(path, settings);
        if (whole.Schedule.WarmupSteps <= wanted) yield break;
        long warmup = (long)((double)whole.Schedule.WarmupSteps * wanted / whole.Steps);
        session.Say($"The warm-up of {whole.Schedule.WarmupSteps} steps is shortened to {warmup}, its share of {wanted} steps.");
        yield return string.Create(CultureInfo.InvariantCulture, $"schedule.warmupSteps={warmup}");
    }

    private static string NextFree(string name)
    {
        for (int number = 1; ; number++)
        {
            string folder = Path.Combine(RunsFolder, string.Create(CultureInfo.InvariantCulture, $"{name}-{number:000}"));
            if (!Path.Exists(folder)) return folder;
        }
    }
}
