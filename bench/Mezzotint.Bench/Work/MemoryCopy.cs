namespace Mezzotint.Bench.Work;

/// <summary>A copy of one block of memory to another on one thread: what the machine moves at best.</summary>
internal sealed class MemoryCopy(int bytes) : Workload
{
    private byte[] _source = [];
    private byte[] _target = [];

    public override string Section => "Memory";

    public override string Title => $"copy of {bytes >> 20} MiB";

    public override double Operations => 0;

    public override int MaxThreads => 1;

    public override PeerWork PyTorch => new("memory_copy", new Dictionary<string, object> { ["bytes"] = bytes });

    public override void Prepare(int threads)
    {
        _source = new byte[bytes];
        _target = new byte[bytes];
        // Untouched pages all stand for one page of zeros, which would be copied from cache.
        Array.Fill(_source, (byte)1);
    }

    public override void Run() => Buffer.BlockCopy(_source, 0, _target, 0, bytes);
}
