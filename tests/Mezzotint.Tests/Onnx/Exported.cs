using Mezzotint.Tensors;
using Mezzotint.Weights.Onnx;

namespace Mezzotint.Tests.Onnx;

/// <summary>A function that is written as ONNX, and run there and here.</summary>
internal sealed class Exported : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Func<Tensor, Tensor> _network;

    public Exported(Func<Tensor, Tensor> network, Shape example, DynamicAxes dynamic = DynamicAxes.All)
    {
        _network = network;
        Summary = OnnxExport.Write(network, example, Path, new OnnxMetadata("test"), dynamic);
    }

    public string Path => _folder["model.onnx"];

    public OnnxSummary Summary { get; }

    /// <summary>The operators of the file, in order.</summary>
    public IEnumerable<string> Operators => OnnxFile.Read(Path).Nodes.Select(node => node.Type);

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// The largest deviation of ONNX Runtime's output from a device's, over the output's largest magnitude. Fails where the shapes differ.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="size">The input's shape.</param>
    /// <param name="seed">Where the input is drawn from.</param>
    /// <param name="low">Its least number.</param>
    /// <param name="high">Its largest number.</param>
    /// <param name="whole">For whole numbers, as classes have them: how many there are, from 0; else 0.</param>
    public double Deviation(Device device, Shape size, int seed = 1, float low = -1, float high = 1, int whole = 0)
    {
        var random = new Random(seed);
        var values = new float[size.Count];
        for (int i = 0; i < values.Length; i++) values[i] = whole > 0 ? random.Next(whole) : low + (high - low) * random.NextSingle();
        Tensor output = _network(Tensor.Of(size, values));
        float[] expected = ToOnnx(output.Shape, device.Evaluate(output), out Shape shape);
        (Shape gotShape, float[] got) = OnnxRuntime.Run(Path, Turned(size), ToOnnx(size, values, out _));
        Assert.Equal(shape, gotShape);
        double largest = expected.Max(Math.Abs), deviation = 0;
        for (int i = 0; i < got.Length; i++) deviation = Math.Max(deviation, Math.Abs((double)got[i] - expected[i]));
        Assert.False(double.IsNaN(deviation) || got.Any(float.IsNaN) != expected.Any(float.IsNaN), "a NaN on one side only");
        return largest == 0 ? deviation : deviation / largest;
    }

    private static Shape Turned(Shape s) => s.Rank == 4 ? [s[0], s[3], s[1], s[2]] : s;

    private static float[] ToOnnx(Shape s, float[] values, out Shape turned)
    {
        turned = Turned(s);
        if (s.Rank != 4) return values;
        var result = new float[values.Length];
        int i = 0;
        for (int n = 0; n < s[0]; n++)
            for (int c = 0; c < s[3]; c++)
                for (int y = 0; y < s[1]; y++)
                    for (int x = 0; x < s[2]; x++)
                        result[i++] = values[((n * s[1] + y) * s[2] + x) * s[3] + c];
        return result;
    }
}
