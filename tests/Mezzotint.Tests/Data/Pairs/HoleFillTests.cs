using Mezzotint.Data;
using Mezzotint.Data.Pairs;

namespace Mezzotint.Tests.Data.Pairs;

/// <summary>What a network is shown in the holes of a picture.</summary>
public sealed class HoleFillTests
{
    [Theory]
    [InlineData(1, 1), InlineData(7, 1), InlineData(5, 9), InlineData(64, 48)]
    public void Known_pixels_stay_and_others_lie_between_them(int width, int height)
    {
        var random = new Random(width * 100 + height);
        float[] given = [.. Enumerable.Range(0, 4 * width * height).Select(_ => random.NextSingle())];
        bool[] missing = [.. Enumerable.Range(0, width * height).Select(i => i > 0 && random.NextSingle() < 0.6f)];
        float[] filled = [.. given];
        HoleFill.Apply(filled, 4, missing, width);
        float[][] colours = [.. Enumerable.Range(0, 3).Select(c => Known(c))];
        for (int i = 0; i < missing.Length; i++)
        {
            Assert.Equal(given[4 * i + 3], filled[4 * i + 3]);
            for (int c = 0; c < 3; c++)
            {
                if (missing[i]) Assert.InRange(filled[4 * i + c], colours[c].Min() - 1e-6f, colours[c].Max() + 1e-6f);
                else Assert.Equal(given[4 * i + c], filled[4 * i + c]);
            }
        }

        float[] Known(int c) => [.. Enumerable.Range(0, missing.Length).Where(i => !missing[i]).Select(i => given[4 * i + c])];
    }

    [Fact]
    public void What_is_missing_has_no_influence()
    {
        bool[] missing = new MaskGenerator(MaskKind.Mixed, 0.2, 0.4).Make(40, 30, 1, 5);
        float[] first = TestScene.Render(40, 30, seed: 3), second = [.. first];
        for (int i = 0; i < second.Length; i++)
            if (missing[i / 3]) second[i] = float.NaN;
        HoleFill.Apply(first, 3, missing, 40);
        HoleFill.Apply(second, 3, missing, 40);
        Assert.Equal(first, second);
    }

    [Fact]
    public void One_colour_goes_on_and_a_slope_nearly()
    {
        const int side = 32;
        bool[] missing = new bool[side * side];
        for (int y = 12; y < 20; y++) missing.AsSpan(y * side + 12, 8).Fill(true);
        float[] plain = [.. Enumerable.Repeat(0.3f, 3 * side * side)];
        HoleFill.Apply(plain, 3, missing, side);
        Assert.All(plain, value => Assert.Equal(0.3f, value, 1e-6f));

        float[] slope = [.. Enumerable.Range(0, 3 * side * side).Select(i => i / 3 % side / (float)side)];
        float[] filled = [.. slope];
        HoleFill.Apply(filled, 3, missing, side);
        Assert.True(slope.Zip(filled, (a, b) => Math.Abs(a - b)).Max() < 0.1f); // the hole is a quarter of the slope wide
    }

    [Fact]
    public void Where_nothing_is_known_it_is_grey()
    {
        float[] samples = [1, 1, 1, 7, 1, 1, 1, 7];
        HoleFill.Apply(samples, 4, [true, true], 2);
        Assert.Equal([0f, 0, 0, 7, 0, 0, 0, 7], samples);
    }
}
