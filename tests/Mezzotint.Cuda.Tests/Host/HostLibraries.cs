using Mezzotint.Cuda.Kernels;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Cuda.Tests.Host;

/// <summary>
/// What NVIDIA's libraries are asked to do, by the words of their documentation: column-major products, convolutions of N,H,W,C by K,R,S,C.
/// </summary>
internal static unsafe class HostLibraries
{
    /// <summary>
    /// As cublasGemmStridedBatchedEx is called: it thinks in columns, so that a row-major C = A·B is asked for as the column-major C' =
    /// B'·A'.
    /// </summary>
    public static void Multiply(MatMulCall call, ulong[] at)
    {
        Gemm(
            call.Right.Transposed, call.Left.Transposed, call.Columns, call.Rows, call.Depth, (float*)at[1], call.Right.Leading, call.Right.Batch,
            (float*)at[0], call.Left.Leading, call.Left.Batch, (float*)at[2], call.Columns, (long)call.Rows * call.Columns, call.Batch);
    }

    public static void Convolve(ConvolutionCall call, ulong[] at)
    {
        ConvolutionGeometry g = call.Geometry;
        ConvolutionWindow w = g.Window;
        int cg = g.InChannelsPerGroup, kg = g.OutChannelsPerGroup;
        // x, w, y of the trilinear form; which of them is the result is what the sides differ in.
        (int x, int f, int y) = call.Side switch
        {
            ConvolutionSide.Forward => (0, 1, 2),
            ConvolutionSide.InputGradient => (2, 1, 0),
            _ => (0, 2, 1),
        };
        long[] sizes = new long[3];
        sizes[x] = (long)g.Batch * g.Height * g.Width * g.InChannels;
        sizes[f] = (long)g.OutChannels * g.KernelHeight * g.KernelWidth * cg;
        sizes[y] = (long)g.Batch * g.OutHeight * g.OutWidth * g.OutChannels;
        double[][] values = [.. sizes.Select((size, i) => i == 2 ? new double[size] : Read(at[i], (int)size, call.Halves))];
        for (int n = 0; n < g.Batch; n++)
            for (int oy = 0; oy < g.OutHeight; oy++)
                for (int ox = 0; ox < g.OutWidth; ox++)
                    for (int k = 0; k < g.OutChannels; k++)
                        for (int r = 0; r < g.KernelHeight; r++)
                            for (int s = 0; s < g.KernelWidth; s++)
                            {
                                int iy = oy * w.StrideY - w.PadTop + r * w.DilationY, ix = ox * w.StrideX - w.PadLeft + s * w.DilationX;
                                if (iy < 0 || iy >= g.Height || ix < 0 || ix >= g.Width) continue;
                                for (int c = 0; c < cg; c++)
                                {
                                    var places = new long[3];
                                    places[x] = (((long)n * g.Height + iy) * g.Width + ix) * g.InChannels + k / kg * cg + c;
                                    places[f] = (((long)k * g.KernelHeight + r) * g.KernelWidth + s) * cg + c;
                                    places[y] = (((long)n * g.OutHeight + oy) * g.OutWidth + ox) * g.OutChannels + k;
                                    values[2][places[2]] += values[0][places[0]] * values[1][places[1]];
                                }
                            }

        for (long i = 0; i < sizes[2]; i++)
        {
            if (call.Halves) ((ushort*)at[2])[i] = Halves.Round((float)values[2][i]);
            else ((float*)at[2])[i] = (float)values[2][i];
        }

        // A library may leave anything in its workspace.
        new Span<uint>((void*)at[3], (int)(call.Arguments[3].End / sizeof(uint))).Fill(0x7fc00000);
    }

    private static double[] Read(ulong at, int count, bool halves) => halves
        ? Array.ConvertAll(new Span<ushort>((void*)at, count).ToArray(), half => (double)Halves.Widen(half))
        : Array.ConvertAll(new Span<float>((void*)at, count).ToArray(), value => (double)value);

    private static void Gemm(
        bool transposeA, bool transposeB, int m, int n, int k, float* a, long lda, long strideA, float* b, long ldb, long strideB,
        float* c, long ldc, long strideC, int batch)
    {
        Assert.True(lda >= (transposeA ? k : m) && ldb >= (transposeB ? n : k) && ldc >= m, "The leading dimensions are as cuBLAS wants them.");
        for (long z = 0; z < batch; z++)
            for (long i = 0; i < m; i++)
                for (long j = 0; j < n; j++)
                {
                    double sum = 0;
                    for (long l = 0; l < k; l++)
                        sum += (double)a[z * strideA + (transposeA ? l + i * lda : i + l * lda)] * b[z * strideB + (transposeB ? j + l * ldb : l + j * ldb)];
                    c[z * strideC + i + j * ldc] = (float)sum;
                }
    }
}
