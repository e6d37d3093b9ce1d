using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Tests.Reference;

/// <summary>Seeded numbers for tests.</summary>
internal sealed class Numbers(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>An integer from <paramref name="low"/> to <paramref name="high"/>, both possible.</summary>
    public int Integer(int low, int high) => _random.Next(low, high + 1);

    public T OneOf<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public double Between(double low, double high) => low + (high - low) * _random.NextDouble();

    public float[] Floats(Shape shape, double low = -1.5, double high = 1.5) => [.. Doubles(shape, low, high).Select(x => (float)x)];

    public double[] Doubles(Shape shape, double low = -1.5, double high = 1.5) =>
        [.. Enumerable.Range(0, (int)shape.Count).Select(_ => Between(low, high))];

    public int[] Integers(Shape shape, int low, int high) => [.. Enumerable.Range(0, (int)shape.Count).Select(_ => Integer(low, high))];

    public Tensor Tensor(Shape shape, double low = -1.5, double high = 1.5) => Mezzotint.Tensors.Tensor.Of(shape, Floats(shape, low, high));

    /// <summary>A window whose kernel fits into an image, with everything a window can have.</summary>
    public ConvolutionWindow Window(int height, int width, int kernelHeight, int kernelWidth, int groups = 1)
    {
        while (true)
        {
            var window = new ConvolutionWindow(
                StrideY: Integer(1, 3), StrideX: Integer(1, 3),
                PadTop: Integer(0, 3), PadBottom: Integer(0, 3), PadLeft: Integer(0, 3), PadRight: Integer(0, 3),
                DilationY: Integer(1, 3), DilationX: Integer(1, 3), groups);
            bool fits = window.OutExtent(height, kernelHeight, vertical: true) >= 1
                && window.OutExtent(width, kernelWidth, vertical: false) >= 1;
            if (fits) return window;
        }
    }
}
