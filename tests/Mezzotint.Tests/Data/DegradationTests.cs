using Mezzotint.Data;
using Mezzotint.Families.SuperResolution;
using Mezzotint.Imaging;
using Mezzotint.Recipes;

namespace Mezzotint.Tests.Data;

public sealed class DegradationTests
{
    private const int Scale = 4;

    private static readonly DegradationOrderRecipe Nothing = new() { BlurShare = 0, NoiseShare = 0, JpegShare = 0 };

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(75)]
    [InlineData(89)]
    [InlineData(90)]
    [InlineData(95)]
    public void Jpeg_is_what_a_real_codec_makes(int quality)
    {
        Picture scene = Scene(123, 77);
        using var file = new MemoryStream();
        scene.Save(file, PictureFormat.Jpeg, new SaveOptions { Quality = quality });
        file.Position = 0;
        DegradationCanvas canvas = Canvas(scene);
        new DegradationJpeg().Apply(canvas, quality, left: 0, top: 0);
        double ours = Distance(canvas, Picture.Load(file)), loss = Distance(canvas, scene);
        Assert.True(ours < 0.6, $"{ours} steps from a codec's"); // a coefficient half-way between two steps may fall either way
        Assert.True(loss > 1.5 * ours, $"{loss} steps lost, {ours} from a codec's");
    }

    [Fact]
    public void Jpegs_blocks_begin_where_they_are_told_to()
    {
        Picture scene = Scene(80, 64);
        DegradationCanvas whole = Canvas(scene), part = Canvas(scene.Crop(21, 19, 40, 40));
        new DegradationJpeg().Apply(whole, 60, 0, 0);
        new DegradationJpeg().Apply(part, 60, 21 % 16, 19 % 16);
        for (int y = 16; y < 24; y++)
            for (int x = 16; x < 24; x++)
                Assert.Equal(whole.Samples[((y + 19) * 80 + x + 21) * 3], part.Samples[(y * 40 + x) * 3]);
    }

    [Theory]
    [InlineData(20, 14)]
    [InlineData(35, 27)]
    [InlineData(121, 100)]
    public void Bicubic_resizing_is_the_protocols_but_for_rounding(int width, int height)
    {
        Picture scene = Scene(80, 56);
        DegradationCanvas canvas = Canvas(scene);
        DegradationResize.Apply(canvas, width, height, DegradationResize.Kernel.Bicubic);
        canvas.Round();
        Picture expected = scene.Resize(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                Assert.InRange(canvas.Samples[(y * width + x) * 3] - expected[x, y, 0], -1.5, 1.5);
    }

    [Fact]
    public void Resizing_by_area_takes_means()
    {
        Picture scene = Scene(40, 30);
        DegradationCanvas canvas = Canvas(scene);
        DegradationResize.Apply(canvas, 20, 10, DegradationResize.Kernel.Area);
        for (int y = 0; y < 10; y++)
        {
            for (int x = 0; x < 20; x++)
            {
                double sum = 0;
                for (int i = 0; i < 6; i++) sum += scene[2 * x + i % 2, 3 * y + i / 2, 1];
                Assert.Equal(sum / 6, canvas.Samples[(y * 20 + x) * 3 + 1], 1e-3);
            }
        }
    }

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(3, 1, 0)]
    [InlineData(3, 1, 0.7)]
    public void A_blurred_point_spreads_as_far_as_was_asked(double along, double across, double angle)
    {
        const int side = 61, middle = side / 2;
        var canvas = new DegradationCanvas();
        canvas.Spare(side, side).Clear();
        canvas.Take(side, side);
        canvas.Samples[(middle * side + middle) * 3] = 1;
        DegradationBlur.Apply(canvas, along, across, angle);
        double sum = 0, xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < side * side; i++)
        {
            double value = canvas.Samples[i * 3], x = i % side - middle, y = i / side - middle;
            (sum, xx, yy, xy) = (sum + value, xx + value * x * x, yy + value * y * y, xy + value * x * y);
        }

        double c = Math.Cos(angle), s = Math.Sin(angle), a = along * along, b = across * across;
        Assert.Equal(1, sum, 1e-3);
        Assert.InRange(xx, 0.94 * (a * c * c + b * s * s), a * c * c + b * s * s); // three deviations hold 97 % of the variance
        Assert.InRange(yy, 0.94 * (a * s * s + b * c * c), a * s * s + b * c * c);
        Assert.Equal((a - b) * s * c, xy, 0.2);
    }

    [Theory]
    [InlineData(false, false, 64, 6)]
    [InlineData(true, false, 255 / 4f, 3)]
    [InlineData(false, true, 128, 6)]
    public void Noise_has_the_deviation_that_was_asked_for(bool shot, bool grey, float level, double expected)
    {
        const int side = 100;
        var canvas = new DegradationCanvas();
        canvas.Spare(side, side).Fill(level);
        canvas.Take(side, side);
        var draws = new DegradationDraws(1, 2);
        DegradationNoise.Apply(canvas, 6, shot, grey, ref draws);
        double[] noise = [.. canvas.Samples.ToArray().Select(sample => sample - (double)level)];
        Assert.Equal(0, noise.Average(), 0.15);
        Assert.Equal(expected, Math.Sqrt(noise.Average(value => value * value)), expected * 0.03);
        Assert.Equal(grey, noise.Chunk(3).All(pixel => pixel[0] == pixel[1] && pixel[1] == pixel[2]));
    }

    [Fact]
    public void A_picture_is_a_function_of_seed_and_number()
    {
        Picture scene = Scene(96, 64);
        var degradation = new Degradation(new DegradationRecipe { CleanShare = 0 }, Scale);
        byte[] once = Bytes(degradation.Apply(scene, 5, 7));
        Assert.NotEqual(once, Bytes(degradation.Apply(scene, 5, 8)));
        Assert.NotEqual(once, Bytes(degradation.Apply(scene, 6, 7)));
        Assert.Equal(once, Bytes(degradation.Apply(scene, 5, 7)));
        Assert.Equal(once, Bytes(new Degradation(new DegradationRecipe { CleanShare = 0 }, Scale).Apply(scene, 5, 7)));
    }

    [Fact]
    public void So_many_pictures_stay_clean_as_the_recipe_says()
    {
        Picture scene = Scene(32, 32);
        var degradation = new Degradation(new DegradationRecipe(), Scale);
        byte[] bicubic = Bytes(scene.Resize(8, 8));
        int clean = Enumerable.Range(0, 1_000).Count(number => Bytes(degradation.Apply(scene, 1, number)).SequenceEqual(bicubic));
        Assert.InRange(clean, 250, 350); // 300, give or take three deviations
    }

    [Fact]
    public void Degraded_crops_lie_where_the_clean_ones_do_however_they_are_turned()
    {
        var recipe = new DegradationRecipe { CleanShare = 0, First = Nothing, Second = Nothing, Size = [1.5, 2] };
        CropBatch clean = Batch(degradation: null), degraded = Batch(new Degradation(recipe, Scale));
        Assert.Equal(clean.High, degraded.High);
        Assert.NotEqual(clean.Low, degraded.Low);
        double error = clean.Low.Zip(degraded.Low, (a, b) => Math.Abs(a - b)).Average();
        double wrong = clean.Low.Skip(3).Zip(degraded.Low, (a, b) => Math.Abs(a - b)).Average(); // a column beside
        Assert.True(error < wrong / 3, $"{error} where they should lie, {wrong} a column beside");
    }

    [Fact]
    public void From_the_same_cursor_come_the_same_degraded_crops()
    {
        CropBatch all = Batch(new Degradation(new DegradationRecipe(), Scale), count: 12);
        CropSampler sampler = Sampler(new Degradation(new DegradationRecipe(), Scale));
        var three = new CropBatch(3, 12, Scale);
        foreach (int cursor in (int[])[9, 0, 3, 6])
        {
            sampler.Fill(cursor, three);
            Assert.Equal(all.Low.AsSpan(cursor * 432, 3 * 432).ToArray(), three.Low);
        }
    }

    [Fact]
    public void Clean_crops_among_degraded_ones_are_those_without_degradation() =>
        Assert.Equal(Batch(degradation: null).Low, Batch(new Degradation(new DegradationRecipe { CleanShare = 1 }, Scale)).Low);

    [Theory]
    [InlineData("data: {photograph: {size: [2, 1]}}", "'data.photograph.size' is no range")]
    [InlineData("data: {photograph: {first: {blur: [1]}}}", "'data.photograph.first.blur' is no range")]
    [InlineData("data: {photograph: {second: {jpegQuality: [0, 50]}}}", "'data.photograph.second.jpegQuality' is 0; allowed is 1 to 100.")]
    [InlineData("data: {degradation: photo}", "'data.degradation' is 'photo'; allowed is bicubic or photograph.")]
    public void A_recipes_mistakes_are_named(string yaml, string message) => Assert.Contains(message,
        Assert.Throws<RecipeException>(() => RecipeFile.Parse<SuperResolutionRecipe>(yaml, "r")).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_recipe_that_comes_with_Mezzotint_can_be_read()
    {
        foreach (string name in (string[])["bicubic-x2", "bicubic-x3", "bicubic-x4", "photo-x2", "photo-x4"])
            Assert.Contains(name, RecipeLibrary.Names);
        foreach (string name in RecipeLibrary.Names.Where(name => name[..^1].EndsWith("-x", StringComparison.Ordinal)))
        {
            var recipe = RecipeFile.Read<SuperResolutionRecipe>(RecipeLibrary.Find(name));
            Assert.Equal(name[..name.IndexOf('-', StringComparison.Ordinal)] + $"-x{recipe.Scale}", recipe.Name);
            Assert.Equal(name.StartsWith("photo-", StringComparison.Ordinal), recipe.Data.Degradation == LowResolution.Photograph);
        }
    }

    private static Picture Scene(int width, int height) => Picture.FromFloats(TestScene.Render(width, height, 0), width, height, 3);

    private static DegradationCanvas Canvas(Picture picture)
    {
        var canvas = new DegradationCanvas();
        Span<float> samples = canvas.Spare(picture.Width, picture.Height);
        byte[] bytes = Bytes(picture);
        for (int i = 0; i < bytes.Length; i++) samples[i] = bytes[i];
        canvas.Take(picture.Width, picture.Height);
        return canvas;
    }

    private static byte[] Bytes(Picture picture)
    {
        byte[] bytes = new byte[picture.Width * picture.Height * 3];
        picture.CopyTo(bytes);
        return bytes;
    }

    /// <summary>The mean difference of samples, in steps of 8 bits.</summary>
    private static double Distance(DegradationCanvas canvas, Picture picture) =>
        canvas.Samples.ToArray().Zip(Bytes(picture), (a, b) => Math.Abs((double)a - b)).Average();

    private static CropBatch Batch(Degradation? degradation, int count = 24)
    {
        var batch = new CropBatch(count, 12, Scale);
        Sampler(degradation).Fill(0, batch);
        return batch;
    }

    private static CropSampler Sampler(Degradation? degradation) =>
        new(new OneScene(), 12, flips: true, rotations: true, seed: 3, degradation);

    private sealed class OneScene : ITrainingPairs
    {
        private readonly TrainingPair _pair = BicubicPairs.Make(Scene(160, 120), DegradationTests.Scale);

        public int Count => 1;

        public int Scale => DegradationTests.Scale;

        public TrainingPair? Get(int index) => _pair;
    }
}
