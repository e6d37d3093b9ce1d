using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <summary>
/// A named cell with a value and a version. Only <see cref="Set"/> and the updates of a step that ran change it, and each change raises its version.
/// </summary>
/// <remarks>Reading and running steps that only read a variable are safe on many threads; a change must not coincide with them.</remarks>
public sealed class Variable
{
    /// <summary>A variable of zeros.</summary>
    public Variable(string name, Shape shape)
    {
        Name = name;
        Shape = shape;
        Storage = new HostBuffer(shape.Count);
        Value = Tensor.Leaf(new Read(this), shape, ElementType.Float32);
    }

    /// <summary>A variable with a first value, in row-major order.</summary>
    /// <exception cref="ArgumentException">The values are not as many as the shape has elements.</exception>
    public Variable(string name, Shape shape, ReadOnlySpan<float> value)
        : this(name, shape) => Set(value);

    /// <summary>The name, unique within a model: <c>body.0.conv1.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The extents.</summary>
    public Shape Shape { get; }

    /// <summary>Rises with every change of the value.</summary>
    public long Version { get; private set; }

    /// <summary>The value at the beginning of whichever step reads it, as a tensor.</summary>
    public Tensor Value { get; }

    internal HostBuffer Storage { get; }

    /// <summary>The value at the beginning of whichever step reads it, as a tensor.</summary>
    public static implicit operator Tensor(Variable variable) => variable.Value;

    /// <summary>Replaces the value.</summary>
    /// <exception cref="ArgumentException">The values are not as many as the variable has elements.</exception>
    public void Set(ReadOnlySpan<float> value)
    {
        if (value.Length != Shape.Count)
            throw new ArgumentException($"The variable '{Name}' {Shape} takes {Shape.Count} values, and {value.Length} were given.");
        value.CopyTo(Storage.Span);
        Changed();
    }

    /// <summary>A copy of the value, in row-major order.</summary>
    public float[] ToArray() => Storage.Span.ToArray();

    /// <summary>The name and shape.</summary>
    public override string ToString() => $"{Name} {Shape}";

    internal void Changed() => Version++;
}
