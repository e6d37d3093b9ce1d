using System.Globalization;
using System.Text;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda.Kernels;

/// <summary>
/// Loop nests with sums or maxima. The reduced points of each kept point are cut into chunks, and a chunk among the threads of a block, by
/// the number of reduced points alone: so a sum is the same bits whatever is summed beside it. Runs of 32 terms are added in single
/// precision, those sums in double; a second kernel adds up the chunks.
/// </summary>
internal static class ReductionSource
{
    private const int ShortSum = 16;
    private const int MostChunks = 512;
    private const long ChunkAlong = 512, ChunkAcross = 4096;

    /// <summary>The calls that run a nest whose axes are given joined.</summary>
    public static IEnumerable<Call> Calls(
        LoopNest nest, List<LoopAxis> axes, (Place Place, long Index)[] operands, bool committing, ref long workspace)
    {
        int[] reduced = [.. Enumerable.Range(0, nest.Operands.Length).Where(i => nest.Operands[i].Access is Access.Sum or Access.Maximum)];
        LoopAxis inner = axes[LoopAxis.ChooseColumns(axes, nest.Operands, reduces: true)];
        LoopAxis[] outer = [.. axes.Where(axis => axis != inner).OrderByDescending(axis => LoopAxis.Steps(axis, nest.Operands))];
        LoopAxis[] kept = [.. outer.Where(axis => !axis.IsReduced)], terms = [.. outer.Where(axis => axis.IsReduced)];
        if (inner.IsReduced) terms = [.. terms, inner];
        else kept = [.. kept, inner];

        long points = LoopAxis.Points(kept), count = LoopAxis.Points(terms);
        Lanes lanes = Lanes.For(count, across: inner.IsReduced);
        long chunk = inner.IsReduced ? ChunkAcross : ChunkAlong;
        if (count > chunk * MostChunks) chunk = ((count + MostChunks - 1) / MostChunks + lanes.Count - 1) / lanes.Count * lanes.Count;
        int chunks = count <= chunk ? 1 : (int)((count + chunk - 1) / chunk);

        long sums = workspace;
        if (chunks > 1) workspace += Allocation.Align(reduced.Length * chunks * points * sizeof(float));
        var calls = new List<Call>
        {
            Chunked(nest, kept, terms, operands, reduced, lanes, chunk, chunks, sums, committing),
        };
        if (chunks > 1)
            for (int sum = 0; sum < reduced.Length; sum++)
                calls.Add(Combined(nest, kept, operands[reduced[sum]], reduced[sum], chunks, sums + sum * chunks * points * sizeof(float), committing));
        return calls;
    }

