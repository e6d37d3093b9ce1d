using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>Max-pooling, by the place of each window's first maximum.</summary>
internal static class Pooling
{
    public static double[] Pick(MaxPoolPick op, Values image, Values picked, Shape output)
    {
        var result = new double[output.Count];
        ForEachWindow(image.Shape, output, op.KernelHeight, op.KernelWidth, op.Window,
            (window, places) => result[window] = picked.Elements[FirstMaximum(image.Elements, places)]);
        return result;
    }

    public static double[] Scatter(MaxPoolScatter op, Values image, Values pooled)
    {
        var result = new double[image.Elements.Length];
        ForEachWindow(image.Shape, pooled.Shape, op.KernelHeight, op.KernelWidth, op.Window,
            (window, places) => result[FirstMaximum(image.Elements, places)] += pooled.Elements[window]);
        return result;
    }

    /// <summary>The first place that holds a NaN, else the first that holds the largest element.</summary>
    public static int FirstMaximum(double[] elements, List<int> places)
    {
        int best = places[0];
        foreach (int place in places)
        {
            if (double.IsNaN(elements[best])) break;
            if (double.IsNaN(elements[place]) || elements[place] > elements[best]) best = place;
        }

        return best;
    }

    /// <summary>Visits every element of the pooled image with the places in the image that its window covers, row by row.</summary>
    public static void ForEachWindow(
        Shape image, Shape pooled, int kernelHeight, int kernelWidth, ConvolutionWindow window, Action<int, List<int>> visit)
    {
        var places = new List<int>();
        for (int i = 0; i < pooled.Count; i++)
        {
            int c = i % pooled[3], x = i / pooled[3] % pooled[2];
            int y = i / pooled[3] / pooled[2] % pooled[1], n = i / pooled[3] / pooled[2] / pooled[1];
            places.Clear();
            for (int ky = 0; ky < kernelHeight; ky++)
            {
                for (int kx = 0; kx < kernelWidth; kx++)
                {
                    int row = y * window.StrideY - window.PadTop + ky * window.DilationY;
                    int column = x * window.StrideX - window.PadLeft + kx * window.DilationX;
                    if (row >= 0 && row < image[1] && column >= 0 && column < image[2])
                        places.Add(((n * image[1] + row) * image[2] + column) * image[3] + c);
                }
            }

            visit(i, places);
        }
    }
}
