using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class ResampleKernelTests
{
    [Theory]
    [InlineData(1, 9, 20, 64)]
    [InlineData(5, 31, 12, 17)]
    [InlineData(40, 33, 70, 1)]
    [InlineData(37, 20, 9, 3)]
    [InlineData(3, 20, 9, 3)]
    [InlineData(2, 50, 200, 400)]
    internal void Every_output_is_the_weighted_sum_of_its_taps(int outer, int inExtent, int outExtent, int inner)
    {
        var random = new Random(1);
        foreach (bool transposed in (bool[])[false, true])
        {
            ResampleTaps taps = ResampleTaps.For(inExtent, outExtent, Interpolation.Bicubic, antialias: true);
            if (transposed) taps = taps.Transposed();
            float[] x = LoopKernelTests.Fill(random, outer * taps.InExtent * inner), y = new float[outer * taps.OutExtent * inner];
            SerialRunner.Run(new ResampleKernel(taps, outer, inner), x, y);
            for (int o = 0; o < outer; o++)
            {
                for (int j = 0; j < taps.OutExtent; j++)
                {
                    for (int i = 0; i < inner; i++)
                    {
                        double sum = 0;
                        for (int t = taps.RowStart[j]; t < taps.RowStart[j + 1]; t++)
                            sum += (double)taps.Weight[t] * x[(o * taps.InExtent + taps.Index[t]) * inner + i];
                        Assert.Equal(sum, y[(o * taps.OutExtent + j) * inner + i], 1e-5);
                    }
                }
            }
        }
    }

    [Fact]
    internal void A_row_without_taps_is_zero()
    {
        float[] y = [7, 7];
        SerialRunner.Run(new ResampleKernel(new ResampleTaps(2, [0, 0, 1], [1], [2f]), 1, 1), [3, 4], y);
        Assert.Equal([0, 8], y);
    }

    [Fact]
    internal void A_sample_has_the_same_bits_alone_as_among_others()
    {
        ResampleTaps taps = ResampleTaps.For(19, 45, Interpolation.Bicubic, antialias: false);
        float[] x = LoopKernelTests.Fill(new Random(3), 29 * 19 * 3), all = new float[29 * 45 * 3], one = new float[45 * 3];
        SerialRunner.Run(new ResampleKernel(taps, 29, 3), x, all);
        SerialRunner.Run(new ResampleKernel(taps, 1, 3), x[(17 * 19 * 3)..], one);
        SerialRunner.AssertSameBits(one, all[(17 * 45 * 3)..(18 * 45 * 3)]);
    }
}
