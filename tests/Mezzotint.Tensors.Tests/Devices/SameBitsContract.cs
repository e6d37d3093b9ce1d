using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Tests.Reference;

namespace Mezzotint.Tensors.Tests.Devices;

/// <summary>A result is the same bits whatever else is computed beside it: other samples of its batch, other pixels of its image.</summary>
public abstract class SameBitsContract(DeviceFamily family)
{
    public static TheoryData<int, int, int> Layers => new()
    {
        { 3, 64, 3 }, { 64, 64, 3 }, { 32, 48, 3 }, { 64, 3, 5 }, { 17, 17, 3 }, { 1, 1, 3 }, { 64, 64, 1 }, { 8, 3, 9 }, { 128, 64, 3 },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_sample_does_not_depend_on_its_batch(int channels, int outChannels, int kernel)
    {
        (Tensor batch, Func<Tensor, Tensor> layer) = Layer([3, 13, 11, channels], outChannels, kernel, padding: kernel / 2);
        Tensor whole = layer(batch);
        for (int i = 0; i < 3; i++) family.CheckSame($"sample {i}", whole.Slice(0, i, 1), layer(batch.Slice(0, i, 1)));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_pixel_does_not_depend_on_where_the_image_is_cut(int channels, int outChannels, int kernel)
    {
        (Tensor image, Func<Tensor, Tensor> layer) = Layer([1, 37, 41, channels], outChannels, kernel, padding: 0);
        Tensor whole = layer(image);
        var numbers = new Numbers(channels);

        // A layer that computes squares of pixels together holds to it where a square is whole.
        int grid = ReceptiveField.Tiles(channels, 1, layer)!.Value.Grid;
        for (int i = 0; i < 3; i++)
        {
            int height = numbers.Integer(kernel + grid - 1, 30), width = numbers.Integer(kernel + grid - 1, 30);
            int top = numbers.Integer(0, (37 - height) / grid) * grid, left = numbers.Integer(0, (41 - width) / grid) * grid;
            Tensor cut = layer(image.Slice(1, top, height).Slice(2, left, width));
            int rows = cut.Shape[1] / grid * grid, columns = cut.Shape[2] / grid * grid;
            family.CheckSame(
                $"{height}x{width} at {top}, {left}", whole.Slice(1, top, rows).Slice(2, left, columns), cut.Slice(1, 0, rows).Slice(2, 0, columns));
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_transposed_convolution_does_not_depend_on_its_batch_either(int channels, int outChannels, int kernel)
    {
        var numbers = new Numbers(kernel);
        Tensor batch = numbers.Tensor([2, 9, 7, outChannels]), weights = numbers.Tensor([kernel, kernel, channels, outChannels]);
        ConvolutionWindow window = ConvolutionWindow.Square(2, kernel / 2);
        int height = 8 * 2 + kernel - 2 * (kernel / 2), width = 6 * 2 + kernel - 2 * (kernel / 2);
        Tensor whole = batch.ConvTranspose2d(weights, window, height, width);
        for (int i = 0; i < 2; i++)
            family.CheckSame($"sample {i}", whole.Slice(0, i, 1), batch.Slice(0, i, 1).ConvTranspose2d(weights, window, height, width));
    }

    [Fact]
    public void A_row_of_a_matrix_product_does_not_depend_on_the_others()
    {
        var numbers = new Numbers(1);
        foreach ((int depth, int columns) in new[] { (17, 5), (64, 64), (300, 33), (1000, 1) })
        {
            Tensor left = numbers.Tensor([29, depth]), right = numbers.Tensor([depth, columns]);
            Tensor whole = left.MatMul(right);
            foreach (int row in new[] { 0, 13, 28 }) family.CheckSame($"row {row}", whole.Slice(0, row, 1),
                left.Slice(0, row, 1).MatMul(right));
        }
    }

    [Fact]
    public void A_mean_over_channels_or_pixels_does_not_depend_on_the_batch()
    {
        var numbers = new Numbers(2);
        foreach (int channels in new[] { 1, 3, 17, 64 })
        {
            Tensor batch = numbers.Tensor([3, 19, 23, channels]);
            for (int i = 0; i < 3; i++)
            {
                Tensor sample = batch.Slice(0, i, 1);
                family.CheckSame($"{channels} channels", batch.Mean(3).Slice(0, i, 1), sample.Mean(3));
                family.CheckSame($"{channels} channels", batch.Mean(1, 2).Slice(0, i, 1), sample.Mean(1, 2));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Moments_of_a_sample_do_not_depend_on_its_batch(int channels, int outChannels, int kernel)
    {
        (Tensor batch, Func<Tensor, Tensor> layer) = Layer([3, 13, 11, channels], outChannels, kernel, padding: kernel / 2);
        (Tensor mean, Tensor variance) = layer(batch).Moments(1, 2);
        for (int i = 0; i < 3; i++)
        {
            (Tensor own, Tensor ownVariance) = layer(batch.Slice(0, i, 1)).Moments(1, 2);
            family.CheckSame($"mean of sample {i}", mean.Slice(0, i, 1), own);
            family.CheckSame($"variance of sample {i}", variance.Slice(0, i, 1), ownVariance);
        }
    }

    private static (Tensor Image, Func<Tensor, Tensor> Layer) Layer(Shape shape, int outChannels, int kernel, int padding)
    {
        var numbers = new Numbers(shape[3] * outChannels);
        Tensor weights = numbers.Tensor([kernel, kernel, shape[3], outChannels]), bias = numbers.Tensor([outChannels]);
        return (numbers.Tensor(shape), image =>
        {
            Tensor y = image.Conv2d(weights, ConvolutionWindow.Square(padding: padding)) + bias;
            return Tensor.Max(y, 0.2f * y);
        }
        );
    }
}
