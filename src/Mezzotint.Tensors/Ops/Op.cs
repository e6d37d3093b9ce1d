namespace Mezzotint.Tensors.Ops;

/// <summary>
/// A primitive: its shape rule, its gradient written in terms of other primitives, what it costs, and which part of its inputs a part of
/// its output needs. Ops are immutable and equal when they compute the same function of their inputs.
/// </summary>
internal abstract record Op
{
    /// <summary>What messages call the operation.</summary>
    public abstract string Name { get; }

    /// <summary>The shape of the result.</summary>
    /// <exception cref="ShapeException">The inputs do not fit.</exception>
    public abstract Shape Infer(ReadOnlySpan<Tensor> inputs);

    /// <summary>The element type of the result: by default that of the first input.</summary>
    public virtual ElementType TypeOf(ReadOnlySpan<Tensor> inputs) => inputs[0].Type;

    /// <summary>Adds to the inputs' adjoints what the output's adjoint gives them.</summary>
    public abstract void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints);

    /// <summary>Floating-point operations to compute the whole output.</summary>
    public abstract long Operations(ReadOnlySpan<Shape> inputs, Shape output);

    /// <summary>The box of one input that a box of the output is computed from. By default the same box.</summary>
    public virtual Box Support(int input, Box output, ReadOnlySpan<Shape> inputs) => output;

    protected static void Require(bool condition, Op op, ReadOnlySpan<Tensor> inputs, string mistake)
    {
        if (!condition) throw ShapeException.In(op, inputs, mistake);
    }

    protected static void RequireFloat(Op op, ReadOnlySpan<Tensor> inputs)
    {
        foreach (Tensor input in inputs)
            Require(input.Type == ElementType.Float32, op, inputs, "it takes floats; cast the integers first.");
    }
}
