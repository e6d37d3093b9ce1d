namespace Mezzotint.Tensors.Ops;

/// <summary>A function of one argument, applied to every element.</summary>
internal sealed record Unary(UnaryFunction Function) : Elementwise
{
    public override string Name => Function.ToString().ToLowerInvariant();

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor x = output.Inputs[0], y = output, g = adjoint;
        if (!adjoints.Wants(x)) return;
        Tensor? contribution = Function switch
        {
            UnaryFunction.Negate => -g,
            UnaryFunction.Absolute => g * x.Sign(),
            UnaryFunction.Reciprocal => -(g * y * y),
            UnaryFunction.SquareRoot => 0.5f * g / y,
            UnaryFunction.Exponential => g * y,
            UnaryFunction.Logarithm => g / x,
            UnaryFunction.HyperbolicTangent => g * (1 - y * y),
            UnaryFunction.Sigmoid => g * y * (1 - y),
            UnaryFunction.Sine => g * x.Cos(),
            UnaryFunction.Cosine => -(g * x.Sin()),
            UnaryFunction.Rectify => g * Tensor.Less(0, y),
            UnaryFunction.Sign or UnaryFunction.Floor => null,
            _ => throw new InvalidOperationException($"{Function} has no derivative rule."),
        };
        if (contribution is not null) adjoints.Add(x, contribution);
    }
}
