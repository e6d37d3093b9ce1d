using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Reference;
using Mezzotint.Weights.Onnx;

namespace Mezzotint.Tests.Onnx;

/// <summary>Each primitive in a small graph, open in batch, height and width, against the double-precision device at two sizes.</summary>
public sealed class PrimitiveExportTests
{
    private const double Tolerance = 1e-5;
    private static readonly Shape Example = [1, 8, 12, 4];
    private static readonly Device Device = new ReferenceDevice();

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Open = new()
    {
        ["negate"] = x => -x,
        ["absolute and sign"] = x => x.Abs() * 2 + x.Sign(),
        ["floor"] = x => (x * 3).Floor(),
        ["reciprocal"] = x => (x + 2).Reciprocal(),
        ["square root"] = x => (x + 2).Sqrt(),
        ["exponential and logarithm"] = x => (x.Exp() + 1).Log(),
        ["tanh"] = x => x.Tanh(),
        ["sigmoid"] = x => x.Sigmoid(),
        ["sine and cosine"] = x => x.Sin() + (3 * x).Cos(),
        ["relu"] = x => x.Relu(),
        ["softplus"] = x => x.Softplus(),
        ["leaky rectifier"] = x => Tensor.Max(x, 0) + 0.2f * Tensor.Min(x, 0),
        ["other leaky rectifier"] = x => Tensor.Max(x, 0.2f * x),
        ["rectifier with a slope for each channel"] = x => Tensor.Max(x, 0) + Numbers([4], 1) * Tensor.Min(x, 0),
        ["division and power"] = x => (x + 2).Pow(1.5f) / (x * x + 1),
        ["select"] = x => Tensor.Select(Tensor.Less(x, 0.1f), x - 1, x * 2),
        ["comparisons"] = x => Tensor.LessOrEqual(x, 0.5f) + 2 * Tensor.Equal(x, x) + Tensor.Less(x, -0.5f),
        ["a number for each channel"] = x => x * Numbers([4], 2) + Numbers([1, 1, 4], 3),
        ["a number for each image"] = x => x * x.Sum(1, 2, 3),
        ["rows against columns"] = x => x.Sum(1) * x.Sum(2),
        ["sum over channels"] = x => x.Sum(3),
        ["maximum over the image"] = x => x.MaxOver(1, 2) - x,
        ["instance normalisation"] = x =>
        {
            Tensor centred = x - x.Mean(1, 2);
            return centred / (centred.Square().Mean(1, 2) + 1e-5f).Sqrt();
        },
        ["instance normalisation with scale and shift"] = x =>
        {
            Tensor centred = x - x.Mean(1, 2);
            Tensor inverse = (centred.Square().Mean(1, 2) + 0.01f).Sqrt().Reciprocal();
            return centred * (Numbers([4], 19) * inverse) + Numbers([4], 20);
        },
        ["numbers for each column, other at the edges"] = x =>
        {
            var numbers = new float[x.Shape[2]];
            Array.Fill(numbers, 2);
            (numbers[0], numbers[1], numbers[^1]) = (1, 3, 5);
            return x * Tensor.Of([x.Shape[2], 1], numbers);
        },
        ["channel mean"] = x => x - x.Mean(-1),
        ["a broadcast result"] = x => x.Sum(1, 2).BroadcastTo(x.Shape),
        ["reshape of channels"] = x => x.Reshape([x.Shape[0], x.Shape[1], x.Shape[2], 2, 2])
            .Sum(4).Reshape([x.Shape[0], x.Shape[1], x.Shape[2], 2]),
        ["repeated channels"] = x => x.Reshape([x.Shape[0], x.Shape[1], x.Shape[2], 1, 4])
            .BroadcastTo([x.Shape[0], x.Shape[1], x.Shape[2], 3, 4])
            .Reshape([x.Shape[0], x.Shape[1], x.Shape[2], 12]),
        ["rows and columns as one axis"] = x => x.Reshape([x.Shape[0], x.Shape[1] * x.Shape[2], 4]),
        ["all of an image but its channels, and back"] = x => (x.Reshape([x.Shape[0], x.Shape[1] * x.Shape[2], 4]) * 2).Reshape(x.Shape),
        ["permute"] = x => x.Permute(0, 2, 1, 3),
        ["pixel shuffle"] = x => x.PixelShuffle(2),
        ["pixel shuffle undone"] = x => x.Reshape([x.Shape[0], x.Shape[1] / 2, 2, x.Shape[2] / 2, 2, 4]).Permute(0, 1, 3, 2, 4, 5)
            .Reshape([x.Shape[0], x.Shape[1] / 2, x.Shape[2] / 2, 16]),
        ["pad"] = x => x.Pad([0, 1, 2, 0], [0, 3, 0, 1]),
        ["reflection"] = x => x.ReflectPad(3),
        ["slice from the beginning"] = x => x.Slice(1, 2, 3),
        ["slice to the end"] = x => x.Slice(2, 3, x.Shape[2] - 3),
        ["slice within"] = x => x.Slice(2, 1, x.Shape[2] - 3).Slice(-1, 1, 2),
        ["slice of the last lines"] = x => x.Slice(1, x.Shape[1] - 3, 3),
        ["every other column"] = x => x.Slice(2, 1, x.Shape[2] / 2, 2),
        ["concat of channels"] = x => Tensor.Concat(-1, x, x * x, x.Slice(3, 0, 1)),
        ["concat of rows"] = x => Tensor.Concat(1, x, x),
        ["flip"] = x => x.Flip(1, 3),
        ["detach"] = x => x.Detach() + 1,
        ["3x3"] = x => x.Conv2d(Numbers([3, 3, 4, 6], 5), ConvolutionWindow.Square(padding: 1)),
        ["3x3 and bias"] = x => x.Conv2d(Numbers([3, 3, 4, 6], 5), ConvolutionWindow.Square(padding: 1)) + Numbers([6], 6),
        ["uneven window"] = x => x.Conv2d(Numbers([2, 3, 4, 2], 7), new ConvolutionWindow(1, 2, 1, 0, 2, 1, 2, 1)),
        ["groups"] = x => x.Conv2d(Numbers([3, 3, 2, 6], 8), ConvolutionWindow.Square(2, 1, groups: 2)),
        ["transposed"] = x => x.ConvTranspose2d(Numbers([4, 4, 3, 4], 9), ConvolutionWindow.Square(2, 1), 2 * x.Shape[1], 2 * x.Shape[2]),
        ["transposed with a row to spare"] = x =>
            x.ConvTranspose2d(Numbers([3, 3, 3, 4], 9), ConvolutionWindow.Square(2, 1), 2 * x.Shape[1], 2 * x.Shape[2]),
        ["transposed in groups"] = x =>
            x.ConvTranspose2d(Numbers([3, 3, 3, 4], 9), ConvolutionWindow.Square(1, 1, groups: 2), x.Shape[1], x.Shape[2])
            + Numbers([6], 9),
        ["weights from the input"] = x => x.Conv2d(x.Sum(0, 1, 2).Reshape([1, 1, 4, 1]), new ConvolutionWindow()),
        ["max-pool"] = x => x.MaxPool(2, ConvolutionWindow.Square(2)),
        ["max-pool with padding"] = x => x.MaxPool(3, ConvolutionWindow.Square(2, 1)),
        ["matmul"] = x => x.Mean(1, 2).Reshape([x.Shape[0], 4]).MatMul(Numbers([4, 5], 10)) + Numbers([5], 11),
        ["matmul by pairs"] = x =>
        {
            Tensor rows = x.Reshape([x.Shape[0], x.Shape[1] * x.Shape[2], 4]);
            return rows.Transpose().MatMul(rows) * 0.01f;
        },
        ["nearest, enlarged"] = x => x.Resize(2 * x.Shape[1], 3 * x.Shape[2], Interpolation.Nearest),
        ["nearest, halved"] = x => x.Resize(x.Shape[1] / 2, x.Shape[2] / 2, Interpolation.Nearest),
        ["bilinear, enlarged"] = x => x.Resize(4 * x.Shape[1], 2 * x.Shape[2], Interpolation.Bilinear),
        ["bilinear, halved"] = x => x.Resize(x.Shape[1] / 2, x.Shape[2] / 2, Interpolation.Bilinear),
        ["bilinear, halved without aliases"] = x => x.Resize(x.Shape[1] / 2, x.Shape[2] / 2, Interpolation.Bilinear, antialias: true),
        ["bicubic, enlarged"] = x => x.Resize(4 * x.Shape[1], 3 * x.Shape[2], Interpolation.Bicubic),
        ["bicubic, halved"] = x => x.Resize(x.Shape[1] / 2, x.Shape[2] / 2, Interpolation.Bicubic),
        ["bicubic, halved without aliases"] = x => x.Resize(x.Shape[1] / 2, x.Shape[2] / 2, Interpolation.Bicubic, antialias: true),
        ["one size from another's"] = x => x.MaxPool(2, ConvolutionWindow.Square(2)).Resize(x.Shape[1], x.Shape[2], Interpolation.Bilinear),
        ["gather"] = x => Numbers([5, 3], 12).Gather((x * 2 + 2).Cast(ElementType.Int32)).Sum(4).Reshape(x.Shape),
        ["integers"] = x => (x * 9).Cast(ElementType.Int32).Cast(ElementType.Float32),
        ["constant integers"] = x => x + Numbers([5, 4], 13).Gather(Tensor.Of([1], new[] { 3 })),
    };

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Function, DynamicAxes Open)> Fixed = new()
    {
        ["bicubic by a broken factor"] = (x => x.Resize(10, 9, Interpolation.Bicubic, antialias: true), DynamicAxes.Batch),
        ["flattened"] = (
            x => x.Reshape([x.Shape[0], (int)(x.Shape.Count / x.Shape[0])]).MatMul(Numbers([8 * 12 * 4, 3], 14)), DynamicAxes.Batch),
        ["a picture of places"] = (x => x + Numbers([x.Shape[1], x.Shape[2], 1], 15), DynamicAxes.Batch),
    };

    public static TheoryData<string> OpenNames => [.. Open.Keys];

    public static TheoryData<string> FixedNames => [.. Fixed.Keys];

    [Theory]
    [MemberData(nameof(OpenNames))]
    public void A_primitive_is_what_it_is_here_at_any_size(string name)
    {
        using var exported = new Exported(Open[name], Example);
        Assert.Null(exported.Summary.FixedBecause);
        Assert.Equal(DynamicAxes.All, exported.Summary.Dynamic);
        Assert.True(exported.Deviation(Device, Example) < Tolerance, $"at {Example}");
        Shape other = [3, 10, 6, 4];
        Assert.True(exported.Deviation(Device, other, seed: 2) < Tolerance, $"at {other}");
    }

    [Theory]
    [MemberData(nameof(FixedNames))]
    public void What_one_size_alone_allows_is_written_for_that_size(string name)
    {
        (Func<Tensor, Tensor> function, DynamicAxes open) = Fixed[name];
        using var exported = new Exported(function, Example);
        Assert.Equal(open, exported.Summary.Dynamic);
        Assert.NotNull(exported.Summary.FixedBecause);
        Assert.True(exported.Deviation(Device, Example) < Tolerance);
        Assert.True(exported.Deviation(Device, [2, 8, 12, 4]) < Tolerance);
    }

    [Fact]
    public void A_latent_becomes_images()
    {
        Tensor Generator(Tensor z) => (z.MatMul(Numbers([6, 2 * 3 * 4], 16)) + Numbers([24], 17)).Reshape([z.Shape[0], 2, 3, 4])
            .ConvTranspose2d(Numbers([4, 4, 3, 4], 18), ConvolutionWindow.Square(2, 1), 4, 6).Tanh();
        using var exported = new Exported(Generator, [1, 6]);
        Assert.Equal(DynamicAxes.Batch, exported.Summary.Dynamic);
        Assert.True(exported.Deviation(Device, [1, 6]) < Tolerance);
        Assert.True(exported.Deviation(Device, [5, 6]) < Tolerance);
    }

    private static Tensor Numbers(Shape shape, int seed)
    {
        var random = new Random(seed);
        return Tensor.Of(shape, Enumerable.Range(0, (int)shape.Count).Select(_ => 2 * random.NextSingle() - 1).ToArray());
    }
}
