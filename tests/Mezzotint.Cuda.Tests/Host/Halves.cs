namespace Mezzotint.Cuda.Tests.Host;

/// <summary>
/// bfloat16 by its definition: the upper half of a number in single precision, after it is rounded to the nearest, of two to the even one.
/// </summary>
internal static class Halves
{
    /// <summary>The bits of the nearest.</summary>
    public static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value), low = bits & 0xffff, high = bits >> 16;
        if (float.IsNaN(value)) return (ushort)(high | 0x40);
        return (ushort)(low > 0x8000 || (low == 0x8000 && (high & 1) == 1) ? high + 1 : high);
    }

    /// <summary>The number that bits are.</summary>
    public static float Widen(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
