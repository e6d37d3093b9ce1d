namespace Mezzotint.Weights.PyTorch;

/// <summary>A tensor that a pickle mentions: a look at a storage, checked to stay within it.</summary>
internal sealed record TensorReference
{
    private const int MaximumRank = 32;

    /// <summary>A look at a storage.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="offset">Its first number, counted from the storage's.</param>
    /// <param name="shape">Its extents.</param>
    /// <param name="strides">How many numbers lie between neighbours along each axis.</param>
    /// <exception cref="WeightsException">It does not stay within the storage, or has more elements than that.</exception>
    public TensorReference(StorageReference storage, long offset, IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        if (shape.Count != strides.Count || shape.Count > MaximumRank)
            throw new WeightsException($"a tensor has {shape.Count} extents and {strides.Count} strides (as many of both, at most {MaximumRank}, are read)");
        if (offset < 0 || shape.Any(extent => extent is < 0 or > int.MaxValue) || strides.Any(stride => stride < 0))
            throw new WeightsException("a tensor has a negative or absurd offset, extent or stride");
        Int128 box = 1, last = offset;
        for (int axis = 0; axis < shape.Count; axis++)
        {
            box *= Math.Max(1, shape[axis]);
            last += (Int128)Math.Max(0, shape[axis] - 1) * strides[axis];
            if (box > Array.MaxLength) throw new WeightsException("a tensor has more elements than an array can hold");
        }
        Int128 elements = shape.Contains(0) ? 0 : box;
        if (elements > 0 && (elements > storage.Elements || last >= storage.Elements))
        {
            throw new WeightsException(
                $"a tensor of shape [{string.Join(", ", shape)}] reaches beyond its storage of {storage.Elements} numbers, or repeats it");
        }
        (Storage, Offset, Elements, Span) = (storage, offset, (int)elements, elements == 0 ? 0 : (long)(last - offset + 1));
        (Shape, Strides) = ([.. shape.Select(extent => (int)extent)], [.. strides]);
    }

    /// <summary>The storage.</summary>
    public StorageReference Storage { get; }

    /// <summary>The first number, counted from the storage's.</summary>
    public long Offset { get; }

    /// <summary>How many numbers it has.</summary>
    public int Elements { get; }

    /// <summary>How many numbers of the storage lie between its first and its last, with both.</summary>
    public long Span { get; }

    /// <summary>The extents.</summary>
    public int[] Shape { get; }

    /// <summary>How many numbers lie between neighbours along each axis.</summary>
    public long[] Strides { get; }

    /// <summary>Whether its numbers lie in row-major order without gaps.</summary>
    public bool IsDense
    {
        get
        {
            long expected = 1;
            for (int axis = Shape.Length - 1; axis >= 0; axis--)
            {
                if (Shape[axis] != 1 && Strides[axis] != expected) return false;
                expected *= Shape[axis];
            }
            return true;
        }
    }
}
