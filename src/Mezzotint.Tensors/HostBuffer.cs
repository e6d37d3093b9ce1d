namespace Mezzotint.Tensors;

/// <summary>Floats at a fixed, 64-byte-aligned address, freed by the garbage collector like any object.</summary>
internal sealed unsafe class HostBuffer
{
    private const int Alignment = 64;
    private readonly float[] _array;
    private readonly int _first;

    public HostBuffer(long count)
    {
        Count = checked((int)count);
        _array = GC.AllocateArray<float>(Count + Alignment / sizeof(float), pinned: true);
        fixed (float* start = _array)
        {
            _first = (int)((Alignment - ((nint)start & (Alignment - 1))) & (Alignment - 1)) / sizeof(float);
            Address = start + _first;
        }
    }

    public int Count { get; }

    /// <summary>Valid while this object is reachable.</summary>
    public float* Address { get; }

    public Span<float> Span => _array.AsSpan(_first, Count);
}
