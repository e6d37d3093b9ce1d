using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Mezzotint.Families;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo train</c>: a recipe and data in, a run's folder out.</summary>
internal static class TrainCommand
{
    private const string RunsFolder = "runs";
    private const double MostHours = 10_000, MinutesAnHour = 60;
    private const double TimingShare = 0.02;
    private static readonly TimeSpan LongestTiming = TimeSpan.FromSeconds(10);

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
        var hours = CommonOptions.Duration(
            "--hours", "Train as many steps as fit in so many hours, timed at the beginning, with all of the schedule within them.", MostHours);
        var minutes = CommonOptions.Duration("--minutes", "The same in minutes.", MostHours * MinutesAnHour);
        var memory = CommonOptions.Memory("What the training may take at the most, as 800M or 1.5G. [default: what this machine has]");
        var threads = CommonOptions.Threads();
        var device = DeviceChoice.Option();
        var command = new Command("train", "Train a network. Ctrl-C saves the training and ends it; 'mezzo resume' goes on with it.")
        {
            recipe.NoOption(), data, validation, run, settings, steps, hours, minutes, init, memory, threads, device,
        };
        command.Validators.Add(result =>
        {
            if (new Option[] { steps, hours, minutes }.Count(option => result.GetResult(option) is not null) > 1)
                result.AddError("--steps, --hours and --minutes all say how long; leave out all but one of them.");
        });
        command.SetAction(parsed =>
        {
            TrainingRecipe resolved = Resolve(
                session, RecipeLibrary.Find(parsed.GetRequiredValue(recipe)), parsed.GetValue(data) ?? [], parsed.GetValue(validation),
                parsed.GetValue(settings) ?? [], parsed.GetValue(steps), parsed.GetValue(init));
            using Device computer = DeviceChoice.Open(parsed.GetValue(device), parsed.GetValue(threads), resolved.Precision);
            ITraining training = TrainingRun.Open(session, resolved);
            try
            {
                MemoryCheck.Refuse(resolved, TrainingPlan.Of(training, computer, resolved.Steps), parsed.GetValue(memory) ?? DeviceChoice.MemoryOf(computer));
                if ((parsed.GetValue(hours) * MinutesAnHour ?? parsed.GetValue(minutes)) is { } budget)
                {
                    resolved = Fitted(session, resolved, training, computer, TimeSpan.FromMinutes(budget));
                    training.Dispose();
                    training = TrainingRun.Open(session, resolved, quiet: true);
                }

                using RunDirectory folder = RunDirectory.Create(parsed.GetValue(run) ?? NextFree(resolved.Name), FamilyLibrary.Write(resolved));
                return TrainingRun.Train(session, resolved, training, folder, computer);
            }
            finally
            {
                training.Dispose();
            }
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

    /// <summary>
    /// The recipe over as many steps as fit in a time, after a short timing that is part of it. From there on nothing depends on time.
    /// </summary>
    private static TrainingRecipe Fitted(Session session, TrainingRecipe recipe, ITraining training, Device device, TimeSpan budget)
    {
        session.Say("Timing the steps.");
        var clock = Stopwatch.StartNew();
        TimeSpan timing = budget * TimingShare < LongestTiming ? budget * TimingShare : LongestTiming;
        StepTiming measured = StepTiming.Measure(training, device, timing, session.Cancellation);
        int steps = measured.StepsWithin(budget - clock.Elapsed, recipe.ValidateEvery);
        session.Say(string.Create(CultureInfo.InvariantCulture, $"A step takes {measured.Step.TotalMilliseconds:0.0} ms and a validation ")
            + string.Create(CultureInfo.InvariantCulture, $"{measured.Validation.TotalSeconds:0.0} s here: ")
            + string.Create(CultureInfo.InvariantCulture, $"{steps:N0} steps in {budget.TotalMinutes:0.##} minutes."));
        return recipe.Over(steps);
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
