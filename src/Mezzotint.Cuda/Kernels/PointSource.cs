using System.Globalization;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda.Kernels;

/// <summary>
/// Operations that make each element of their result by itself, a thread for each: pooling, resampling, rows of tables, random numbers.
/// </summary>
internal static class PointSource
{
    /// <summary>For every window the second image's element at the place of the first one's first maximum.</summary>
    public static KernelCall PoolPick(HeavyLaunch launch, MaxPoolPick pool)
    {
        Shape image = launch.Inputs[0].Shape, output = launch.Output;
        string type = Type(image.Count, output.Count);
        return Call("pool", "const float* __restrict__ compared, const float* __restrict__ picked, float* result", type, output.Count,
            $"""
                const {type} c = t % {image[3]}, x = t / {image[3]} % {output[2]}, y = t / {image[3]} / {output[2]} % {output[1]};
                const {type} n = t / {image[3]} / {output[2]} / {output[1]};
                {type} best = -1;
                float largest = 0.0f;
            {FirstMaximum(type, image, pool.KernelHeight, pool.KernelWidth, pool.Window)}
                result[t] = best < 0 ? 0.0f : picked[best];

            """,
            Argument.Of(0, image.Count, Use.Read), Argument.Of(1, image.Count, Use.Read), Argument.Of(2, output.Count, Use.Write));
    }

    /// <summary>Every element of the image gathers, in the order of the windows, from those whose first maximum it is.</summary>
    public static KernelCall PoolScatter(HeavyLaunch launch, MaxPoolScatter pool)
    {
        Shape image = launch.Inputs[0].Shape, pooled = launch.Inputs[1].Shape;
        ConvolutionWindow w = pool.Window;
        string type = Type(image.Count, pooled.Count);
        return Call("unpool", "const float* __restrict__ compared, const float* __restrict__ elements, float* result", type, image.Count,
            $$"""
                const {{type}} c = t % {{image[3]}}, px = t / {{image[3]}} % {{image[2]}}, py = t / {{image[3]}} / {{image[2]}} % {{image[1]}};
                const {{type}} n = t / {{image[3]}} / {{image[2]}} / {{image[1]}};
                float sum = 0.0f;
                for (int ky = {{pool.KernelHeight - 1}}; ky >= 0; ky--)
                {
                const {{type}} ty = py + {{w.PadTop}} - ky * {{w.DilationY}}, y = ty / {{w.StrideY}};
                if (ty < 0 || ty % {{w.StrideY}} != 0 || y >= {{pooled[1]}}) continue;
                for (int kx = {{pool.KernelWidth - 1}}; kx >= 0; kx--)
                {
                const {{type}} tx = px + {{w.PadLeft}} - kx * {{w.DilationX}}, x = tx / {{w.StrideX}};
                if (tx < 0 || tx % {{w.StrideX}} != 0 || x >= {{pooled[2]}}) continue;
                {{type}} best = -1;
                float largest = 0.0f;
            {{FirstMaximum(type, image, pool.KernelHeight, pool.KernelWidth, w)}}
                if (best == t) sum += elements[((n * {{pooled[1]}} + y) * {{pooled[2]}} + x) * {{image[3]}} + c];
                }
                }
                result[t] = sum;

            """,
            Argument.Of(0, image.Count, Use.Read), Argument.Of(1, pooled.Count, Use.Read), Argument.Of(2, image.Count, Use.Write));
    }

    /// <summary>Weighted sums along one axis by a table of taps: its row starts, indices and weights lie one after the other.</summary>
    public static KernelCall Resample(HeavyLaunch launch, Resample resample, ResampleTaps taps, Tables tables)
    {
        Shape input = launch.Inputs[0].Shape, output = launch.Output;
        long inner = 1;
        for (int axis = resample.Axis + 1; axis < input.Rank; axis++) inner *= input[axis];
        int count = taps.Index.Length;
        string type = Type(input.Count, output.Count);
        Argument table = tables.Add([.. taps.RowStart, .. taps.Index, .. taps.Weight.Select(BitConverter.SingleToInt32Bits)]);
        return Call("resample", "const float* __restrict__ from, float* result, const int* __restrict__ taps", type, output.Count,
            $$"""
                const {{type}} i = t % {{inner}}, j = t / {{inner}} % {{taps.OutExtent}}, outer = t / {{inner}} / {{taps.OutExtent}};
                const float* const at = from + outer * {{taps.InExtent * inner}} + i;
                const int* const index = taps + {{taps.OutExtent + 1}};
                float sum = 0.0f;
                for (int tap = taps[j]; tap < taps[j + 1]; tap++) sum = fmaf(__int_as_float(index[{{count}} + tap]), at[index[tap] * ({{type}}){{inner}}], sum);
                result[t] = sum;

            """,
            Argument.Of(0, input.Count, Use.Read), Argument.Of(1, output.Count, Use.Write), table);
    }

