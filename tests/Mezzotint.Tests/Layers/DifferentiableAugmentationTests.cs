using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Layers;

public sealed class DifferentiableAugmentationTests
{
    private const int Count = 40, Height = 16, Width = 8, Channels = 3;

    private static readonly float[] Pixels = [.. Enumerable.Range(0, Count * Height * Width * Channels).Select(i => 1 + (float)Math.Sin(i * 0.37))];

    private static readonly Tensor Images = Tensor.Of([Count, Height, Width, Channels], Pixels);

    [Fact]
    public void A_translation_moves_each_image_by_whole_pixels_of_its_own()
    {
        float[] moved = Changed(DifferentiableAugmentation.Translation);
        var shifts = new HashSet<(int, int)>();
        for (int n = 0; n < Count; n++)
        {
            (int, int)[] found = [.. from dy in Enumerable.Range(-2, 5) from dx in Enumerable.Range(-1, 3) where IsShifted(n, dy, dx) select (dy, dx)];
            shifts.Add(Assert.Single(found));
        }

        Assert.True(shifts.Count > 8, $"{shifts.Count} different shifts of 15");

        bool IsShifted(int n, int dy, int dx)
        {
            for (int y = 0; y < Height; y++)
            {
                for (int x = 0; x < Width; x++)
                {
                    bool inside = y + dy is >= 0 and < Height && x + dx is >= 0 and < Width;
                    if (moved[At(n, y, x, 1)] != (inside ? Pixels[At(n, y + dy, x + dx, 1)] : 0)) return false;
                }
            }

            return true;
        }
    }

    [Fact]
    public void A_cutout_leaves_out_a_rectangle_of_half_of_each_side()
    {
        float[] cut = Changed(DifferentiableAugmentation.Cutout);
        var sizes = new HashSet<int>();
        for (int n = 0; n < Count; n++)
        {
            (int Y, int X)[] gone = [.. from y in Enumerable.Range(0, Height) from x in Enumerable.Range(0, Width) where cut[At(n, y, x, 0)] == 0 select (y, x)];
            int rows = gone.Select(pixel => pixel.Y).Distinct().Count(), columns = gone.Select(pixel => pixel.X).Distinct().Count();
            Assert.Equal(rows * columns, gone.Length);
            Assert.True(rows <= Height / 2 && columns <= Width / 2);
            sizes.Add(gone.Length);
            foreach ((int y, int x) in from y in Enumerable.Range(0, Height) from x in Enumerable.Range(0, Width) select (y, x))
                if (!gone.Contains((y, x))) Assert.Equal(Pixels[At(n, y, x, 2)], cut[At(n, y, x, 2)]);
        }

        Assert.Contains(Height / 2 * Width / 2, sizes);
    }

    [Fact]
    public void Colours_change_by_one_brightness_saturation_and_contrast_an_image()
    {
        float[] changed = Changed(DifferentiableAugmentation.Colour);
        for (int n = 0; n < Count; n++)
        {
            // What differs between a pixel's channels is multiplied by one number everywhere in an image.
            double[] factors =
            [
                .. Enumerable.Range(0, Height * Width).Select(i => At(n, i / Width, i % Width, 0))
                    .Where(at => Math.Abs(Pixels[at] - Pixels[at + 1]) > 0.1)
                    .Select(at => (changed[at] - changed[at + 1]) / (double)(Pixels[at] - Pixels[at + 1])),
            ];
            Assert.InRange(factors[0], 0, 3);
            Assert.All(factors, factor => Assert.Equal(factors[0], factor, 1e-4));
        }
    }

    [Fact]
    public void Gradients_run_through_to_the_pixels_that_are_seen()
    {
        var key = new Feed("key", [3], ElementType.Int32);
        Bindings bindings = new Bindings().Set(key, RandomStream.Key(1, 1));
        Tensor moved = DifferentiableAugmentation.Translation(Images, new RandomStream(key));
        float[] gradient = CpuDevice.Shared.Evaluate(Gradients.Of((0.5f * moved.Square()).Sum(), Images)[0], bindings);
        float[] seen = CpuDevice.Shared.Evaluate(moved, bindings);
        Assert.All(gradient.Zip(Pixels), pair => Assert.True(pair.First == 0 || pair.First == pair.Second));
        Assert.Equal(seen.Count(value => value != 0), gradient.Count(value => value != 0));
    }

    private static float[] Changed(Func<Tensor, RandomStream, Tensor> change)
    {
        var key = new Feed("key", [3], ElementType.Int32);
        return CpuDevice.Shared.Evaluate(change(Images, new RandomStream(key)), new Bindings().Set(key, RandomStream.Key(7, 3)));
    }

    private static int At(int n, int y, int x, int c) => ((n * Height + y) * Width + x) * Channels + c;
}