    private static KernelCall Chunked(
        LoopNest nest, LoopAxis[] kept, LoopAxis[] terms, (Place Place, long Index)[] operands, int[] reduced, Lanes lanes, long chunk, int chunks,
        long sums, bool committing)
    {
        long points = LoopAxis.Points(kept), count = LoopAxis.Points(terms);
        long[] keptExtents = [.. kept.Select(axis => axis.Extent)], termExtents = [.. terms.Select(axis => axis.Extent)];
        string type = Indexing.TypeFor(Math.Max(Math.Max(points, count), LoopSource.Largest(nest)));
        bool chunked = chunks > 1;

        var code = new StringBuilder();
        string extra = (chunked ? ", float* sums" : "") + (committing ? ", const int* status" : "");
        code.Append(CultureInfo.InvariantCulture, $"extern \"C\" __global__ void {KernelSource.Self}({LoopSource.Parameters(nest.Operands, false)}{extra})\n{{\n");
        if (committing) code.Append(RunStatus.Gate);
        lanes.Begin(code, type, points);
        if (keptExtents.Length > 0) Indexing.Coordinates(code, "k < " + points.ToString(CultureInfo.InvariantCulture) + " ? k : 0", type, "i", keptExtents);
        for (int i = 0; i < nest.Operands.Length; i++)
        {
            int operand = i;
            string pointed = nest.Operands[i].Access == Access.Read ? "const float*" : "float*";
            code.Append(CultureInfo.InvariantCulture, $"    {pointed} const b{i} = a{i} + ({Indexing.Offset("i", keptExtents, axis => kept[axis].Strides[operand])});\n");
        }

        foreach (int i in reduced) Lanes.Declare(code, i, nest.Operands[i].Access);
        string first = chunked ? $"({type})blockIdx.y * {chunk}" : "0";
        code.Append(CultureInfo.InvariantCulture, $"    const {type} first = {first};\n");
        code.Append(CultureInfo.InvariantCulture, $"    const {type} end = k < {points} ? (first + {chunk} < {count} ? first + {chunk} : {count}) : first;\n");
        code.Append(CultureInfo.InvariantCulture, $"    int added = 0;\n    for ({type} t = first + lane; t < end; t += {lanes.Count})\n    {{\n");
        Indexing.Coordinates(code, "t", type, "j", termExtents);
        for (int i = 0; i < nest.Operands.Length; i++)
        {
            if (reduced.Contains(i)) continue;
            int operand = i;
            string pointed = nest.Operands[i].Access == Access.Read ? "const float*" : "float*";
            code.Append(CultureInfo.InvariantCulture, $"    {pointed} const q{i} = b{i} + ({Indexing.Offset("j", termExtents, axis => terms[axis].Strides[operand])});\n");
        }

        BodyWriter.Write(code, nest.Body, "", i => $"*q{i}", (i, value) => reduced.Contains(i)
            ? Lanes.Gather(i, nest.Operands[i].Access, value)
            : $"*q{i} = {value};");
        code.Append("    if (++added == 32)\n    {\n        added = 0;\n");
        foreach (int i in reduced) code.Append(Lanes.Carry(i, nest.Operands[i].Access));
        code.Append("    }\n    }\n");
        for (int sum = 0; sum < reduced.Length; sum++)
        {
            int i = reduced[sum];
            string target = chunked
                ? string.Create(CultureInfo.InvariantCulture, $"sums[((long long){sum} * {chunks} + blockIdx.y) * {points} + k]")
                : $"*b{i}";
            lanes.Finish(code, i, nest.Operands[i].Access, points, target);
        }

        code.Append("}\n");
        Argument[] arguments =
        [
            .. nest.Operands.Select((o, i) => LoopSource.ArgumentOf(operands[i], nest.Extents, o)),
            .. chunked ? [Argument.InWorkspace(sums, reduced.Length * chunks * points, Use.Write)] : Array.Empty<Argument>(),
            .. committing ? [RunStatus.Read] : Array.Empty<Argument>(),
        ];
        return new KernelCall(KernelSource.Of("reduce", code.ToString()), lanes.Blocks(points), chunks, 1, arguments);
    }

    private static KernelCall Combined(
        LoopNest nest, LoopAxis[] kept, (Place Place, long Index) place, int operand, int chunks, long sums, bool committing)
    {
        long points = LoopAxis.Points(kept);
        long[] extents = [.. kept.Select(axis => axis.Extent)];
        Access access = nest.Operands[operand].Access;
        string type = Indexing.TypeFor(Math.Max(points * chunks, LoopSource.Largest(nest)));
        Lanes lanes = Lanes.For(chunks, across: false);
        var code = new StringBuilder();
        code.Append(CultureInfo.InvariantCulture,
            $"extern \"C\" __global__ void {KernelSource.Self}(const float* sums, float* result{(committing ? ", const int* status" : "")})\n{{\n");
        if (committing) code.Append(RunStatus.Gate);
        lanes.Begin(code, type, points);
        Lanes.Declare(code, 0, access);
        code.Append(CultureInfo.InvariantCulture, $"    if (k < {points})\n    for ({type} t = lane; t < {chunks}; t += {lanes.Count})\n    {{\n");
        code.Append(CultureInfo.InvariantCulture, $"    const float value = sums[t * {points} + k];\n    {Lanes.Gather(0, access, "value")}\n{Lanes.Carry(0, access)}    }}\n");
        if (extents.Length > 0) Indexing.Coordinates(code, "k < " + points.ToString(CultureInfo.InvariantCulture) + " ? k : 0", type, "i", extents);
        lanes.Finish(code, 0, access, points, $"result[{Indexing.Offset("i", extents, axis => kept[axis].Strides[operand])}]");
        code.Append("}\n");
        Argument[] arguments =
        [
            Argument.InWorkspace(sums, chunks * points, Use.Read),
            LoopSource.ArgumentOf(place, nest.Extents, nest.Operands[operand]),
            .. committing ? [RunStatus.Read] : Array.Empty<Argument>(),
        ];
        return new KernelCall(KernelSource.Of("combine", code.ToString()), lanes.Blocks(points), 1, 1, arguments);
    }

