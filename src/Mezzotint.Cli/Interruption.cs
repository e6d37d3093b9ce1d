using System.Runtime.InteropServices;

namespace Mezzotint.Cli;

/// <summary>
/// Ctrl-C and the system's wish that the process end: the first is a request, after which the work stops where it can be taken up
/// again and however long that takes; the second ends the process at once. (A closed terminal is left to the system, and so to nohup.)
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly TextWriter _error;
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    /// <summary>Takes the signals over.</summary>
    /// <param name="error">Told that the wish was heard.</param>
    public Interruption(TextWriter error)
    {
        _error = error;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Gives the signals back.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _signals) > 1) return; // the system's own way: the process ends
        context.Cancel = true;
        _error.WriteLine("Stopping; once more to end at once.");
        _source.Cancel();
    }
}
