using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>
/// A step that is evaluated as it stands: every node has a buffer of its own, is written once and read by each of its readers.
/// </summary>
internal sealed class ReferencePlan(Step step) : Plan
{
    public override PlanCost Cost => new(
        Kernels.Sum(kernel => kernel.Operations), Kernels.Sum(kernel => kernel.Bytes), Nodes.Sum(node => node.Shape.Count) * sizeof(double), Kernels.Count);

    public override IReadOnlyList<KernelSummary> Kernels => [.. Nodes.Where(node => node.Op is not LeafOp).Select(Summary)];

    private IEnumerable<Tensor> Nodes => Evaluation.InOrder([.. step.Outputs, .. Changed]);

    private IReadOnlyList<Variable> Changing => step.Updates?.Variables ?? [];

    private IEnumerable<Tensor> Changed => Changing.Select(variable => step.Updates![variable]);

    public override RunResult Run(Bindings? bindings = null)
    {
        Tensor[] changed = [.. Changed];
        var evaluation = new Evaluation([.. step.Outputs, .. changed], bindings);
        float[][] outputs = [.. step.Outputs.Select(output => ToFloats(evaluation.Of(output)))];
        bool finite = outputs.All(output => output.All(float.IsFinite));
        if (finite)
            for (int i = 0; i < changed.Length; i++)
                Changing[i].Set(ToFloats(evaluation.Of(changed[i])));
        return new RunResult(outputs, finite);
    }

    private static KernelSummary Summary(Tensor node)
    {
        Shape[] inputs = [.. node.Inputs.ToArray().Select(input => input.Shape)];
        long bytes = (inputs.Sum(shape => shape.Count) + node.Shape.Count) * sizeof(double);
        return new KernelSummary(node.Op.Name, node.Scope, node.Shape, null, 0, node.Op.Operations(inputs, node.Shape), bytes);
    }

    private static float[] ToFloats(Values values) => Array.ConvertAll(values.Elements, value => (float)value);
}
