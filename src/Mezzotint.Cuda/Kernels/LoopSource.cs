using System.Globalization;
using System.Text;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda.Kernels;

/// <summary>
/// Loop nests without sums: a thread for every point, or for every four along an axis on which all operands are consecutive.
/// </summary>
internal static class LoopSource
{
    // Below so many points there are too few threads as it is.
    private const long ManyPoints = 1 << 16;

    /// <summary>The calls that run a nest.</summary>
    /// <param name="nest">The nest.</param>
    /// <param name="operands">For each of its operands, where it is.</param>
    /// <param name="offsets">For each of its operands, how many elements into aligned memory it begins; null where that is not
    /// known.</param>
    /// <param name="committing">Whether it must do nothing where the run's updates are not to happen.</param>
    /// <param name="workspace">How many bytes of the workspace are taken already; raised by what the nest needs.</param>
    public static IEnumerable<Call> Calls(
        LoopNest nest, (Place Place, long Index)[] operands, long?[] offsets, bool committing, ref long workspace)
    {
        List<LoopAxis> axes = LoopAxis.Of(nest);
        if (axes.Exists(axis => axis.IsReduced)) return ReductionSource.Calls(nest, axes, operands, committing, ref workspace);
        return [Elementwise(nest, axes, operands, offsets, committing)];
    }

    private static KernelCall Elementwise(
        LoopNest nest, List<LoopAxis> axes, (Place Place, long Index)[] operands, long?[] offsets, bool committing)
    {
        // A sum over nothing is a plain write.
        LoopOperand[] written = [.. nest.Operands.Select(o => o.Access == Access.Read ? o : o with { Access = Access.Write })];
        if (axes.Count > 0)
        {
            LoopAxis inner = axes[LoopAxis.ChooseColumns(axes, written, reduces: false)];
            axes.Remove(inner);
            axes = [.. axes.OrderByDescending(axis => LoopAxis.Steps(axis, written)), inner];
        }

        long points = LoopAxis.Points(axes);
        int lanes = TakesFour(axes, written, offsets, points) ? 4 : 1;
        long[] extents = [.. axes.Select(axis => axis.Extent)];
        if (lanes == 4) extents[^1] /= 4;
        long count = points / lanes;
        string type = Indexing.TypeFor(Math.Max(points, Largest(nest)));

        var code = new StringBuilder();
        code.Append(CultureInfo.InvariantCulture, $"extern \"C\" __global__ void {KernelSource.Self}({Parameters(written, committing)})\n{{\n");
        if (committing) code.Append(RunStatus.Gate);
        code.Append(CultureInfo.InvariantCulture, $"    const {type} t = ({type})blockIdx.x * {Prelude.Threads} + threadIdx.x;\n    if (t >= {count}) return;\n");
        if (extents.Length > 0) Indexing.Coordinates(code, "t", type, "i", extents);
        for (int i = 0; i < written.Length; i++)
        {
            int operand = i;
            string offset = Indexing.Offset("i", extents, axis => axes[axis].Strides[operand] * (axis == extents.Length - 1 ? lanes : 1));
            string pointed = written[i].Access == Access.Read ? "const float*" : "float*";
            code.Append(CultureInfo.InvariantCulture, $"    {pointed} const q{i} = a{i} + ({offset});\n");
        }

        if (lanes == 1) BodyWriter.Write(code, nest.Body, "", i => $"*q{i}", (i, value) => $"*q{i} = {value};");
        else WriteFour(code, nest.Body, written, axes[^1]);
        code.Append("}\n");

        Argument[] arguments = [.. written.Select((o, i) => ArgumentOf(operands[i], nest.Extents, o))];
        if (committing) arguments = [.. arguments, RunStatus.Read];
        return new KernelCall(KernelSource.Of("loop", code.ToString()), (count + Prelude.Threads - 1) / Prelude.Threads, 1, 1, arguments);
    }

    /// <summary>The parameters of a kernel over operands.</summary>
    public static string Parameters(LoopOperand[] operands, bool committing) =>
        string.Join(", ", operands.Select((o, i) => $"{(o.Access == Access.Read ? "const float*" : "float*")} a{i}"))
        + (committing ? ", const int* status" : "");

    /// <summary>The argument for an operand of a nest.</summary>
    public static Argument ArgumentOf((Place Place, long Index) place, int[] extents, LoopOperand operand) =>
        Argument.At(place.Place, place.Index, extents, operand.Strides, operand.Access == Access.Read ? Use.Read : Use.Write);

    /// <summary>The farthest that any operand of a nest reaches.</summary>
    public static long Largest(LoopNest nest) => nest.Operands.Max(o =>
    {
        (long first, long end) = Indexing.Reach(nest.Extents, o.Strides);
        return Math.Max(end, -first);
    });

    private static bool TakesFour(List<LoopAxis> axes, LoopOperand[] operands, long?[] offsets, long points)
    {
        if (points < ManyPoints || axes[^1].Extent % 4 != 0) return false;
        for (int i = 0; i < operands.Length; i++)
        {
            if (axes[^1].Strides[i] == 0) continue;
            if (axes[^1].Strides[i] != 1 || offsets[i] is not { } offset || offset % 4 != 0) return false;
            for (int axis = 0; axis < axes.Count - 1; axis++)
                if (axes[axis].Strides[i] % 4 != 0) return false;
        }

        return true;
    }

    private static void WriteFour(StringBuilder code, LoopBody body, LoopOperand[] operands, LoopAxis inner)
    {
        const string Lanes = "xyzw";
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Access != Access.Read) code.Append(CultureInfo.InvariantCulture, $"    float4 w{i};\n");
            else if (inner.Strides[i] == 1) code.Append(CultureInfo.InvariantCulture, $"    const float4 r{i} = *(const float4*)q{i};\n");
            else code.Append(CultureInfo.InvariantCulture, $"    const float r{i} = *q{i};\n");
        }

        foreach (char lane in Lanes)
        {
            BodyWriter.Write(
                code, body, $"{lane}", i => inner.Strides[i] == 1 ? $"r{i}.{lane}" : $"r{i}", (i, value) => $"w{i}.{lane} = {value};");
        }

        for (int i = 0; i < operands.Length; i++)
            if (operands[i].Access != Access.Read) code.Append(CultureInfo.InvariantCulture, $"    *(float4*)q{i} = w{i};\n");
    }
}