    /// <summary>Rows of a table.</summary>
    public static KernelCall Gather(HeavyLaunch launch)
    {
        Shape table = launch.Inputs[0].Shape;
        long count = launch.Inputs[1].Shape.Count, inner = table.Count / table[0];
        string type = Type(table.Count, count * inner);
        return Call("gather", "const float* __restrict__ table, const int* __restrict__ indices, float* result, int* status", type, count * inner,
            $$"""
                int row = indices[t / {{inner}}];
                if (row < 0 || row >= {{table[0]}})
                {
                status[{{RunStatus.BadIndex}}] = 1; status[{{RunStatus.Index}}] = row; status[{{RunStatus.Rows}}] = {{table[0]}};
                row = 0;
                }
                result[t] = table[row * ({{type}}){{inner}} + t % {{inner}}];

            """,
            Argument.Of(0, table.Count, Use.Read), Argument.Of(1, count, Use.Read), Argument.Of(2, count * inner, Use.Write), RunStatus.Write);
    }

    /// <summary>Sums of the rows that have the same number, in their order.</summary>
    public static KernelCall SegmentSum(HeavyLaunch launch, SegmentSum sum)
    {
        long count = launch.Inputs[1].Shape.Count, inner = launch.Output.Count / sum.Rows;
        string type = Type(count * inner, launch.Output.Count);
        return Call("segment_sum", "const float* __restrict__ values, const int* __restrict__ indices, float* result, int* status", type, launch.Output.Count,
            $$"""
                const int row = (int)(t / {{inner}});
                const {{type}} i = t % {{inner}};
                float sum = 0.0f;
                for ({{type}} at = 0; at < {{count}}; at++)
                {
                const int index = indices[at];
                if (index == row) sum += values[at * {{inner}} + i];
                else if (t == 0 && (index < 0 || index >= {{sum.Rows}}))
                {
                status[{{RunStatus.BadIndex}}] = 1; status[{{RunStatus.Index}}] = index; status[{{RunStatus.Rows}}] = {{sum.Rows}};
                }
                }
                result[t] = sum;

            """,
            Argument.Of(0, count * inner, Use.Read), Argument.Of(1, count, Use.Read), Argument.Of(2, launch.Output.Count, Use.Write), RunStatus.Write);
    }

    /// <summary>Random numbers as <see cref="Philox"/> defines them, four to a thread.</summary>
    public static KernelCall Random(HeavyLaunch launch, RandomNumbers random)
    {
        long count = launch.Output.Count;
        string numbers = random.Distribution == Distribution.Uniform
            ? "    for (int i = 0; i < 4; i++) four[i] = (float)(w[i] >> 8) * (1.0f / 16777216.0f);\n"
            : """
                  for (int i = 0; i < 4; i += 2)
                  {
                  const double radius = sqrt(-2.0 * log(((double)w[i] + 1.0) * (1.0 / 4294967296.0)));
                  const double angle = 2.0 * 3.141592653589793 * ((double)w[i + 1] * (1.0 / 4294967296.0));
                  four[i] = (float)(radius * cos(angle));
                  four[i + 1] = (float)(radius * sin(angle));
                  }

              """;
        return Call("random", "const unsigned* __restrict__ key, float* result", "long long", (count + 3) / 4,
            $$"""
                unsigned w[4] = { (unsigned)t, (unsigned)((unsigned long long)t >> 32), key[2], {{random.Site}}u };
                unsigned k0 = key[0], k1 = key[1];
                for (int round = 0; round < 10; round++)
                {
                const unsigned long long p0 = 0xD2511F53ull * w[0], p1 = 0xCD9E8D57ull * w[2];
                w[0] = (unsigned)(p1 >> 32) ^ w[1] ^ k0;
                w[1] = (unsigned)p1;
                w[2] = (unsigned)(p0 >> 32) ^ w[3] ^ k1;
                w[3] = (unsigned)p0;
                k0 += 0x9E3779B9u;
                k1 += 0xBB67AE85u;
                }
                float four[4];
            {{numbers}}    for (int i = 0; i < 4 && t * 4 + i < {{count}}; i++) result[t * 4 + i] = four[i];

            """,
            Argument.Of(0, 3, Use.Read), Argument.Of(1, count, Use.Write));
    }

