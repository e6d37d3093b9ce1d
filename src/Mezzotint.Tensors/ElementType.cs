namespace Mezzotint.Tensors;

/// <summary>What the elements of a tensor are; both take 4 bytes.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 single precision.</summary>
    Float32,

    /// <summary>A signed 32-bit integer: an index, a class, or the words of a random key.</summary>
    Int32,
}
