using System.Globalization;
using System.Text;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda.Kernels;

/// <summary>
/// Convolutions and their gradients as products of matrices that are never laid out: an element is found in the image when it is read.
/// </summary>
internal static class ConvolutionSource
{
    // A weight gradient sums over all pixels of the batch for few results: the pixels are cut until so many blocks have work.
    private const long WantedBlocks = 512, FewestPixels = 256, MostPieces = 256;

    /// <summary>What the kernels are called in a plan's summary.</summary>
    public const string Algorithm = "implicit GEMM";

    /// <summary>The convolution itself.</summary>
    public static IEnumerable<Call> Forward(HeavyLaunch launch, ConvolutionGeometry g)
    {
        ConvolutionWindow w = g.Window;
        var y = new Phase(0, 1, g.OutHeight, new Taps(g.KernelHeight, 0, 1), w.StrideY, -w.PadTop, w.DilationY, g.Height);
        var x = new Phase(0, 1, g.OutWidth, new Taps(g.KernelWidth, 0, 1), w.StrideX, -w.PadLeft, w.DilationX, g.Width);
        return [Correlation(launch, g, y, x, g.InChannels, g.InChannelsPerGroup, g.OutChannelsPerGroup, adjoint: false)];
    }

    /// <summary>
    /// The gradient by the image. Pixels whose place modulo the stride is the same meet the same taps, so that each such phase is a
    /// convolution of stride 1.
    /// </summary>
    public static IEnumerable<Call> InputGradient(HeavyLaunch launch, ConvolutionGeometry g)
    {
        ConvolutionWindow w = g.Window;
        Phase[] ys = Phase.Of(g.Height, g.OutHeight, g.KernelHeight, w.StrideY, w.PadTop, w.DilationY);
        Phase[] xs = Phase.Of(g.Width, g.OutWidth, g.KernelWidth, w.StrideX, w.PadLeft, w.DilationX);
        return
        [
            .. from y in ys from x in xs
               select Correlation(launch, g, y, x, g.OutChannels, g.OutChannelsPerGroup, g.InChannelsPerGroup, adjoint: true),
        ];
    }

    /// <summary>The gradient by the weights.</summary>
    public static IEnumerable<Call> WeightGradient(HeavyLaunch launch, ConvolutionGeometry g, ref long workspace)
    {
        ConvolutionWindow w = g.Window;
        int depthPerGroup = g.InChannelsPerGroup, columns = g.OutChannelsPerGroup;
        long pixels = (long)g.Batch * g.OutHeight * g.OutWidth, rows = (long)g.KernelHeight * g.KernelWidth * depthPerGroup;
        long count = rows * g.OutChannels;
        long blocks = (rows + 63) / 64 * ((columns + 63) / 64) * w.Groups;
        int pieces = (int)Math.Clamp(WantedBlocks / blocks, 1, Math.Clamp(pixels / FewestPixels, 1, MostPieces));
        string type = Indexing.TypeFor(Math.Max(Math.Max((long)g.Batch * g.Height * g.Width * g.InChannels, pixels * g.OutChannels), count * pieces));

        string left = Text(
            $"""
                const {type} c = row % {depthPerGroup}, tap = row / {depthPerGroup};
                const {type} x = k % {g.OutWidth}, y = k / {g.OutWidth} % {g.OutHeight}, n = k / {g.OutWidth} / {g.OutHeight};
                const {type} iy = y * {w.StrideY} + tap / {g.KernelWidth} * {w.DilationY} - {w.PadTop};
                const {type} ix = x * {w.StrideX} + tap % {g.KernelWidth} * {w.DilationX} - {w.PadLeft};
                if (iy < 0 || iy >= {g.Height} || ix < 0 || ix >= {g.Width}) return 0.0f;
                return left[((n * {g.Height} + iy) * {g.Width} + ix) * {g.InChannels} + z * {depthPerGroup} + c];

            """);
        string right = Text($"    return right[k * {g.OutChannels} + z * {columns} + column];\n");
        string result = Text($"    result[piece * ({type}){count} + row * {g.OutChannels} + z * {columns} + column] = value;\n");
        long partial = workspace;
        if (pieces > 1) workspace += Allocation.Align(pieces * count * sizeof(float));
        KernelCall products = new ProductSource
        {
            Stem = "conv_weights",
            Size = (rows, columns, pixels),
            Count = w.Groups,
            Pieces = pieces,
            Type = type,
            Left = left,
            LeftAlongDepth = false,
            Right = right,
            RightAlongDepth = false,
            Result = result,
            Parameters = ", float* result",
            Names = ", result",
        }.Call(
            Argument.Of(0, launch.Inputs[0].Shape.Count, Use.Read), Argument.Of(1, launch.Inputs[1].Shape.Count, Use.Read),
            pieces > 1 ? Argument.InWorkspace(partial, pieces * count, Use.Write) : Argument.Of(2, count, Use.Write));
        if (pieces == 1) return [products];

        var body = new LoopBody([new Instruction(Opcode.Load, 0), new Instruction(Opcode.Store, 0, 1)]);
        var sum = new LoopNest(body, [pieces, checked((int)count)], [new LoopOperand(Access.Read, [count, 1]), new LoopOperand(Access.Sum, [0, 1])]);
        return [products, .. LoopSource.Calls(sum, [(Place.Workspace, partial), (Place.Operand, 2)], [0, 0], committing: false, ref workspace)];
    }

