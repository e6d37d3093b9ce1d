using System.Text.Json.Nodes;

namespace Mezzotint.Bench;

/// <summary>One piece of work that Mezzotint and others do.</summary>
internal abstract class Workload : IDisposable
{
    /// <summary>The heading of the table that the workload belongs to.</summary>
    public abstract string Section { get; }

    /// <summary>What is done, with its sizes, as a row of the table.</summary>
    public abstract string Title { get; }

    /// <summary>Section and title, which together are unique.</summary>
    public string Name => $"{Section}, {Title}";

    /// <summary>Floating-point operations of one run, a multiply-add counting as two; 0 where the work is not arithmetic.</summary>
    public abstract double Operations { get; }

    /// <summary>The most threads the work knows to use.</summary>
    public virtual int MaxThreads => int.MaxValue;

    /// <summary>Whether the peak memory of a process that does nothing else is worth a column.</summary>
    public virtual bool MeasuresMemory => false;

    /// <summary>How long we want to take at the most, as a part of each peer's time.</summary>
    public virtual Aim Aim => default;

    /// <summary>A function of peer_torch.py with its arguments; null where the work is not PyTorch's.</summary>
    public virtual PeerWork? PyTorch => null;

    /// <summary>Work that is done in this process for comparison.</summary>
    public virtual (string Name, Action Run)? Yardstick => null;

    /// <summary>What peer_onnx.mjs is to do, its model written into a folder; null where the work is not ONNX Runtime's.</summary>
    public virtual PeerWork? OnnxRuntime(string folder) => null;

    /// <summary>Makes everything that repeated runs share. Called again for another number of threads.</summary>
    public abstract void Prepare(int threads);

    /// <summary>The bytes of our arena once the work has run; null where there is none.</summary>
    public virtual long? ArenaBytes => null;

    /// <summary>Compares what a peer says of its own work with ours, which is prepared.</summary>
    /// <exception cref="InvalidOperationException">The two are not the same work.</exception>
    public virtual void CompareWith(string peer, JsonObject facts)
    {
    }

    /// <summary>Does the work once.</summary>
    public abstract void Run();

    /// <inheritdoc />
    public virtual void Dispose()
    {
    }
}
