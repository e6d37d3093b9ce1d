using System.Diagnostics;

namespace Mezzotint.Tensors.Cpu;

/// <summary>What this machine does at best, measured in half a second: the yardstick by which a plan's time is predicted before it runs.</summary>
/// <param name="Flops">Floating-point operations a second of fused multiply-adds in registers, all threads together.</param>
/// <param name="CopyBytes">Bytes a second that a copy too large for the caches reads and writes, all threads together.</param>
public sealed record MachineRates(double Flops, double CopyBytes)
{
    // What the kernels reach of the best (docs/kernels.md): direct convolutions and products some 80 %; Winograd's F(4x4) does as much work in 45 %
    // of the time, F(2x2) in some 65 %.
    private const double ReachedShare = 0.8, LargeWinogradShare = 0.45, SmallWinogradShare = 0.65;
    private const double SecondsAKernel = 4e-6;
    private const int CopiedBytes = 32 << 20;

    /// <summary>Measures this machine as it is just now, with everything else that runs on it.</summary>
    /// <param name="threads">How many threads compute; 0 for one a processor.</param>
    /// <param name="seconds">How long each of the two measurements takes.</param>
    public static MachineRates Measure(int threads = 0, double seconds = 0.2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (threads == 0) threads = Environment.ProcessorCount;
        return new MachineRates(
            OnAll(threads, () => Peak.Gigaflops(CpuDevice.WidestVectors, seconds) * 1e9),
            OnAll(threads, () => Copied(seconds)));
    }

    /// <summary>Seconds that a run of a plan takes, about: each kernel as long as its operations or its traffic, whichever is longer.</summary>
    public double Seconds(Plan plan) => plan.Kernels.Sum(kernel =>
    {
        double work = kernel.Operations * kernel.Algorithm switch
        {
            "Winograd F(4x4, 3x3)" => LargeWinogradShare,
            "Winograd F(2x2, 3x3)" => SmallWinogradShare,
            _ => 1,
        };
        return SecondsAKernel + Math.Max(work / (Flops * ReachedShare), kernel.Bytes / CopyBytes);
    });

    private static double OnAll(int threads, Func<double> rate)
    {
        var rates = new double[threads];
        Thread[] crew = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => rates[i] = rate()))];
        foreach (Thread thread in crew) thread.Start();
        foreach (Thread thread in crew) thread.Join();
        return rates.Sum();
    }

    private static double Copied(double seconds)
    {
        byte[] source = new byte[CopiedBytes], target = new byte[CopiedBytes];
        // Untouched pages all stand for one page of zeros, which would be copied from cache.
        Array.Fill(source, (byte)1);
        Array.Fill(target, (byte)1);
        long start = Stopwatch.GetTimestamp(), copies = 0;
        double elapsed;
        do
        {
            Buffer.BlockCopy(source, 0, target, 0, CopiedBytes);
            copies++;
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (elapsed < seconds);
        return 2.0 * CopiedBytes * copies / elapsed;
    }
}
