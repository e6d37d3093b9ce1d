namespace Mezzotint.Tensors.Ops;

/// <summary>
/// A function of two arguments, applied to every pair of elements. Where two arguments tie, a maximum's or minimum's gradient goes to the
/// first.
/// </summary>
internal sealed record Binary(BinaryFunction Function) : Elementwise
{
    public override string Name => Function.ToString().ToLowerInvariant();

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor a = output.Inputs[0], b = output.Inputs[1], y = output, g = adjoint;
        switch (Function)
        {
            case BinaryFunction.Add:
                adjoints.Add(a, g);
                adjoints.Add(b, g);
                break;
            case BinaryFunction.Subtract:
                adjoints.Add(a, g);
                if (adjoints.Wants(b)) adjoints.Add(b, -g);
                break;
            case BinaryFunction.Multiply:
                if (adjoints.Wants(a)) adjoints.Add(a, g * b);
                if (adjoints.Wants(b)) adjoints.Add(b, g * a);
                break;
            case BinaryFunction.Divide:
                if (adjoints.Wants(a)) adjoints.Add(a, g / b);
                if (adjoints.Wants(b)) adjoints.Add(b, -(g * y / b));
                break;
            case BinaryFunction.Maximum:
                if (adjoints.Wants(a)) adjoints.Add(a, g * Tensor.LessOrEqual(b, a));
                if (adjoints.Wants(b)) adjoints.Add(b, g * Tensor.Less(a, b));
                break;
            case BinaryFunction.Minimum:
                if (adjoints.Wants(a)) adjoints.Add(a, g * Tensor.LessOrEqual(a, b));
                if (adjoints.Wants(b)) adjoints.Add(b, g * Tensor.Less(b, a));
                break;
            case BinaryFunction.Power:
                if (adjoints.Wants(a)) adjoints.Add(a, g * b * a.Pow(b - 1));
                // 0 to any positive power is 0: there the derivative by the power is 0, and not 0 times the logarithm of 0.
                if (adjoints.Wants(b)) adjoints.Add(b, g * y * Tensor.Select(a, a.Log(), 0));
                break;
            default:
                throw new InvalidOperationException($"{Function} has no derivative rule.");
        }
    }
}
