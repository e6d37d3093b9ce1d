using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Threads that run kernels. Tasks are taken one by one from a counter; the calling thread takes part. A waiting thread spins for a moment,
/// then sleeps. One kernel runs at a time: callers on several threads take turns.
/// </summary>
internal sealed unsafe class ThreadTeam : IDisposable
{
    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000;

    private readonly Lock turn = new();
    private readonly Thread[] threads;
    private readonly SemaphoreSlim wake = new(0);
    private readonly Scratch[] scratch;

    // The current phase. A thread may read these only after it has taken one of its tasks, since until that task is done they stay.
    private Kernel? kernel;
    private KernelArguments arguments;
    private int phase, count;

    private Counters counters;
    private Exception? failure;
    private bool disposed;

    /// <summary>Starts a team.</summary>
    /// <param name="size">Threads including the caller's, at least 1.</param>
    public ThreadTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        scratch = new Scratch[size];
        threads = new Thread[size - 1];
        for (int i = 0; i < threads.Length; i++)
        {
            int index = i + 1;
            threads[i] = new Thread(() => Work(index)) { IsBackground = true, Name = $"Mezzotint {index}" };
            threads[i].Start();
        }
    }

    /// <summary>Threads, the caller's included.</summary>
    public int Size => scratch.Length;

    /// <summary>Whether scratch is filled with NaN before each kernel, to find reads of what it has not written.</summary>
    public bool Poison { get; init; }

    /// <summary>Bytes of the threads' scratch in all.</summary>
    public long ScratchBytes => scratch.Sum(own => own.Bytes);

    /// <summary>Runs all phases of a kernel from <paramref name="firstPhase"/> on, and returns when all is done.</summary>
    /// <exception cref="Exception">Whatever a task threw; the tasks that had not begun are then left out.</exception>
    public void Run(Kernel kernel, in KernelArguments arguments, int firstPhase = 0)
    {
        lock (turn)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            // All at once, so that what a kernel takes does not depend on which threads came to its tasks.
            foreach (ref Scratch own in scratch.AsSpan())
            {
                byte* memory = own.AtLeast(kernel.ScratchBytes);
                if (Poison) new Span<float>(memory, (int)(kernel.ScratchBytes / sizeof(float))).Fill(float.NaN);
            }

            for (int phase = firstPhase; phase < kernel.Phases; phase++)
            {
                int count = kernel.TaskCount(phase);
                if (count <= 1 || threads.Length == 0)
                {
                    byte* own = scratch[0].AtLeast(kernel.ScratchBytes);
                    for (int task = 0; task < count; task++) kernel.Run(phase, task, arguments, own);
                }
                else
                {
                    Share(kernel, phase, count, arguments);
                }
            }
        }
    }

    /// <summary>Ends the threads and frees their scratch.</summary>
    public void Dispose()
    {
        lock (turn)
        {
            if (disposed) return;
            Volatile.Write(ref disposed, true);
            wake.Release(threads.Length + 1);
            foreach (Thread thread in threads) thread.Join();
            foreach (ref Scratch own in scratch.AsSpan()) own.Free();
            wake.Dispose();
        }
    }

    private void Share(Kernel kernel, int phase, int count, in KernelArguments arguments)
    {
        this.kernel = kernel;
        this.phase = phase;
        this.count = count;
        this.arguments = arguments;
        failure = null;
        counters.Unfinished = count;
        Volatile.Write(ref counters.Untaken, count);
        Interlocked.MemoryBarrier();
        int asleep = Math.Min(Volatile.Read(ref counters.Asleep), count - 1);
        if (asleep > 0) wake.Release(asleep);

        while (TryRunTask(0))
        {
        }
        var spin = new SpinWait();
        while (Volatile.Read(ref counters.Unfinished) > 0) spin.SpinOnce(sleep1Threshold: -1);
        this.kernel = null;
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    private bool TryRunTask(int thread)
    {
        int untaken = Volatile.Read(ref counters.Untaken);
        while (untaken > 0)
        {
            int before = Interlocked.CompareExchange(ref counters.Untaken, untaken - 1, untaken);
            if (before == untaken)
            {
                try
                {
                    if (Volatile.Read(ref failure) is null)
                        kernel!.Run(phase, count - untaken, arguments, scratch[thread].AtLeast(kernel.ScratchBytes));
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref failure, exception, null);
                }
                Interlocked.Decrement(ref counters.Unfinished);
                return true;
            }
            untaken = before;
        }
        return false;
    }

    private void Work(int index)
    {
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            while (Volatile.Read(ref counters.Untaken) <= 0 && Stopwatch.GetTimestamp() - start < SpinTicks) Thread.SpinWait(8);
            if (TryRunTask(index)) continue;
            if (Volatile.Read(ref disposed)) return;
            Interlocked.Increment(ref counters.Asleep);
            if (Volatile.Read(ref counters.Untaken) <= 0 && !Volatile.Read(ref disposed)) wake.Wait();
            Interlocked.Decrement(ref counters.Asleep);
        }
    }

    /// <summary>What all threads write, each on a cache line of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 320)]
    private struct Counters
    {
        [FieldOffset(64)]
        public int Untaken;

        [FieldOffset(128)]
        public int Unfinished;

        [FieldOffset(192)]
        public int Asleep;
    }

    private struct Scratch
    {
        private byte* memory;
        private long bytes;

        public readonly long Bytes => bytes;

        public byte* AtLeast(long wanted)
        {
            if (wanted <= bytes) return memory;
            Free();
            memory = (byte*)NativeMemory.AlignedAlloc((nuint)wanted, 64);
            bytes = wanted;
            return memory;
        }

        public void Free()
        {
            NativeMemory.AlignedFree(memory);
            memory = null;
            bytes = 0;
        }
    }
}
