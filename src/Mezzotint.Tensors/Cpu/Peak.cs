using System.Diagnostics;

namespace Mezzotint.Tensors.Cpu;

/// <summary>What the machine's fused multiply-add units can do at best: the yardstick beside which kernels are measured.</summary>
internal static unsafe class Peak
{
    /// <summary>Billions of float operations a second of the calling thread, from registers and first-level cache alone; best of several runs.</summary>
    public static double Gigaflops(VectorWidth width, double seconds = 0.1)
    {
        int vectors = width == VectorWidth.Bits512 ? 4 : 3;
        var spec = new TileSpec(width, TileLeft.Broadcast, 1, width == VectorWidth.Bits512 ? 6 : 4, vectors, 0, 4, 0, 0);
        TileFunction tile = TileCache.Shared.Get(spec);
        const int steps = 20_000;
        float* data = stackalloc float[256];
        new Span<float>(data, 256).Clear();
        float* result = stackalloc float[28 * 16];
        var call = new TileCall { A = data, B = data, C = result, Outer = 1, Inner = 1, Steps = steps, CRow = vectors * (int)width * sizeof(float) };
        double best = 0;
        long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        do
        {
            long start = Stopwatch.GetTimestamp();
            tile(&call);
            double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Max(best, 2.0 * steps * spec.Rows * vectors * (int)width / elapsed / 1e9);
        }
        while (Stopwatch.GetTimestamp() < end);
        return best;
    }
}
