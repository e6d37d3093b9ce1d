using Mezzotint.Weights;

namespace Mezzotint.Tests;

/// <summary>Stored outputs of published networks, computed elsewhere.</summary>
internal sealed class Golden
{
    private const float Tolerance = 1e-4f; // of the largest magnitude: another order of summation
    private readonly Dictionary<string, NamedArray> _arrays;

    public Golden(string name) =>
        _arrays = Safetensors.Read(SharedData.Path($"golden/{name}.safetensors")).Arrays.ToDictionary(array => array.Name);

    /// <summary>An array N,C,H,W as N,H,W,C, with its shape; others as they are.</summary>
    public (int[] Shape, float[] Data) this[string name]
    {
        get
        {
            NamedArray array = _arrays[name];
            if (array.Shape is not [var images, var channels, var height, var width]) return (array.Shape, array.Data);
            float[] data = new float[array.Data.Length];
            int pixels = height * width;
            for (int n = 0; n < images; n++)
                for (int c = 0; c < channels; c++)
                    for (int p = 0; p < pixels; p++)
                        data[(n * pixels + p) * channels + c] = array.Data[(n * channels + c) * pixels + p];
            return ([images, height, width, channels], data);
        }
    }

    public void Equal(string name, float[] values)
    {
        float[] expected = this[name].Data;
        Assert.Equal(expected.Length, values.Length);
        float largest = expected.Max(Math.Abs), worst = 0;
        for (int i = 0; i < values.Length; i++) worst = Math.Max(worst, Math.Abs(values[i] - expected[i]));
        Assert.True(worst <= Tolerance * largest, $"{name}: off by {worst}, and its largest magnitude is {largest}");
    }
}