    /// <summary>Hands an output over: copies it, and says so if it is not finite.</summary>
    public static KernelCall HandOver(Argument from, Argument to, long count) => Call(
        "output", "const float* __restrict__ from, float* to, int* status", "long long", count,
        $"""
            const float value = from[t];
            to[t] = value;
            if (!mz_is_finite(value)) status[{RunStatus.NotFinite}] = 1;

        """,
        from, to, RunStatus.Write);

    /// <summary>Copies dense elements; as part of a commit only where that is to happen.</summary>
    public static KernelCall Copy(Argument from, Argument to, long count, bool committing) => Call(
        "copy", $"const float* __restrict__ from, float* to{(committing ? ", const int* status" : "")}", "long long", count,
        $"{(committing ? RunStatus.Gate : "")}    to[t] = from[t];\n",
        [from, to, .. committing ? [RunStatus.Read] : Array.Empty<Argument>()]);

    /// <summary>Rounds dense elements to bfloat16, the nearest and of two the even one, two to a thread and a word.</summary>
    public static KernelCall Narrow(Argument from, Argument to, long count) => Call(
        "narrow", "const float* __restrict__ from, unsigned* to", "long long", (count + 1) / 2,
        $"    to[t] = mz_bfloat16(from[2 * t]) | (2 * t + 1 < {count} ? mz_bfloat16(from[2 * t + 1]) << 16 : 0u);\n", from, to);

    /// <summary>Dense elements of bfloat16 in single precision.</summary>
    public static KernelCall Widen(Argument from, Argument to, long count) => Call(
        "widen", "const unsigned* __restrict__ from, float* to", "long long", (count + 1) / 2,
        $"""
            to[2 * t] = __int_as_float((int)(from[t] << 16));
            if (2 * t + 1 < {count}) to[2 * t + 1] = __int_as_float((int)(from[t] & 0xffff0000u));

        """,
        from, to);

    private static KernelCall Call(string stem, string parameters, string type, long count, FormattableString body, params Argument[] arguments)
    {
        string code = string.Create(CultureInfo.InvariantCulture,
            $$"""
            extern "C" __global__ void {{KernelSource.Self}}({{parameters}})
            {
                const {{type}} t = ({{type}})blockIdx.x * {{Prelude.Threads}} + threadIdx.x;
                if (t >= {{count}}) return;
            {{body.ToString(CultureInfo.InvariantCulture)}}}

            """);
        return new KernelCall(KernelSource.Of(stem, code), (count + Prelude.Threads - 1) / Prelude.Threads, 1, 1, arguments);
    }

    private static string Type(long a, long b) => Indexing.TypeFor(Math.Max(a, b));

    /// <summary>
    /// Statements that leave in <c>best</c> the place of the first maximum of the window at <c>n</c>, <c>y</c>, <c>x</c>, <c>c</c>.
    /// </summary>
    private static string FirstMaximum(string type, Shape image, int kernelHeight, int kernelWidth, ConvolutionWindow w) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
            for (int wy = 0; wy < {{kernelHeight}}; wy++)
            {
            const {{type}} iy = y * {{w.StrideY}} - {{w.PadTop}} + wy * {{w.DilationY}};
            if (iy < 0 || iy >= {{image[1]}}) continue;
            for (int wx = 0; wx < {{kernelWidth}}; wx++)
            {
            const {{type}} ix = x * {{w.StrideX}} - {{w.PadLeft}} + wx * {{w.DilationX}};
            if (ix < 0 || ix >= {{image[2]}}) continue;
            const {{type}} place = ((n * {{image[1]}} + iy) * {{image[2]}} + ix) * {{image[3]}} + c;
            const float candidate = compared[place];
            if (best < 0 || (largest == largest && !(candidate <= largest))) { best = place; largest = candidate; }
            }
            }
        """);
}
