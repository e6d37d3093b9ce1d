using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class TileFitTests
{
    [Fact]
    public void A_network_of_winograd_layers_needs_the_tiles_its_pixels_share_and_gives_the_same_bits_in_tiles()
    {
        var random = new Random(1);
        Tensor first = Weights(3, 16), second = Weights(16, 16), third = Weights(16, 48);
        Tensor Network(Tensor x)
        {
            Tensor features = x.Conv2d(first, ConvolutionWindow.Square(padding: 1));
            Tensor y = features.Conv2d(second, ConvolutionWindow.Square(padding: 1)).Relu();
            return (features + y).Conv2d(third, ConvolutionWindow.Square(padding: 1)).PixelShuffle(4);
        }

        Assert.Equal(3, ReceptiveField.Radius(3, 4, Network));
        TileFit fit = ReceptiveField.Tiles(3, 4, Network)!.Value;
        Assert.Equal(new TileFit(8, 4), fit); // 1, then 3 to the edge of a square and 1, then 1: 6, and that on whole squares

        const int Side = 60, Start = 20, Core = 12;
        float[] picture = KernelRunner.Random(random, Side * Side * 3);
        int from = Start - fit.Margin, extent = Core + 2 * fit.Margin;
        var crop = new float[extent * extent * 3];
        for (int row = 0; row < extent; row++)
            picture.AsSpan(((from + row) * Side + from) * 3, extent * 3).CopyTo(crop.AsSpan(row * extent * 3));

        foreach (VectorWidth width in Enum.GetValues<VectorWidth>().Where(width => width <= CpuDevice.WidestVectors))
        {
            using var device = new CpuDevice(threads: 2, width);
            Tensor whole = Network(Tensor.Of([1, Side, Side, 3], picture)), part = Network(Tensor.Of([1, extent, extent, 3], crop));
            Assert.Equal(
                device.Evaluate(whole.Slice(1, 4 * Start, 4 * Core).Slice(2, 4 * Start, 4 * Core)),
                device.Evaluate(part.Slice(1, 4 * fit.Margin, 4 * Core).Slice(2, 4 * fit.Margin, 4 * Core)));
        }

        Tensor Weights(int channels, int outChannels) =>
            Tensor.Of([3, 3, channels, outChannels], KernelRunner.Random(random, 9 * channels * outChannels));
    }

    [Fact]
    public void Without_shared_rounding_the_margin_is_the_receptive_field()
    {
        Tensor weights = Tensor.Of([5, 5, 3, 3], KernelRunner.Random(new Random(1), 225));
        Assert.Equal(new TileFit(2, 1), ReceptiveField.Tiles(3, 1, x => x.Conv2d(weights, ConvolutionWindow.Square(padding: 2))));
        Assert.Null(ReceptiveField.Tiles(3, 1, x => x - x.Mean(1, 2)));
    }
}