    /// <summary>
    /// How a block's threads share the terms of its kept points: <see cref="Count"/> of them for each point, next to each other where the
    /// terms lie so (across), else a point next to its neighbour.
    /// </summary>
    private sealed record Lanes(int Count, bool Across)
    {
        private int PointsPerBlock => Prelude.Threads / Count;

        public static Lanes For(long terms, bool across) =>
            new(terms <= ShortSum ? 1 : !across ? 8 : terms <= 1024 ? 32 : Prelude.Threads, across);

        public long Blocks(long points) => (points + PointsPerBlock - 1) / PointsPerBlock;

        public void Begin(StringBuilder code, string type, long points)
        {
            string lane = Across ? $"threadIdx.x % {Count}" : $"threadIdx.x / {PointsPerBlock}";
            string point = Across ? $"threadIdx.x / {Count}" : $"threadIdx.x % {PointsPerBlock}";
            code.Append(CultureInfo.InvariantCulture, $"    const int lane = {lane};\n    const {type} k = ({type})blockIdx.x * {PointsPerBlock} + {point};\n");
            if (Count > 1) code.Append(CultureInfo.InvariantCulture, $"    __shared__ double shared[{Prelude.Threads}];\n");
        }

        public static void Declare(StringBuilder code, int i, Access access) => code.Append(access == Access.Sum
            ? string.Create(CultureInfo.InvariantCulture, $"    float s{i} = 0.0f; double d{i} = 0.0;\n")
            : string.Create(CultureInfo.InvariantCulture, $"    float s{i} = __int_as_float(0xff800000);\n"));

        public static string Gather(int i, Access access, string value) => access == Access.Sum
            ? string.Create(CultureInfo.InvariantCulture, $"s{i} += {value};")
            : string.Create(CultureInfo.InvariantCulture, $"s{i} = mz_maximum(s{i}, {value});");

        public static string Carry(int i, Access access) => access == Access.Sum
            ? string.Create(CultureInfo.InvariantCulture, $"        d{i} += s{i}; s{i} = 0.0f;\n")
            : "";

        public void Finish(StringBuilder code, int i, Access access, long points, string target)
        {
            string mine = access == Access.Sum ? $"d{i} + s{i}" : $"(double)s{i}";
            if (Count == 1)
            {
                code.Append(CultureInfo.InvariantCulture, $"    if (k < {points}) {target} = (float)({mine});\n");
                return;
            }

            int step = Across ? 1 : PointsPerBlock;
            code.Append(CultureInfo.InvariantCulture, $"    __syncthreads();\n    shared[threadIdx.x] = {mine};\n    __syncthreads();\n");
            code.Append(CultureInfo.InvariantCulture, $"    for (int reach = {Count / 2}; reach > 0; reach /= 2)\n    {{\n        if (lane < reach)\n        {{\n");
            code.Append(CultureInfo.InvariantCulture, $"            const double other = shared[threadIdx.x + reach * {step}];\n");
            code.Append(access == Access.Sum
                ? "            shared[threadIdx.x] += other;\n"
                : "            shared[threadIdx.x] = mz_maximum((float)shared[threadIdx.x], (float)other);\n");
            code.Append("        }\n        __syncthreads();\n    }\n");
            code.Append(CultureInfo.InvariantCulture, $"    if (lane == 0 && k < {points}) {target} = (float)shared[threadIdx.x];\n");
        }
    }
}
