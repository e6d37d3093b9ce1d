using System.Diagnostics;
using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>How long the steps and the validation of a training take, measured on its own data.</summary>
/// <param name="Step">A step, with the wait for its batch.</param>
/// <param name="Validation">A validation.</param>
public sealed record StepTiming(TimeSpan Step, TimeSpan Validation)
{
    private const int WarmUp = 3, Most = 1_000, MostSteps = 100_000_000;

    // Checkpoints, samples, the seconds in which the compiler is not done yet.
    private const double Spare = 0.03;

    /// <summary>
    /// Takes steps that lead nowhere, and one validation. The training has moved afterwards: the one that counts is made anew.
    /// </summary>
    /// <param name="training">The training, its data open.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="duration">How long steps are taken; at least four are.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static StepTiming Measure(ITraining training, Device device, TimeSpan duration, CancellationToken cancellation = default)
    {
        training.Begin(0);
        var clock = new Stopwatch();
        var total = Stopwatch.StartNew();
        int timed = 0;
        for (long step = 1; step <= WarmUp || (timed < Most && (timed == 0 || total.Elapsed < duration)); step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step > WarmUp) clock.Start();
            var bindings = new Bindings();
            training.Feed(bindings, step, cancellation);
            _ = device.Run(training.StepAt(step).Step, bindings);
            if (step > WarmUp) timed++;
        }

        TimeSpan one = clock.Elapsed / timed;
        clock.Restart();
        _ = training.Validate(device, cancellation);
        return new StepTiming(one, clock.Elapsed);
    }

    /// <summary>How many steps a time is enough for, validations included; at least one.</summary>
    /// <param name="budget">The time.</param>
    /// <param name="validateEvery">Steps from one validation to the next.</param>
    public int StepsWithin(TimeSpan budget, int validateEvery)
    {
        double seconds = budget.TotalSeconds * (1 - Spare) - Validation.TotalSeconds; // the last step is validated as well
        double each = Step.TotalSeconds + Validation.TotalSeconds / validateEvery;
        return (int)Math.Clamp(seconds / Math.Max(each, 1e-9), 1, MostSteps);
    }
}
