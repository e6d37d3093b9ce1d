using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Bench.Work;

/// <summary>The product of two dense, row-major matrices.</summary>
internal sealed class MatMul(int rows, int columns, int depth) : KernelWorkload
{
    public override string Section => "Matrix product";

    public override string Title => $"{rows} × {depth} by {depth} × {columns}";

    public override double Operations => 2.0 * rows * columns * depth;

    public override string PeerWork => "matmul";

    public override IReadOnlyDictionary<string, object> PeerSizes =>
        new Dictionary<string, object> { ["rows"] = rows, ["columns"] = columns, ["depth"] = depth };

    protected override (Kernel Kernel, long[] Operands) Make()
    {
        var geometry = new MatMulGeometry(
            1, rows, columns, depth, ABatchStride: 0, ARowStride: depth, ADepthStride: 1, BBatchStride: 0, BDepthStride: columns, BColumnStride: 1);
        return (new MatMulKernel(geometry, Width), [(long)rows * depth, (long)depth * columns, (long)rows * columns]);
    }
}
