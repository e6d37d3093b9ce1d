using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Layers;

public sealed class RandomWindowTests
{
    private const int Count = 60, Height = 9, Width = 7, MarginY = 3, MarginX = 2;

    [Fact]
    public void Images_that_belong_together_are_cut_at_the_same_places_and_every_place_comes_up()
    {
        var key = new Feed("key", [3], ElementType.Int32);
        var window = new RandomWindow(new RandomStream(key), Count, MarginY, MarginX);
        float[] pixels = [.. Enumerable.Range(0, Count * Height * Width).Select(i => (float)i)];
        Tensor images = Tensor.Of([Count, Height, Width, 1], pixels);
        var step = new Step([window.Of(images), window.Of(-images)]);
        RunResult run = CpuDevice.Shared.Run(step, new Bindings().Set(key, RandomStream.Key(1, 1)));
        (float[] cut, float[] twin) = (run[0], run[1]);
        Assert.Equal(cut, twin.Select(value => -value));

        const int Rows = Height - MarginY, Columns = Width - MarginX;
        var places = new HashSet<(int, int)>();
        for (int n = 0; n < Count; n++)
        {
            int first = (int)cut[n * Rows * Columns] - n * Height * Width, top = first / Width, left = first % Width;
            Assert.InRange(top, 0, MarginY);
            Assert.InRange(left, 0, MarginX);
            places.Add((top, left));
            for (int y = 0; y < Rows; y++)
            {
                for (int x = 0; x < Columns; x++)
                    Assert.Equal(pixels[(n * Height + top + y) * Width + left + x], cut[(n * Rows + y) * Columns + x]);
            }
        }

        Assert.Equal((MarginY + 1) * (MarginX + 1), places.Count);
    }
}
