using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <content>Elementwise operations. Operands are broadcast to one another; a NaN in an operand is a NaN in the result.</content>
public sealed partial class Tensor
{
    /// <summary>The sum.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => Combine(BinaryFunction.Add, left, right);

    /// <summary>The difference.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => Combine(BinaryFunction.Subtract, left, right);

    /// <summary>The product, element by element.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => Combine(BinaryFunction.Multiply, left, right);

    /// <summary>The quotient, element by element.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => Combine(BinaryFunction.Divide, left, right);

    /// <summary>The negative.</summary>
    public static Tensor operator -(Tensor value) => value.Map(UnaryFunction.Negate);

    /// <summary>The larger of two.</summary>
    public static Tensor Max(Tensor left, Tensor right) => Combine(BinaryFunction.Maximum, left, right);

    /// <summary>The smaller of two.</summary>
    public static Tensor Min(Tensor left, Tensor right) => Combine(BinaryFunction.Minimum, left, right);

    /// <summary>1 where the two are equal, else 0.</summary>
    public static Tensor Equal(Tensor left, Tensor right) => Combine(new Compare(Comparison.Equal), left, right);

    /// <summary>1 where left is below right, else 0.</summary>
    public static Tensor Less(Tensor left, Tensor right) => Combine(new Compare(Comparison.Less), left, right);

    /// <summary>1 where left is at most right, else 0.</summary>
    public static Tensor LessOrEqual(Tensor left, Tensor right) => Combine(new Compare(Comparison.LessOrEqual), left, right);

    /// <summary><paramref name="whenTrue"/> where the condition is not 0, else <paramref name="whenFalse"/>.</summary>
    public static Tensor Select(Tensor condition, Tensor whenTrue, Tensor whenFalse) => Combine(new Select(), condition, whenTrue, whenFalse);

    /// <summary>This to the power of the exponent, for bases of at least 0.</summary>
    public Tensor Pow(Tensor exponent) => Combine(BinaryFunction.Power, this, exponent);

    /// <summary>The square.</summary>
    public Tensor Square() => this * this;

    /// <summary>The square root; its gradient is infinite at 0.</summary>
    public Tensor Sqrt() => Map(UnaryFunction.SquareRoot);

    /// <summary>1/x.</summary>
    public Tensor Reciprocal() => Map(UnaryFunction.Reciprocal);

    /// <summary>e to the power x.</summary>
    public Tensor Exp() => Map(UnaryFunction.Exponential);

    /// <summary>The natural logarithm.</summary>
    public Tensor Log() => Map(UnaryFunction.Logarithm);

    /// <summary>The absolute value; its gradient is 0 at 0.</summary>
    public Tensor Abs() => Map(UnaryFunction.Absolute);

    /// <summary>-1, 0 or 1.</summary>
    public Tensor Sign() => Map(UnaryFunction.Sign);

    /// <summary>The largest integer not above.</summary>
    public Tensor Floor() => Map(UnaryFunction.Floor);

    /// <summary>The hyperbolic tangent.</summary>
    public Tensor Tanh() => Map(UnaryFunction.HyperbolicTangent);

    /// <summary>1/(1 + exp(-x)).</summary>
    public Tensor Sigmoid() => Map(UnaryFunction.Sigmoid);

    /// <summary>The sine, of radians.</summary>
    public Tensor Sin() => Map(UnaryFunction.Sine);

    /// <summary>The cosine, of radians.</summary>
    public Tensor Cos() => Map(UnaryFunction.Cosine);

    /// <summary>max(x, 0); its gradient is 0 at 0.</summary>
    public Tensor Relu() => Map(UnaryFunction.Rectify);

    /// <summary>log(1 + exp(x)), without overflow.</summary>
    public Tensor Softplus()
    {
        // (x + |x|)/2 is max(x, 0) with the gradient 1/2 at 0, which is that of the whole there.
        Tensor size = Abs();
        return 0.5f * (this + size) + (1 + (-size).Exp()).Log();
    }

    /// <summary>
    /// The value as floats (of integers: exact up to 2^24) or as integers (of floats: towards zero). No gradient runs through.
    /// </summary>
    public Tensor Cast(ElementType type) => type == Type ? this : Apply(new Cast(type), this);

    /// <summary>The same value, through which no gradient runs.</summary>
    public Tensor Detach() => Op is StopGradient ? this : Apply(new StopGradient(), this);

    private static Tensor Combine(BinaryFunction function, Tensor left, Tensor right) => Combine(new Binary(function), left, right);

    private static Tensor Combine(Op op, params Tensor[] operands)
    {
        int rank = operands.Max(operand => operand.Shape.Rank);
        var extents = new int[rank];
        Array.Fill(extents, 1);
        foreach (Tensor operand in operands)
            for (int axis = 0; axis < operand.Shape.Rank; axis++)
            {
                ref int extent = ref extents[axis + rank - operand.Shape.Rank];
                if (operand.Shape[axis] == 1 || operand.Shape[axis] == extent) continue;
                if (extent != 1) throw ShapeException.In(op, operands, "the shapes differ and cannot be broadcast to one another.");
                extent = operand.Shape[axis];
            }

        Shape shape = Shape.Create(extents);
        for (int i = 0; i < operands.Length; i++) operands[i] = operands[i].BroadcastTo(shape);
        return Apply(op, operands);
    }

    private Tensor Map(UnaryFunction function) => Apply(new Unary(function), this);
}
