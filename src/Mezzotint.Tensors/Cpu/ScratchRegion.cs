namespace Mezzotint.Tensors.Cpu;

/// <summary>How bytes of scratch are shared out.</summary>
internal static class ScratchRegion
{
    /// <summary>Rounds up to whole cache lines.</summary>
    public static long Align(long bytes) => (bytes + 63) & ~63L;
}
