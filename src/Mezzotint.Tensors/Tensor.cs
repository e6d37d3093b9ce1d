using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <summary>
/// A value that has not been computed yet: an operation, its inputs, a shape and an element type. Tensors are immutable, own no memory and
/// are never freed; writing an expression checks its shapes and computes nothing. A <see cref="Device"/> computes the tensors of a <see
/// cref="Step"/>.
/// </summary>
/// <remarks>
/// Images are N,H,W,C and convolution weights kh,kw,in,out. Elementwise operations broadcast as NumPy's do: shapes are aligned at their
/// last axis, and an extent of 1 is repeated. Reductions keep the axes they reduce, with extent 1. Tensors may be made and combined on any
/// thread.
/// </remarks>
public sealed partial class Tensor
{
    private static long _lastId;

    private readonly Tensor[] _inputs;

    private Tensor(Op op, Tensor[] inputs, Shape shape, ElementType type)
    {
        Op = op;
        _inputs = inputs;
        Shape = shape;
        Type = type;
        Scope = Tensors.Scope.Current;
        Id = Interlocked.Increment(ref _lastId);
    }

    /// <summary>The extents.</summary>
    public Shape Shape { get; }

    /// <summary>What the elements are.</summary>
    public ElementType Type { get; }

    /// <summary>The layer in which the tensor was written, or null.</summary>
    public string? Scope { get; }

    internal Op Op { get; }

    internal ReadOnlySpan<Tensor> Inputs => _inputs;

    /// <summary>Rises with creation, so that an input's is always below its reader's.</summary>
    internal long Id { get; }

    /// <summary>A tensor of rank 0 with one value. The value may differ from step to step without another plan being made.</summary>
    public static implicit operator Tensor(float value) => Constant(value);

    /// <summary>A tensor of rank 0 with one value. The value may differ from step to step without another plan being made.</summary>
    public static Tensor Constant(float value) => Leaf(new Constant(value), [], ElementType.Float32);

    /// <summary>A tensor of one value repeated.</summary>
    public static Tensor Full(Shape shape, float value) => Constant(value).BroadcastTo(shape);

    /// <summary>A tensor of the given numbers, which must not be changed before the last run that uses it.</summary>
    /// <exception cref="ArgumentException">The numbers are not as many as the shape has elements.</exception>
    public static Tensor Of(Shape shape, ReadOnlyMemory<float> values) => Leaf(Data.Of(shape, values), shape, ElementType.Float32);

    /// <summary>A tensor of the given integers, which must not be changed before the last run that uses it.</summary>
    /// <exception cref="ArgumentException">The numbers are not as many as the shape has elements.</exception>
    public static Tensor Of(Shape shape, ReadOnlyMemory<int> values) => Leaf(Data.Of(shape, values), shape, ElementType.Int32);

    /// <summary>The shape and the operation, for a debugger.</summary>
    public override string ToString() => $"{Op.Name} {Shape}{(Scope is null ? "" : $" in {Scope}")}";

    internal static Tensor Leaf(Op op, Shape shape, ElementType type) => new(op, [], shape, type);

    /// <summary>The tensor that applies an operation, its shapes checked.</summary>
    internal static Tensor Apply(Op op, params Tensor[] inputs)
    {
        foreach (Tensor input in inputs) ArgumentNullException.ThrowIfNull(input);
        Shape shape = op.Infer(inputs);
        return new Tensor(op, inputs, shape, op.TypeOf(inputs));
    }
}
