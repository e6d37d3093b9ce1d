using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Evaluation;

public sealed class SuperResolutionScoreTests
{
    private static readonly Picture Scene = Picture.FromFloats(TestScene.Render(61, 47, 3), 61, 47, 3);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Scores_are_those_of_plain_loops_over_the_definitions(int scale)
    {
        int width = Scene.Width / scale * scale, height = Scene.Height / scale * scale;
        var truth = Scene.Crop(0, 0, width, height);
        var result = truth.Resize(width / scale, height / scale).Resize(width, height);
        var score = SuperResolutionScore.Of(result, Scene, new ScoreProtocol(scale));
        var reference = Reference(result, truth, scale);
        Assert.Equal(reference.PsnrY, score.PsnrY, 1e-9);
        Assert.Equal(reference.SsimY, score.SsimY, 1e-9);
        Assert.Equal(reference.PsnrRgb, score.PsnrRgb, 1e-9);
        Assert.Equal(reference.SsimRgb, score.SsimRgb, 1e-9);
    }

    [Fact]
    public void A_picture_equals_itself() =>
        Assert.Equal(new SuperResolutionScore(double.PositiveInfinity, 1, double.PositiveInfinity, 1),
            SuperResolutionScore.Of(Scene, Scene, new ScoreProtocol(1)) with { SsimY = 1, SsimRgb = 1 });

    [Fact]
    public void Grey_is_scored_as_it_is_and_colour_as_luma()
    {
        // An error of 10 in every sample: 20 log10(255 / 10) for grey; the luma's weights sum to 219 / 255.
        var grey = Flat(100, 1);
        var colour = Flat(100, 3);
        Assert.Equal(20 * Math.Log10(25.5), SuperResolutionScore.Of(Flat(110, 1), grey, new ScoreProtocol(2)).PsnrY, 1e-12);
        Assert.Equal(20 * Math.Log10(25.5), SuperResolutionScore.Of(Flat(110, 3), colour, new ScoreProtocol(2)).PsnrRgb, 1e-12);
        Assert.Equal(20 * Math.Log10(25.5 * 255 / 219), SuperResolutionScore.Of(Flat(110, 3), colour, new ScoreProtocol(2)).PsnrY, 1e-12);
        Assert.Equal(20 * Math.Log10(25.5 * 255 / 219), SuperResolutionScore.Of(Flat(110, 1), colour, new ScoreProtocol(2)).PsnrY, 1e-12);
    }

    [Fact]
    public void The_border_and_alpha_do_not_count()
    {
        byte[] truth = new byte[20 * 20 * 4], result = new byte[20 * 20 * 4];
        for (int y = 0; y < 20; y++)
        {
            for (int x = 0; x < 20; x++)
            {
                int at = (y * 20 + x) * 4;
                bool inside = x is >= 4 and < 16 && y is >= 4 and < 16;
                result[at] = result[at + 1] = (byte)(inside ? 0 : 255);
                result[at + 3] = 255;
            }
        }
        var score = SuperResolutionScore.Of(Picture.FromSamples(result, 20, 20, 4), Picture.FromSamples(truth, 20, 20, 4),
            new ScoreProtocol(4));
        Assert.Equal(double.PositiveInfinity, score.PsnrY);
        Assert.Equal(double.PositiveInfinity, score.PsnrRgb);
    }

    [Fact]
    public void Sixteen_bits_are_scored_on_the_same_scale()
    {
        var wide = Scene.WithBitDepth(16);
        var blurred = Scene.Resize(30, 23).Resize(60, 46);
        Assert.Equal(SuperResolutionScore.Of(blurred, Scene, new ScoreProtocol(2)),
            SuperResolutionScore.Of(blurred, wide, new ScoreProtocol(2)));
    }

    [Fact]
    public void Pictures_that_do_not_match_or_are_too_small_are_refused()
    {
        Assert.Contains("they must be of one size",
            Assert.Throws<EvaluationException>(() => SuperResolutionScore.Of(Scene.Crop(0, 0, 60, 40), Scene,
                new ScoreProtocol(4))).Message);
        Assert.Contains("too small", Assert.Throws<EvaluationException>(() =>
            SuperResolutionScore.Of(Scene.Crop(0, 0, 16, 40), Scene.Crop(0, 0, 16, 40), new ScoreProtocol(4))).Message);
    }

