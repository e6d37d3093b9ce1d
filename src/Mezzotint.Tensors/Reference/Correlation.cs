using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>A convolution and its two gradients: the three sides of one set of products.</summary>
internal static class Correlation
{
    public static double[] Compute(Convolution op, ReadOnlySpan<Values> inputs, Shape output)
    {
        var sum = new double[output.Count];
        double[] a = inputs[0].Elements, b = inputs[1].Elements;
        switch (op)
        {
            case Conv2d:
                ForEachProduct(
                    Convolution.Geometry(inputs[0].Shape, inputs[1].Shape, op.Window),
                    (image, weight, result) => sum[result] += a[image] * b[weight]);
                break;
            case Conv2dInputGradient:
                ForEachProduct(
                    Convolution.Geometry(output, inputs[1].Shape, op.Window),
                    (image, weight, result) => sum[image] += a[result] * b[weight]);
                break;
            case Conv2dWeightGradient:
                ForEachProduct(
                    Convolution.Geometry(inputs[0].Shape, output, op.Window),
                    (image, weight, result) => sum[weight] += a[image] * b[result]);
                break;
            default:
                throw new NotSupportedException($"The reference device does not know the operation '{op.Name}'.");
        }

        return sum;
    }

    /// <summary>Visits every pixel and channel of the image, weight and element of the result that meet in a product, as offsets.</summary>
    private static void ForEachProduct(ConvolutionGeometry g, Action<int, int, int> visit)
    {
        ConvolutionWindow w = g.Window;
        int result = 0;
        for (int n = 0; n < g.Batch; n++)
        {
            for (int y = 0; y < g.OutHeight; y++)
            {
                for (int x = 0; x < g.OutWidth; x++)
                {
                    for (int o = 0; o < g.OutChannels; o++, result++)
                    {
                        int firstChannel = o / g.OutChannelsPerGroup * g.InChannelsPerGroup;
                        for (int ky = 0; ky < g.KernelHeight; ky++)
                        {
                            int row = y * w.StrideY - w.PadTop + ky * w.DilationY;
                            if (row < 0 || row >= g.Height) continue;
                            for (int kx = 0; kx < g.KernelWidth; kx++)
                            {
                                int column = x * w.StrideX - w.PadLeft + kx * w.DilationX;
                                if (column < 0 || column >= g.Width) continue;
                                int image = ((n * g.Height + row) * g.Width + column) * g.InChannels + firstChannel;
                                int weight = (ky * g.KernelWidth + kx) * g.InChannelsPerGroup * g.OutChannels + o;
                                for (int c = 0; c < g.InChannelsPerGroup; c++) visit(image + c, weight + c * g.OutChannels, result);
                            }
                        }
                    }
                }
            }
        }
    }
}
