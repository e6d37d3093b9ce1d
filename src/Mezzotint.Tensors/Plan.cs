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
}
