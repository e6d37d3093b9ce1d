using System.Globalization;
using System.Text;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda.Kernels;

/// <summary>Products of strided matrices.</summary>
internal static class MatMulSource
{
    /// <summary>What the kernel is called in a plan's summary.</summary>
    public const string Algorithm = "tiled GEMM";

    /// <summary>The product with the launch's epilogue.</summary>
    public static IEnumerable<Call> Calls(HeavyLaunch launch, MatMulGeometry g)
    {
        var epilogue = new Epilogue(launch);
        Argument left = Argument.Of(0, launch.Inputs[0].Shape.Span, launch.Inputs[0].Strides, Use.Read);
        Argument right = Argument.Of(1, launch.Inputs[1].Shape.Span, launch.Inputs[1].Strides, Use.Read);
        long reach = Math.Max(Math.Max(left.End, -left.First), Math.Max(right.End, -right.First)) / sizeof(float);
        string type = Indexing.TypeFor(Math.Max(reach, launch.Output.Count));
        if (epilogue.Type != "int") type = epilogue.Type;
        var result = new StringBuilder();
        result.Append("    const ").Append(type).Append(launch.Output.Rank == 3 ? " o0 = z, o1 = row, o2 = column;\n" : " o0 = row, o1 = column;\n");
        epilogue.Write(result);
        return
        [
            new ProductSource
            {
                Stem = "matmul",
                Size = (g.Rows, g.Columns, g.Depth),
                Count = g.Batch,
                Type = type,
                Left = Element("left", ("z", g.ABatchStride), ("row", g.ARowStride), ("k", g.ADepthStride)),
                LeftAlongDepth = Math.Abs(g.ARowStride) != 1,
                Right = Element("right", ("z", g.BBatchStride), ("k", g.BDepthStride), ("column", g.BColumnStride)),
                RightAlongDepth = Math.Abs(g.BColumnStride) != 1,
                Result = result.ToString(),
                Parameters = epilogue.Parameters,
                Names = epilogue.Names,
            }.Call([left, right, .. epilogue.Arguments]),
        ];

        string Element(string operand, params (string Index, long Stride)[] steps) => string.Create(CultureInfo.InvariantCulture,
            $"    return {operand}[{string.Join(" + ", steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"({type}){step.Index} * ({step.Stride})")))}];\n");
    }
}
