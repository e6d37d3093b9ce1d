using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Tests.Reference;

/// <summary>A mistake throws on the line that writes it, and names the shapes and the layer.</summary>
public sealed class ShapeMistakeTests
{
    private static readonly Tensor Image = new Feed("image", [2, 8, 8, 3]), Matrix = new Feed("matrix", [4, 5]),
        Vector = new Feed("vector", [7]), Index = new Feed("index", [2], ElementType.Int32);

    private static readonly Dictionary<string, (Func<Tensor> Write, string[] Named)> Mistakes = new()
    {
        ["sum of unlike shapes"] = (() => Matrix + Vector, ["[4, 5]", "[7]"]),
        ["choice of unlike shapes"] = (() => Tensor.Select(Matrix, Vector, 0), ["[4, 5]", "[7]"]),
        ["matrices that do not meet"] = (() => Matrix.MatMul(Matrix), ["[4, 5]", "5 columns", "4 rows"]),
        ["matrix times vector"] = (() => Matrix.MatMul(Vector), ["[4, 5]", "[7]"]),
        ["wrong channels"] = (() => Image.Conv2d(new Feed("w", [3, 3, 4, 8]), new ConvolutionWindow()), ["[2, 8, 8, 3]", "[3, 3, 4, 8]"]),
        ["groups that do not divide"] = (() => Image.Conv2d(new Feed("w", [3, 3, 1, 8]), new ConvolutionWindow(Groups: 2)),
            ["[2, 8, 8, 3]", "2 groups"]),
        ["kernel larger than the image"] = (() => Image.Conv2d(new Feed("w", [9, 3, 3, 8]), new ConvolutionWindow()),
            ["[2, 8, 8, 3]", "[9, 3, 3, 8]"]),
        ["stride 0"] = (() => Image.Conv2d(new Feed("w", [3, 3, 3, 8]), new ConvolutionWindow(StrideX: 0)), ["[2, 8, 8, 3]", "at least 1"]),
        ["transposed convolution to a wrong size"] =
            (() => Image.ConvTranspose2d(new Feed("w", [3, 3, 5, 3]), new ConvolutionWindow(), 8, 8), ["[2, 8, 8, 3]", "[3, 3, 5, 3]"]),
        ["pooling by stride 0"] = (() => Image.MaxPool(2, new ConvolutionWindow(StrideY: 0)), ["[2, 8, 8, 3]"]),
        ["pooling of padding alone"] = (() => Image.MaxPool(2, ConvolutionWindow.Square(padding: 1, dilation: 9)), ["[2, 8, 8, 3]"]),
        ["concatenation of unlike shapes"] = (() => Tensor.Concat(0, Matrix, Vector), ["[4, 5]", "[7]"]),
        ["concatenation of nothing"] = (() => Tensor.Concat(0), ["nothing"]),
        ["reshape to another count"] = (() => Matrix.Reshape([3, 7]), ["[4, 5]", "[3, 7]"]),
        ["broadcast to a smaller shape"] = (() => Matrix.BroadcastTo([5]), ["[4, 5]", "[5]"]),
        ["permute by half an order"] = (() => Image.Permute(0, 2), ["[2, 8, 8, 3]", "[0, 2]"]),
        ["transpose of a vector"] = (() => Vector.Transpose(), ["[7]"]),
        ["slice beyond the end"] = (() => Vector.Slice(0, 5, 3), ["[7]", "[5]", "[3]"]),
        ["sum over a missing axis"] = (() => Matrix.Sum(2), ["[4, 5]", "axis 2"]),
        ["maximum over a missing axis"] = (() => Matrix.MaxOver(-3), ["[4, 5]", "axis -3"]),
        ["moments over the channels"] = (() => Image.Moments(1, 2, 3).Mean, ["[2, 8, 8, 3]", "channels"]),
        ["moments over axes apart"] = (() => Image.Moments(0, 2).Mean, ["[2, 8, 8, 3]", "run of axes"]),
        ["flip of a missing axis"] = (() => Matrix.Flip(4), ["[4, 5]", "axis 4"]),
        ["negative padding"] = (() => Matrix.Pad([-1, 0], [1, 0]), ["[4, 5]", "[-1, 0]"]),
        ["reflection as wide as the image"] = (() => Image.ReflectPad(8), ["[2, 8, 8, 3]", "8"]),
        ["resize of a matrix"] = (() => Matrix.Resize(2, 2, Interpolation.Bicubic), ["[4, 5]"]),
        ["resize to nothing"] = (() => Image.Resize(0, 2, Interpolation.Bicubic), ["[2, 8, 8, 3]"]),
        ["pixel shuffle of too few channels"] = (() => Image.PixelShuffle(2), ["[2, 8, 8, 3]"]),
        ["gather by floats"] = (() => Matrix.Gather(Vector), ["[4, 5]", "[7]"]),
        ["segment sum of other rows"] = (() => Matrix.SegmentSum(Index, 3), ["[4, 5]", "[2]"]),
        ["arithmetic on integers"] = (() => Index + Index, ["[2]", "cast"]),
        ["random numbers by a short key"] = (() => new RandomStream(Index).Uniform([2]), ["[2]"]),
        ["update of another shape"] = (() => Assigned(new Variable("weight", [4]), Matrix), ["'weight'", "[4]", "[4, 5]"]),
        ["gradients of many numbers"] = (() => Gradients.Of(Matrix, Matrix)[0], ["[4, 5]"]),
    };

    public static TheoryData<string> Names => [.. Mistakes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_named_with_its_shapes_and_layer(string mistake)
    {
        (Func<Tensor> write, string[] named) = Mistakes[mistake];
        using (Scope.Enter("body"))
        using (Scope.Enter("conv1"))
        {
            string message = Assert.Throws<ShapeException>(write).Message;
            Assert.All([.. named, "'body.conv1'"], part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Outside_any_layer_names_none()
    {
        string message = Assert.Throws<ShapeException>(() => Matrix + Vector).Message;
        Assert.DoesNotContain("layer", message, StringComparison.Ordinal);
        Assert.Null(Scope.Current);
    }

    private static Tensor Assigned(Variable variable, Tensor value)
    {
        var updates = new Updates();
        updates.Assign(variable, value);
        return updates[variable];
    }
}
