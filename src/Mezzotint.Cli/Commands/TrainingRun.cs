using Mezzotint.Cli.Progress;
using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Families;
using Mezzotint.Imaging;
using Mezzotint.Storage;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Cli.Commands;

/// <summary>What <c>train</c> and <c>resume</c> have in common.</summary>
internal static class TrainingRun
{
    /// <summary>Makes the networks and opens the data; says which files are left out, and what weights it begins with.</summary>
    /// <param name="session">The call.</param>
    /// <param name="recipe">What is trained.</param>
    /// <param name="resumed">The run that is resumed; null at a training's beginning.</param>
    /// <param name="quiet">Whether all that has been said before.</param>
    public static ITraining Open(Session session, TrainingRecipe recipe, RunDirectory? resumed = null, bool quiet = false)
    {
        int small = 0;
        ITraining training = FamilyLibrary.Make(recipe);
        var opening = new TrainingOpening(Begins: resumed?.Latest is null)
        {
            Say = sentence =>
            {
                if (!quiet) session.Say(sentence);
            },
            LeftOut = skipped =>
            {
                if (quiet) return;
                if (skipped.Broken) session.Say($"Left out: {skipped.Reason}");
                else if (small++ == 0) session.Say($"Left out, and others like it: {skipped.Reason}");
            },
        };
        try
        {
            training.Open(opening);
        }
        catch (MezzotintException fault) when (fault is TrainingDataException or EvaluationException
            && resumed?.DataRemembered() is { Length: > 0 } files)
        {
            throw new TrainingDataException($"{fault.Message} {files}", fault);
        }

        return training;
    }

    /// <summary>Trains to the end, or until it is interrupted.</summary>
    /// <returns>The exit code.</returns>
    public static int Train(Session session, TrainingRecipe recipe, ITraining training, RunDirectory run, Device device)
    {
        string resume = $"mezzo resume {Quoted(run.Path)}";
        long begun = run.Latest?.State.Step ?? 0;
        session.Say($"{(begun > 0 ? $"Resuming '{run.Path}' at step {begun}" : $"Training in '{run.Path}'")}, to step {recipe.Steps}.");
        var trainer = new Trainer(training, run, device, recipe.Intervals(), recipe.Seed)
        {
            Use = recipe.UseOf(Quoted(run.Path)),
        };
        try
        {
            TrainingDisplay.Run(session, recipe, begun, display => trainer.Run(display, session.Cancellation));
        }
        catch (OperationCanceledException)
        {
            session.Say($"Interrupted; the training is saved. Go on with: {resume}");
            return ExitCode.Interrupted;
        }
        catch (Exception fault) when (fault is StorageException or PictureStorageException or TrainingDataException or EvaluationException)
        {
            // What could not be written or read now could be when the run began: it is the disk's fault and not the request's.
            session.Say($"{fault.Message} Then go on with: {resume}");
            return ExitCode.Failed;
        }

        session.Say($"Trained {recipe.Steps} steps. Use it with: {recipe.UseOf(Quoted(run.Path))}");
        session.Output.WriteLine(Trainer.ModelPath(run));
        return ExitCode.Done;
    }

    /// <summary>A path as one writes it on a command line.</summary>
    public static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"'{path}'" : path;
}
