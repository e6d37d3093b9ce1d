namespace Mezzotint.Tensors.Reference;

/// <summary>A step that is evaluated as it stands.</summary>
internal sealed class ReferencePlan(Step step) : Plan
{
    /// <summary>Every node has a buffer of its own and is written once and read by each of its readers.</summary>
    public override PlanCost Cost
    {
        get
        {
            long operations = 0, read = 0, written = 0;
            int nodes = 0;
            IEnumerable<Tensor> changed = (step.Updates?.Variables ?? []).Select(variable => step.Updates![variable]);
            foreach (Tensor tensor in Evaluation.InOrder([.. step.Outputs, .. changed]))
            {
                operations += tensor.Op.Operations([.. tensor.Inputs.ToArray().Select(input => input.Shape)], tensor.Shape);
                written += tensor.Shape.Count;
                foreach (Tensor input in tensor.Inputs) read += input.Shape.Count;
                nodes++;
            }

            return new PlanCost(operations, (read + written) * sizeof(double), written * sizeof(double), nodes);
        }
    }

    public override RunResult Run(Bindings? bindings = null)
    {
        IReadOnlyList<Variable> changing = step.Updates?.Variables ?? [];
        Tensor[] changed = [.. changing.Select(variable => step.Updates![variable])];
        var evaluation = new Evaluation([.. step.Outputs, .. changed], bindings);

        float[][] outputs = [.. step.Outputs.Select(output => ToFloats(evaluation.Of(output)))];
        bool finite = outputs.All(output => output.All(float.IsFinite));
        if (finite)
            for (int i = 0; i < changed.Length; i++)
                changing[i].Set(ToFloats(evaluation.Of(changed[i])));
        return new RunResult(outputs, finite);
    }

    private static float[] ToFloats(Values values) => Array.ConvertAll(values.Elements, value => (float)value);
}
