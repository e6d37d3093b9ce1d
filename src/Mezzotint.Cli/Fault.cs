using Mezzotint.Cuda;
using Mezzotint.Imaging;
using Mezzotint.Storage;
using Mezzotint.Training;

namespace Mezzotint.Cli;

/// <summary>What an exception is to the user: a sentence and the program's exit code.</summary>
/// <param name="Sentence">What is wrong, where, and what to do.</param>
/// <param name="ExitCode">The exit code when this ends the program.</param>
/// <param name="OfTheMachine">Whether it would befall the next input as well.</param>
internal sealed record Fault(string Sentence, int ExitCode, bool OfTheMachine = false)
{
    /// <summary>The one place where exceptions become sentences.</summary>
    public static Fault Of(Exception exception) => exception switch
    {
        OperationCanceledException => new Fault("Interrupted.", Cli.ExitCode.Interrupted, OfTheMachine: true),
        DllNotFoundException or PictureException { InnerException: DllNotFoundException } =>
            new Fault(exception.Message, Cli.ExitCode.Failed, OfTheMachine: true),
        PictureStorageException { NoRoom: true } => new Fault(exception.Message, Cli.ExitCode.Failed, OfTheMachine: true),
        CudaException => new Fault(exception.Message, Cli.ExitCode.Failed, OfTheMachine: true),
        TrainingException or PictureStorageException or StorageException { NoRoom: true } => new Fault(exception.Message, Cli.ExitCode.Failed),
        PictureException or MezzotintException => new Fault(exception.Message, Cli.ExitCode.Refused),
        OutOfMemoryException => new Fault("There is not enough memory for this; try a smaller picture or batch.", Cli.ExitCode.Failed),
        IOException or UnauthorizedAccessException => new Fault(exception.Message, Cli.ExitCode.Failed),
        _ => new Fault(
            $"mezzo failed unexpectedly: {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}; "
                + "run it with --verbose for the details, and report it.",
            Cli.ExitCode.Failed),
    };

    /// <summary>The same fault, with the input named where the sentence does not name it.</summary>
    public Fault About(string input) =>
        OfTheMachine || Sentence.Contains(input, StringComparison.Ordinal) ? this : this with { Sentence = $"{input}: {Sentence}" };

    /// <summary>Prints the sentence; with the exception's trace if the user wants to see it.</summary>
    public void Report(Session session, Exception exception, bool verbose)
    {
        session.Say(Sentence);
        if (verbose) session.Say(exception.ToString());
    }
}
