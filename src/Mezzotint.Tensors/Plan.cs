namespace Mezzotint.Tensors;

/// <summary>A step made ready to run, any number of times, on one device.</summary>
public abstract class Plan
{
    /// <summary>What a run takes.</summary>
    public abstract PlanCost Cost { get; }

    /// <summary>What runs, in order.</summary>
    public abstract IReadOnlyList<KernelSummary> Kernels { get; }

    /// <summary>Computes the outputs and, if they are all finite, commits the updates.</summary>
    /// <param name="bindings">The values of the step's feeds.</param>
    /// <exception cref="ArgumentException">A feed has no value.</exception>
    public abstract RunResult Run(Bindings? bindings = null);

    /// <summary>
    /// Runs as <see cref="Run"/> does after another run of the same device, which may be under way: where that one's outputs are not all
    /// finite, this one changes nothing either. So a device that computes beside the program is asked for a step before the outcome of the
    /// one before is known.
    /// </summary>
    /// <param name="before">The run that the device was asked for last.</param>
    /// <param name="bindings">The values of the step's feeds.</param>
    /// <returns>A result that is not finite where that of the run before is not; its outputs mean nothing then.</returns>
    /// <exception cref="ArgumentException">A feed has no value.</exception>
    public virtual RunResult RunAfter(RunResult before, Bindings? bindings = null) => before.Finite ? Run(bindings) : before;

    /// <summary>
    /// Seconds that a run takes on this device as it is now, found in some seconds: by its kernels, of each as many tasks as take a moment,
    /// on numbers that mean nothing. Variables that the step updates hold anything afterwards. Null where a device has no such thing.
    /// </summary>
    /// <param name="changing">Variables that are others at each run, as in a training, so that what is packed of them is packed again; null
    /// for none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public virtual double? Rehearse(IReadOnlySet<Variable>? changing = null, CancellationToken cancellation = default) => null;
}
