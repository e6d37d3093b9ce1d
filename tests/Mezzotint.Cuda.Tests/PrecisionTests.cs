using Mezzotint.Cuda.Tests.Host;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Reference;
using Mezzotint.Tensors.Tests.Reference;

namespace Mezzotint.Cuda.Tests;

/// <summary>Convolutions in bfloat16: factors rounded to it, sums that are not, and results that are.</summary>
public sealed class PrecisionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_convolution_and_its_gradients_in_bfloat16_are_those_of_rounded_factors_rounded(int seed)
    {
        Assert.SkipWhen(HostCompiler.Missing is not null, $"Generated kernels are not run: {HostCompiler.Missing}.");
        var numbers = new Numbers(seed);
        int groups = seed == 3 ? 2 : 1, channels = numbers.Integer(1, 5) * groups, outChannels = numbers.Integer(1, 5) * groups;
        ConvolutionWindow window = ConvolutionWindow.Square(numbers.Integer(1, 2), numbers.Integer(0, 2), groups: groups);
        Shape image = [2, numbers.Integer(5, 9), numbers.Integer(5, 9), channels], kernel = [3, 3, channels / groups, outChannels];
        float[] x = numbers.Floats(image), w = numbers.Floats(kernel);
        Shape size = Tensor.Of(image, x).Conv2d(Tensor.Of(kernel, w), window).Shape;
        float[] adjoint = numbers.Floats(size);

        using var device = new CudaDevice(new HostDriver(libraries: true) { Precision = CudaPrecision.Bfloat16, Strict = true }, poison: true);
        RunResult found = device.Run(Sides(x, w, adjoint));
        RunResult expected = new ReferenceDevice().Run(Sides(Rounded(x), Rounded(w), Rounded(adjoint)));
        for (int i = 0; i < 3; i++)
        {
            float[] wanted = Rounded(expected[i]);
            for (int j = 0; j < wanted.Length; j++)
                Assert.True(wanted[j] == found[i][j], $"side {i}, element {j}: {found[i][j]:G9}, not {wanted[j]:G9}");
        }

        Step Sides(float[] pixels, float[] weights, float[] adjoints)
        {
            Tensor input = Tensor.Of(image, pixels), filter = Tensor.Of(kernel, weights), result = input.Conv2d(filter, window);
            return new Step([result, .. Gradients.Of((result * Tensor.Of(size, adjoints)).Sum(), input, filter)]);
        }
    }

    [Fact]
    public void Rounding_is_to_the_nearest_and_of_two_to_the_even_one()
    {
        Assert.SkipWhen(HostCompiler.Missing is not null, $"Generated kernels are not run: {HostCompiler.Missing}.");
        uint[] bits =
        [
            0x3f800000, 0x3f807fff, 0x3f808000, 0x3f808001, 0x3f818000, 0x3f817fff, 0xbf808000, 0xbf818000, 0x00000001, 0x0000ffff, 0x7f7fffff, 0x7f800000,
            0xff800000,
        ];
        float[] values = [.. bits.Select(BitConverter.UInt32BitsToSingle)];
        using var device = new CudaDevice(new HostDriver(libraries: true) { Precision = CudaPrecision.Bfloat16 }, poison: false);

        // One pixel of one channel times one: what is left is the rounding.
        Tensor each = Tensor.Of([values.Length, 1, 1, 1], values).Conv2d(Tensor.Of([1, 1, 1, 1], new[] { 1f }), ConvolutionWindow.Square());
        Assert.Equal(Rounded(values), device.Evaluate(each));
        Assert.Equal(0x7fc0, Halves.Round(float.NaN) & 0x7fff);
    }

    private static float[] Rounded(float[] values) => [.. values.Select(value => Halves.Widen(Halves.Round(value)))];
}
