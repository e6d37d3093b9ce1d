namespace Mezzotint.Tensors.Ops;

/// <summary>The product of matrices [M, K] · [K, N], or of equally many of them, [B, M, K] · [B, K, N].</summary>
internal sealed record MatMul : Op
{
    public override string Name => "matmul";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        RequireFloat(this, inputs);
        Shape a = inputs[0].Shape, b = inputs[1].Shape;
        Require(a.Rank is 2 or 3 && a.Rank == b.Rank, this, inputs, "both must be of rank 2, or both of rank 3.");
        Require(a[^1] == b[^2], this, inputs, $"the left has {a[^1]} columns and the right {b[^2]} rows.");
        Require(a.Rank == 2 || a[0] == b[0], this, inputs, $"the left has {a[0]} matrices and the right {b[0]}.");
        return a.With(a.Rank - 1, b[^1]);
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor a = output.Inputs[0], b = output.Inputs[1];
        if (adjoints.Wants(a)) adjoints.Add(a, adjoint.MatMul(b.Transpose()));
        if (adjoints.Wants(b)) adjoints.Add(b, a.Transpose().MatMul(adjoint));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 2 * output.Count * inputs[0][^1];

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs) =>
        input == 0
            ? output.With(output.Rank - 1, 0, inputs[0][^1], inputs[0][^1])
            : output.With(output.Rank - 2, 0, inputs[1][^2], inputs[1][^2]);
}
