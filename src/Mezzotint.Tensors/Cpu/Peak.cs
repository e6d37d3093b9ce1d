using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mezzotint.Tensors.Cpu;

/// <summary>What the machine's fused multiply-add units can do at best: the yardstick beside which kernels are measured.</summary>
internal static unsafe class Peak
{
    /// <summary>
    /// Billions of float operations a second of the calling thread, from registers and first-level cache alone; best of several runs.
    /// </summary>
    public static double Gigaflops(VectorWidth width, double seconds = 0.1)
    {
        const int trips = 500, steps = 32;
        (int rows, int vectors) = width == VectorWidth.Bits512 ? (6, 4) : (4, 3);
        int bytes = vectors * (int)width * sizeof(float);
        TileFunction tile = TileCache.Shared.Get(
            new TileSpec(width, TileLeft.Broadcast, 1, rows, vectors, 0, steps * sizeof(float), sizeof(float), bytes));
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)((steps + rows) * bytes + rows * steps * sizeof(float)), 64);
        new Span<byte>(memory, (steps + rows) * bytes + rows * steps * sizeof(float)).Clear();
        var call = new TileCall
        {
            A = (float*)(memory + (steps + rows) * bytes),
            B = (float*)memory,
            C = (float*)(memory + steps * bytes),
            Outer = trips,
            Inner = 1,
            Steps = steps,
            BOuter = -steps * bytes,
            CRow = bytes,
        };
        double best = 0;
        long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        do
        {
            long start = Stopwatch.GetTimestamp();
            tile(&call);
            double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Max(best, 2.0 * trips * steps * rows * vectors * (int)width / elapsed / 1e9);
        }
        while (Stopwatch.GetTimestamp() < end);
        NativeMemory.AlignedFree(memory);
        return best;
    }
}
