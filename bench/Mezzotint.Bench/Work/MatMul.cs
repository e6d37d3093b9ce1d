using Mezzotint.Tensors;

namespace Mezzotint.Bench.Work;

/// <summary>The product of two dense, row-major matrices, both new in every run.</summary>
internal sealed class MatMul(int rows, int columns, int depth) : KernelWorkload
{
    private readonly Dictionary<string, object> _sizes = new() { ["rows"] = rows, ["columns"] = columns, ["depth"] = depth };

    public override string Section => "Matrix product";

    public override string Title => $"{rows} × {depth} by {depth} × {columns}";

    public override double Operations => 2.0 * rows * columns * depth;

    public override Aim Aim => new(1, 0.8);

    public override PeerWork PyTorch => new("matmul", _sizes);

    public override PeerWork OnnxRuntime(string folder) => new("matmul", _sizes);

    protected override Tensor Write()
    {
        Tensor a = new Feed("a", [rows, depth]), b = new Feed("b", [depth, columns]);
        return a.MatMul(b);
    }
}
