namespace Mezzotint.Tensors.Reference;

/// <summary>A step that is evaluated as it stands.</summary>
internal sealed class ReferencePlan(Step step) : Plan
{
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
