namespace Mezzotint.Tensors.Ops;

/// <summary>The second input where the first is not 0, else the third.</summary>
internal sealed record Select : Elementwise
{
    public override string Name => "select";

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor condition = output.Inputs[0];
        Tensor zero = Tensor.Full(output.Shape, 0);
        if (adjoints.Wants(output.Inputs[1])) adjoints.Add(output.Inputs[1], Tensor.Select(condition, adjoint, zero));
        if (adjoints.Wants(output.Inputs[2])) adjoints.Add(output.Inputs[2], Tensor.Select(condition, zero, adjoint));
    }
}
