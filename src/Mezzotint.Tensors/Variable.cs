using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <summary>
/// A named cell with a value and a version. Only <see cref="Set"/> and the updates of a step that ran change it, and each change raises its
/// version.
/// </summary>
/// <remarks>Reading and running steps that only read a variable are safe on many threads; a change must not coincide with them.</remarks>
public sealed class Variable
{
    private readonly HostBuffer _storage;

    // Who has a newer value than the storage, or will have when a run under way is done; null if nobody.
    private IVariableHolder? _holder;
    private long _version, _storedVersion;

    /// <summary>A variable of zeros.</summary>
    public Variable(string name, Shape shape)
    {
        Name = name;
        Shape = shape;
        _storage = new HostBuffer(shape.Count);
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

    /// <summary>Rises with every change of the value. Reading it waits for runs under way that may change the value.</summary>
    public long Version
    {
        get
        {
            Volatile.Read(ref _holder)?.Settle();
            return KnownVersion;
        }
    }

    /// <summary>The value at the beginning of whichever step reads it, as a tensor.</summary>
    public Tensor Value { get; }

    /// <summary>The value in this process's memory: brought there first if a device has a newer one.</summary>
    internal HostBuffer Storage
    {
        get
        {
            if (Volatile.Read(ref _holder) is { } holder)
            {
                holder.Settle();
                lock (_storage)
                {
                    if (_storedVersion != KnownVersion)
                    {
                        holder.Fetch(this, _storage.Span);
                        _storedVersion = KnownVersion;
                    }
                }
            }

            return _storage;
        }
    }

    /// <summary>The version, but for changes by runs that are not known to be done.</summary>
    internal long KnownVersion => Volatile.Read(ref _version);

    /// <summary>The value at the beginning of whichever step reads it, as a tensor.</summary>
    public static implicit operator Tensor(Variable variable) => variable.Value;

    /// <summary>Replaces the value.</summary>
    /// <exception cref="ArgumentException">The values are not as many as the variable has elements.</exception>
    public void Set(ReadOnlySpan<float> value)
    {
        if (value.Length != Shape.Count)
            throw new ArgumentException($"The variable '{Name}' {Shape} takes {Shape.Count} values, and {value.Length} were given.");
        Volatile.Read(ref _holder)?.Settle();
        value.CopyTo(_storage.Span);
        Changed();
    }

    /// <summary>A copy of the value, in row-major order.</summary>
    public float[] ToArray() => Storage.Span.ToArray();

    /// <summary>The name and shape.</summary>
    public override string ToString() => $"{Name} {Shape}";

    /// <summary>Says that the storage has a new value.</summary>
    internal void Changed()
    {
        Volatile.Write(ref _holder, null);
        _storedVersion = Interlocked.Increment(ref _version);
    }

    /// <summary>Says that from now on a device may have a newer value than the storage.</summary>
    internal void KeptBy(IVariableHolder holder) => Volatile.Write(ref _holder, holder);

    /// <summary>Says that the device that keeps the variable has given it a new value.</summary>
    internal void ChangedByHolder() => Interlocked.Increment(ref _version);
}
