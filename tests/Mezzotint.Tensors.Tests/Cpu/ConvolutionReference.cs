using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Tests.Cpu;

/// <summary>Convolution and its gradients as plain loops over products in double precision.</summary>
internal static class ConvolutionReference
{
    private delegate void Product(long x, long w, long y);

    public static long InputSize(ConvolutionGeometry g) => (long)g.Batch * g.Height * g.Width * g.InChannels;

    public static long WeightSize(ConvolutionGeometry g) => (long)g.KernelHeight * g.KernelWidth * g.InChannelsPerGroup * g.OutChannels;

    public static long OutputSize(ConvolutionGeometry g) => (long)g.Batch * g.OutHeight * g.OutWidth * g.OutChannels;

    public static (double[] Sum, double[] Absolute) Forward(ConvolutionGeometry g, float[] x, float[] w)
    {
        var result = (Sum: new double[OutputSize(g)], Absolute: new double[OutputSize(g)]);
        Each(g, (i, k, o) => Add(result, o, (double)x[i] * w[k]));
        return result;
    }

    public static (double[] Sum, double[] Absolute) InputGradient(ConvolutionGeometry g, float[] dy, float[] w)
    {
        var result = (Sum: new double[InputSize(g)], Absolute: new double[InputSize(g)]);
        Each(g, (i, k, o) => Add(result, i, (double)dy[o] * w[k]));
        return result;
    }

    public static (double[] Sum, double[] Absolute) WeightGradient(ConvolutionGeometry g, float[] x, float[] dy)
    {
        var result = (Sum: new double[WeightSize(g)], Absolute: new double[WeightSize(g)]);
        Each(g, (i, k, o) => Add(result, k, (double)x[i] * dy[o]));
        return result;
    }

    private static void Add((double[] Sum, double[] Absolute) result, long at, double product)
    {
        result.Sum[at] += product;
        result.Absolute[at] += Math.Abs(product);
    }

    private static void Each(ConvolutionGeometry g, Product product)
    {
        ConvolutionWindow v = g.Window;
        int ci = g.InChannelsPerGroup, co = g.OutChannelsPerGroup;
        for (int n = 0; n < g.Batch; n++)
            for (int oy = 0; oy < g.OutHeight; oy++)
                for (int ox = 0; ox < g.OutWidth; ox++)
                    for (int ky = 0; ky < g.KernelHeight; ky++)
                        for (int kx = 0; kx < g.KernelWidth; kx++)
                        {
                            int iy = oy * v.StrideY - v.PadTop + ky * v.DilationY, ix = ox * v.StrideX - v.PadLeft + kx * v.DilationX;
                            if (iy < 0 || iy >= g.Height || ix < 0 || ix >= g.Width) continue;
                            long pixelIn = ((long)n * g.Height + iy) * g.Width + ix, pixelOut = ((long)n * g.OutHeight + oy) * g.OutWidth + ox;
                            long tap = (long)ky * g.KernelWidth + kx;
                            for (int group = 0; group < v.Groups; group++)
                                for (int c = 0; c < ci; c++)
                                    for (int o = 0; o < co; o++)
                                    {
                                        int outChannel = group * co + o;
                                        product(
                                            pixelIn * g.InChannels + group * ci + c, (tap * ci + c) * g.OutChannels + outChannel,
                                            pixelOut * g.OutChannels + outChannel);
                                    }
                        }
    }
}
