using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class PoolKernelTests
{
    private static readonly PoolWindow[] Pools =
    [
        new PoolWindow(2, 8, 6, 3, 2, 2, ConvolutionWindow.Square(stride: 2)),
        new PoolWindow(1, 11, 13, 37, 3, 3, ConvolutionWindow.Square(stride: 2, padding: 1)),
        new PoolWindow(2, 9, 7, 16, 3, 2, new ConvolutionWindow(1, 1, 1, 1, 1, 0)),
        new PoolWindow(1, 70, 64, 24, 3, 3, ConvolutionWindow.Square(stride: 2, padding: 1)),
        new PoolWindow(1, 9, 9, 9, 2, 2, ConvolutionWindow.Square(stride: 1, dilation: 3)),
        new PoolWindow(1, 3, 300, 64, 1, 2, ConvolutionWindow.Square(stride: 4)),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_first_maximum_is_picked_and_scattered_to(int which)
    {
        PoolWindow pool = Pools[which];

        // Few different values make ties, and a NaN wins.
        var random = new Random(1);
        int size = pool.Batch * pool.Height * pool.Width * pool.Channels;
        int outSize = pool.Batch * pool.OutHeight * pool.OutWidth * pool.Channels;
        float[] x = [.. Enumerable.Range(0, size).Select(_ => random.Next(50) == 0 ? float.NaN : random.Next(-4, 4))];
        float[] v = LoopKernelTests.Fill(random, size), g = LoopKernelTests.Fill(random, outSize);
        float[] picked = new float[outSize], scattered = new float[size], expectedPick = new float[outSize];
        double[] expectedScatter = new double[size];
        for (int o = 0; o < outSize; o++)
        {
            int c = o % pool.Channels, ox = o / pool.Channels % pool.OutWidth, oy = o / pool.Channels / pool.OutWidth % pool.OutHeight;
            int n = o / pool.Channels / pool.OutWidth / pool.OutHeight, best = -1;
            for (int ky = 0; ky < pool.KernelHeight; ky++)
            {
                for (int kx = 0; kx < pool.KernelWidth; kx++)
                {
                    int y = oy * pool.Window.StrideY - pool.Window.PadTop + ky * pool.Window.DilationY;
                    int column = ox * pool.Window.StrideX - pool.Window.PadLeft + kx * pool.Window.DilationX;
                    if (y < 0 || y >= pool.Height || column < 0 || column >= pool.Width) continue;
                    int at = ((n * pool.Height + y) * pool.Width + column) * pool.Channels + c;
                    if (best < 0 || (!float.IsNaN(x[best]) && (float.IsNaN(x[at]) || x[at] > x[best]))) best = at;
                }
            }

            expectedPick[o] = v[best];
            expectedScatter[best] += g[o];
        }

        SerialRunner.Run(new PoolPickKernel(pool), x, v, picked);
        SerialRunner.Run(new PoolScatterKernel(pool), [(x, 0), (g, 0), (scattered, 0)], seed: 4);
        Assert.Equal(expectedPick, picked);
        for (int i = 0; i < size; i++) Assert.Equal(expectedScatter[i], scattered[i], 1e-5);
    }
}
