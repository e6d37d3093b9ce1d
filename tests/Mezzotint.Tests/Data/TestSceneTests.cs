using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Data;

public sealed class TestSceneTests
{
    [Fact]
    public void A_seed_has_one_scene_and_another_seed_another()
    {
        float[] scene = TestScene.Render(40, 30, 0);
        Assert.Equal(scene, TestScene.Render(40, 30, 0));
        Assert.NotEqual(scene, TestScene.Render(40, 30, 1));
        Assert.Equal(40 * 30 * 3, scene.Length);
        Assert.All(scene, sample => Assert.InRange(sample, 0, 1));
    }

    [Fact]
    public void The_scene_is_the_same_at_any_size()
    {
        // Half the size is the mean of four pixels but for the encoding and what the sampling misses.
        float[] small = TestScene.Render(40, 30, 0), large = TestScene.Render(80, 60, 0);
        double error = 0;
        for (int y = 0; y < 30; y++)
        {
            for (int x = 0; x < 40 * 3; x++)
            {
                int at = 2 * y * 240 + x / 3 * 6 + x % 3;
                error += Math.Abs(small[y * 120 + x] - (large[at] + large[at + 3] + large[at + 240] + large[at + 243]) / 4);
            }
        }
        Assert.InRange(error / small.Length, 0, 0.03);
    }

    [Fact]
    public void The_picture_in_the_documentation_is_scene_0()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Mezzotint.slnx")))
            root = Path.GetDirectoryName(root);
        Assert.SkipWhen(root is null, "the tests do not run within a checkout");
        var stored = Picture.Load(Path.Combine(root, "docs", "images", "scene.png"));
        Assert.Equal((320, 240, 3), (stored.Width, stored.Height, stored.Channels));
        float[] drawn = TestScene.Render(320, 240, 0), samples = stored.ToFloats();
        // Sines differ in their last bits from machine to machine, and an edge may fall to its other side.
        Assert.InRange(drawn.Zip(samples, (a, b) => (double)Math.Abs(a - b)).Average(), 0, 0.5 / 255);
    }
}
