using System.CommandLine;
using System.Globalization;
using Mezzotint.Families;
using Mezzotint.Storage;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo resume</c>: goes on with a run as if it had never stopped.</summary>
internal static class ResumeCommand
{
    public static Command Create(Session session)
    {
        var run = new Argument<string>("RUN") { Description = "The run's folder." };
        var steps = CommonOptions.Steps(
            "Train to so many steps in all: from now on, the schedule of the learning rate stretches to them. [default: as the run began]");
        var memory = CommonOptions.Memory("What the training may take at the most, as 800M or 1.5G. [default: what this machine has]");
        var threads = CommonOptions.Threads();
        var device = DeviceChoice.Option();
        var command = new Command("resume", "Go on with a training, to the same bits as if it had never stopped.")
        {
            run.NoOption(), steps, memory, threads, device,
        };
        command.SetAction(parsed =>
        {
            using RunDirectory folder = RunDirectory.Resume(parsed.GetRequiredValue(run), session.Say);
            int? wanted = parsed.GetValue(steps);
            string[] settings = wanted is null ? [] : [string.Create(CultureInfo.InvariantCulture, $"steps={wanted}")];
            TrainingRecipe recipe = FamilyLibrary.Read(folder.RecipePath, settings);
            long done = folder.Latest?.State.Step ?? 0;
            if (wanted < done)
                throw new MezzotintException($"The run '{folder.Path}' is at step {done} already; give --steps more than that.");
            if (done >= recipe.Steps && folder.Latest?.State.Unfinished is null)
            {
                session.Say($"The run '{folder.Path}' is complete: {done} of {recipe.Steps} steps; give --steps more to train it further.");
                return ExitCode.Done;
            }

            if (folder.Latest is { State.VectorWidth: not 0 and var width } && width != (int)CpuDevice.WidestVectors)
                session.Say("This processor's vectors have another width than those the run began with, so last bits will differ.");
            using Device computer = DeviceChoice.Open(parsed.GetValue(device), parsed.GetValue(threads), recipe.Precision);
            using ITraining training = TrainingRun.Open(session, recipe, folder);
            MemoryCheck.Refuse(recipe, TrainingPlan.Of(training, computer, recipe.Steps), parsed.GetValue(memory) ?? DeviceChoice.MemoryOf(computer));
            if (wanted is not null) AtomicFile.WriteText(folder.RecipePath, FamilyLibrary.Write(recipe));
            return TrainingRun.Train(session, recipe, training, folder, computer);
        });
        return command;
    }
}