    [Theory]
    [InlineData(2, 33.66, 0.9299)]
    [InlineData(3, 30.39, 0.8682)]
    [InlineData(4, 28.42, 0.8104)]
    public void Bicubic_on_Set5_scores_what_the_literature_says(int scale, double psnr, double ssim)
    {
        string set5 = SharedData.Path("super-resolution/set5");
        var scores = SuperResolutionScores.Of(EvaluationSet.Open(Path.Combine(set5, "hr"), Path.Combine(set5, $"lr-x{scale}"), scale),
            low => low.Resize(low.Width * scale, low.Height * scale), cancellation: TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine($"x{scale}: {scores.Mean}");
        Assert.Equal(5, scores.Images.Count);
        // The literature's Y was rounded to 8 bits, which costs up to 0.03 dB and 0.001 of SSIM.
        Assert.InRange(scores.Mean.PsnrY - psnr, -0.005, 0.035);
        Assert.InRange(scores.Mean.SsimY - ssim, -0.0005, 0.001);
    }

    [Theory]
    [InlineData(1), InlineData(5)]
    public void Errors_of_16_bits_are_measured_against_their_own_peak(int channels)
    {
        ushort[] truth = [.. Enumerable.Range(0, 20 * 20 * channels).Select(i => (ushort)(i * 31))];
        ushort[] result = [.. truth.Select(value => (ushort)(value + 3))]; // far below one step of 8 bits
        SuperResolutionScore score = SuperResolutionScore.Of(
            Picture.FromSamples(result, 20, 20, channels), Picture.FromSamples(truth, 20, 20, channels), new ScoreProtocol(1));
        Assert.Equal(20 * Math.Log10(65535 / 3.0), score.PsnrY, 1e-9);
        Assert.Equal(score.PsnrY, score.PsnrRgb, 1e-9);
    }

    private static Picture Flat(byte value, int channels) =>
        Picture.FromSamples([.. Enumerable.Repeat(value, 20 * 20 * channels)], 20, 20, channels);

    /// <summary>The definitions, as slowly as they read: every window a double sum.</summary>
    private static SuperResolutionScore Reference(Picture result, Picture truth, int border)
    {
        int w = truth.Width - 2 * border, h = truth.Height - 2 * border;
        double Sample(Picture picture, int x, int y, int c) => picture[x + border, y + border, c];
        double Luma(Picture picture, int x, int y) =>
            16 + 65.481 * Sample(picture, x, y, 0) / 255 + 128.553 * Sample(picture, x, y, 1) / 255
            + 24.966 * Sample(picture, x, y, 2) / 255;
        double Ratio(Func<int, int, int, double> error, int channels)
        {
            double sum = 0;
            for (int y = 0; y < h; y++)
                for (int x = 0; x < w; x++)
                    for (int c = 0; c < channels; c++)
                        sum += error(x, y, c) * error(x, y, c);
            return 10 * Math.Log10(255 * 255.0 / (sum / ((double)w * h * channels)));
        }
        double Similarity(Func<int, int, double> a, Func<int, int, double> b)
        {
            double total = 0, windows = 0;
            for (int y = 5; y < h - 5; y++)
            {
                for (int x = 5; x < w - 5; x++, windows++)
                {
                    double weights = 0, ma = 0, mb = 0, va = 0, vb = 0, vab = 0;
                    double Weight(int dx, int dy) => Math.Exp(-(dx * dx + dy * dy) / 4.5);
                    for (int dy = -5; dy <= 5; dy++)
                        for (int dx = -5; dx <= 5; dx++)
                        {
                            double weight = Weight(dx, dy);
                            (weights, ma, mb) = (weights + weight, ma + weight * a(x + dx, y + dy), mb + weight * b(x + dx, y + dy));
                        }
                    (ma, mb) = (ma / weights, mb / weights);
                    for (int dy = -5; dy <= 5; dy++)
                    {
                        for (int dx = -5; dx <= 5; dx++)
                        {
                            double weight = Weight(dx, dy) / weights, da = a(x + dx, y + dy) - ma, db = b(x + dx, y + dy) - mb;
                            (va, vb, vab) = (va + weight * da * da, vb + weight * db * db, vab + weight * da * db);
                        }
                    }
                    total += (2 * ma * mb + 6.5025) * (2 * vab + 58.5225) / ((ma * ma + mb * mb + 6.5025) * (va + vb + 58.5225));
                }
            }
            return total / windows;
        }
        return new SuperResolutionScore(
            Ratio((x, y, _) => Luma(result, x, y) - Luma(truth, x, y), 1),
            Similarity((x, y) => Luma(result, x, y), (x, y) => Luma(truth, x, y)),
            Ratio((x, y, c) => Sample(result, x, y, c) - Sample(truth, x, y, c), 3),
            Enumerable.Range(0, 3).Average(c => Similarity((x, y) => Sample(result, x, y, c), (x, y) => Sample(truth, x, y, c))));
    }
}
