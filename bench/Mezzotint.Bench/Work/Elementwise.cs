using Mezzotint.Tensors;

namespace Mezzotint.Bench.Work;

/// <summary>A fused loop that reads each element once and writes it once, beside a copy of the same memory.</summary>
internal sealed class Elementwise(int elements) : KernelWorkload
{
    private float[] _source = [];
    private float[] _target = [];

    public override string Section => "Elementwise loops";

    public override string Title => $"max(a·x + b, 0) of {elements >> 10} Ki elements";

    public override double Operations => 0;

    public override int MaxThreads => 1;

    public override (string Name, Action Run)? Yardstick =>
        ("a copy", () => Buffer.BlockCopy(_source, 0, _target, 0, _source.Length * sizeof(float)));

    public override void Prepare(int threads)
    {
        base.Prepare(threads);
        _source = new float[elements];
        _target = new float[elements];
        // Untouched pages all stand for one page of zeros, which would be copied from cache.
        Array.Fill(_source, 1);
        Array.Fill(_target, 1);
    }

    protected override Tensor Write()
    {
        Tensor x = new Feed("x", [elements]);
        return (1.5f * x + 0.25f).Relu();
    }
}
