namespace Mezzotint.Tensors.Reference;

/// <summary>
/// Evaluates steps literally: the graph as it was written, node after node, in double precision with plain loops and one buffer a node.
/// Slow, and right: it is what the other devices are compared with.
/// </summary>
public sealed class ReferenceDevice : Device
{
    /// <inheritdoc/>
    public override Plan Plan(Step step) => new ReferencePlan(step);

    /// <summary>Computes tensors without rounding anything to single precision.</summary>
    /// <param name="tensors">What to compute.</param>
    /// <param name="values">Values that tensors (leaves, usually) are to have instead of their own, row-major.</param>
    /// <param name="bindings">The values of the feeds that are read.</param>
    internal static double[][] EvaluateExact(
        IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<Tensor, double[]>? values = null, Bindings? bindings = null)
    {
        var evaluation = new Evaluation(tensors, bindings, values);
        return [.. tensors.Select(tensor => evaluation.Of(tensor).Elements)];
    }

    /// <summary>Computes one tensor without rounding anything to single precision.</summary>
    internal static double[] EvaluateExact(
        Tensor tensor, IReadOnlyDictionary<Tensor, double[]>? values = null, Bindings? bindings = null) =>
        EvaluateExact([tensor], values, bindings)[0];

    /// <summary>Computes tensors and, for every element, how far a device that computes in single precision may be from it.</summary>
    /// <param name="tensors">What to compute.</param>
    /// <param name="roundOff">The relative error that one operation is granted: a small multiple of 2^-24.</param>
    /// <param name="bindings">The values of the feeds that are read.</param>
    internal static (double[] Values, double[] Tolerances)[] EvaluateWithTolerance(
        IReadOnlyList<Tensor> tensors, double roundOff, Bindings? bindings = null)
    {
        var evaluation = new Evaluation(tensors, bindings, roundOff: roundOff);
        return [.. tensors.Select(tensor => (evaluation.Of(tensor).Elements, evaluation.ToleranceOf(tensor)))];
    }
}
