namespace Mezzotint.Tensors.Planning;

/// <summary>A stretch of the arena that something occupies from one launch to another, both included.</summary>
internal sealed class Allocation(long bytes, int first, int last)
{
    private const long Alignment = 64;

    /// <summary>The size, rounded up to the alignment.</summary>
    public long Bytes { get; private set; } = Align(bytes);

    public int First { get; private set; } = first;

    public int Last { get; private set; } = last;

    /// <summary>The place, once it is known.</summary>
    public long Offset { get; set; }

    /// <summary>A size rounded up to the alignment.</summary>
    public static long Align(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Takes over the span and size of another that lives in the same place.</summary>
    public void Absorb(Allocation other)
    {
        Bytes = Math.Max(Bytes, other.Bytes);
        First = Math.Min(First, other.First);
        Last = Math.Max(Last, other.Last);
    }
}

/// <summary>
/// Places allocations in one arena so that none overlaps another that lives at the same time: the largest first, each as low as it fits.
/// </summary>
internal static class Arena
{
    /// <returns>The size of the arena in bytes.</returns>
    public static long Place(IReadOnlyCollection<Allocation> allocations)
    {
        var placed = new List<Allocation>();
        long size = 0;
        foreach (Allocation allocation in allocations.OrderByDescending(a => a.Bytes).ThenBy(a => a.First))
        {
            long offset = 0;
            foreach (Allocation other in placed)
            {
                if (other.Last < allocation.First || other.First > allocation.Last) continue;
                if (other.Offset - offset >= allocation.Bytes) break;
                offset = Math.Max(offset, other.Offset + other.Bytes);
            }

            allocation.Offset = offset;
            size = Math.Max(size, offset + allocation.Bytes);
            int index = placed.BinarySearch(allocation, Comparer<Allocation>.Create((a, b) => a.Offset.CompareTo(b.Offset)));
            placed.Insert(index < 0 ? ~index : index, allocation);
        }

        return size;
    }
}
