using System.Collections.Concurrent;
using Mezzotint.Cuda.Driver;

namespace Mezzotint.Cuda;

/// <summary>
/// What is to be given back to the GPU. Finalizers put it here, since they run on a thread of their own; the device gives it back when it
/// is asked for something next.
/// </summary>
internal sealed class Leavings
{
    private readonly ConcurrentQueue<Action<IDriver>> _actions = new();

    public bool IsEmpty => _actions.IsEmpty;

    public void Add(Action<IDriver> giveBack) => _actions.Enqueue(giveBack);

    public void GiveBack(IDriver driver)
    {
        while (_actions.TryDequeue(out Action<IDriver>? giveBack)) giveBack(driver);
    }
}

/// <summary>Memory of the GPU, given back when nothing refers to it any more.</summary>
internal sealed class DeviceMemory(ulong address, long bytes, Leavings leavings)
{
    /// <summary>Where it is.</summary>
    public ulong Address => address;

    /// <summary>How much it is.</summary>
    public long Bytes => bytes;

    ~DeviceMemory() => leavings.Add(driver => driver.Free(address));
}

/// <summary>Memory of this process that the GPU copies from and to, given back when nothing refers to it any more.</summary>
internal sealed unsafe class StagingMemory(nint address, long bytes, Leavings leavings)
{
    /// <summary>Where it is.</summary>
    public nint Address => address;

    /// <summary>Part of it as numbers.</summary>
    public Span<T> Span<T>(long offset, long count)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + count * sizeof(T), bytes);
        return new Span<T>((byte*)address + offset, checked((int)count));
    }

    ~StagingMemory() => leavings.Add(driver => driver.FreeStaging(address));
}

/// <summary>A variable's value on the GPU.</summary>
internal sealed class VariableCopy(DeviceMemory memory)
{
    public DeviceMemory Memory => memory;

    /// <summary>Which of the variable's versions it is; -1 for none.</summary>
    public long Version { get; set; } = -1;
}

/// <summary>Kernels loaded together, given back when nothing refers to them any more.</summary>
internal sealed class KernelModule(nint module, Leavings leavings)
{
    ~KernelModule() => leavings.Add(driver => driver.Unload(module));
}

/// <summary>A kernel ready to be launched.</summary>
internal sealed record LoadedKernel(nint Function, KernelModule Module);
