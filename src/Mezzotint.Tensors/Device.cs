namespace Mezzotint.Tensors;

/// <summary>
/// What computes steps. A device may be used from many threads; runs that would share its memory take their turns.
/// </summary>
public abstract class Device : IDisposable
{
    /// <summary>Makes, or finds, the plan of a step's structure and binds it to this step's leaves.</summary>
    public abstract Plan Plan(Step step);

    /// <summary>Bytes of packed weights that the device keeps for plans together: what they share counts once.</summary>
    /// <param name="plans">Plans of this device.</param>
    public virtual long PackedBytes(IEnumerable<Plan> plans) => plans.Sum(plan => plan.Cost.PackedBytes);

    /// <summary>Plans and runs a step.</summary>
    public RunResult Run(Step step, Bindings? bindings = null) => Plan(step).Run(bindings);

    /// <summary>Computes one tensor; row-major.</summary>
    public float[] Evaluate(Tensor tensor, Bindings? bindings = null) => Run(new Step([tensor]), bindings)[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the device holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