    private static KernelCall Correlation(
        HeavyLaunch launch, ConvolutionGeometry g, Phase y, Phase x, int channels, int depth, int columns, bool adjoint)
    {
        var epilogue = new Epilogue(launch);
        long rows = (long)g.Batch * y.Count * x.Count;
        int taps = y.Taps.Count * x.Taps.Count;
        string type = Indexing.TypeFor(Math.Max(Math.Max(launch.Inputs[0].Shape.Count, launch.Inputs[1].Shape.Count), Math.Max(rows, launch.Output.Count)));
        if (epilogue.Type != "int") type = epilogue.Type;

        // A row of the left operand is a pixel of the result, its depth the pixels and channels that it sees.
        string left = Text(
            $"""
                const {type} d = k % {depth}, tap = k / {depth};
                const {type} x = row % {x.Count}, y = row / {x.Count} % {y.Count}, n = row / {x.Count} / {y.Count};
                const {type} iy = y * {y.Step} + tap / {Math.Max(1, x.Taps.Count)} * ({y.TapStep}) + ({y.Offset});
                const {type} ix = x * {x.Step} + tap % {Math.Max(1, x.Taps.Count)} * ({x.TapStep}) + ({x.Offset});
                if (iy < 0 || iy >= {y.Extent} || ix < 0 || ix >= {x.Extent}) return 0.0f;
                return left[((n * {y.Extent} + iy) * {x.Extent} + ix) * {channels} + z * {depth} + d];

            """);
        string weight = adjoint
            ? $"((ky * {g.KernelWidth} + kx) * {g.InChannelsPerGroup} + column) * {g.OutChannels} + z * {depth} + d"
            : $"((ky * {g.KernelWidth} + kx) * {g.InChannelsPerGroup} + d) * {g.OutChannels} + z * {columns} + column";
        string right = Text(
            $"""
                const {type} d = k % {depth}, tap = k / {depth};
                const {type} ky = tap / {Math.Max(1, x.Taps.Count)} * {y.Taps.Step} + {y.Taps.First}, kx = tap % {Math.Max(1, x.Taps.Count)} * {x.Taps.Step} + {x.Taps.First};
                return right[{weight}];

            """);
        var result = new StringBuilder();
        result.Append(Text(
            $"""
                const {type} o0 = row / {x.Count} / {y.Count}, o1 = row / {x.Count} % {y.Count} * {y.OutStep} + {y.First};
                const {type} o2 = row % {x.Count} * {x.OutStep} + {x.First}, o3 = z * {columns} + column;

            """));
        epilogue.Write(result);
        return new ProductSource
        {
            Stem = adjoint ? "conv_input" : "conv",
            Size = (rows, columns, (long)taps * depth),
            Count = g.Window.Groups,
            Type = type,
            Left = left,
            LeftAlongDepth = true,
            Right = right,
            RightAlongDepth = adjoint,
            Result = result.ToString(),
            Parameters = epilogue.Parameters,
            Names = epilogue.Names,
        }.Call([
            Argument.Of(0, launch.Inputs[0].Shape.Count, Use.Read), Argument.Of(1, launch.Inputs[1].Shape.Count, Use.Read), .. epilogue.Arguments,
        ]);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Taps of a kernel along one axis: every <paramref name="Step"/>-th from the first on.</summary>
    private sealed record Taps(int Count, int First, int Step);

    /// <summary>
    /// Along one axis, results <c>First + i * OutStep</c> for i below Count: each sees the elements <c>i * Step + Offset + tap *
    /// TapStep</c>.
    /// </summary>
    private sealed record Phase(int First, int OutStep, int Count, Taps Taps, int Step, int Offset, int TapStep, int Extent)
    {
        /// <summary>The phases of a transposed convolution along one axis.</summary>
        public static Phase[] Of(int extent, int results, int kernel, int stride, int padding, int dilation)
        {
            int step = stride / Greatest(stride, dilation);
            var phases = new List<Phase>();
            for (int first = 0; first < Math.Min(stride, extent); first++)
            {
                int tap = 0;
                while (tap < kernel && tap < step && (first + padding - tap * dilation) % stride != 0) tap++;
                bool meets = tap < kernel && (first + padding - tap * dilation) % stride == 0;
                int count = meets ? (kernel - tap + step - 1) / step : 0;
                phases.Add(new Phase(
                    first, stride, (extent - first + stride - 1) / stride, new Taps(count, meets ? tap : 0, step), 1,
                    meets ? (first + padding - tap * dilation) / stride : 0, -(step * dilation / stride), results));
            }

            return [.. phases];
        }

        private static int Greatest(int a, int b) => b == 0 ? a : Greatest(b, a % b);
    }
}
