using Mezzotint.Data;
using Mezzotint.Data.Examination;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Data.Examination;

public sealed class ImageSignatureTests
{
    [Theory]
    [InlineData(16, 16)]
    [InlineData(40, 23)]
    [InlineData(7, 5)]
    [InlineData(1, 1)]
    public void A_grid_is_the_area_average_of_the_brightness(int width, int height)
    {
        byte[] samples = [.. Enumerable.Range(0, width * height).Select(i => (byte)(i * 37 % 251))];
        ImageSignature grey = ImageSignature.Of(samples, width, height, 1);

        // The same picture with each pixel as a block of 16x16 has cells of whole pixels.
        byte[] blocks = [.. Enumerable.Range(0, width * height * 256).Select(i => samples[i / (16 * width) / 16 * width + i % (16 * width) / 16])];
        double mean = samples.Average(value => (double)value);
        ImageSignature large = ImageSignature.Of(blocks, 16 * width, 16 * height, 1);
        Assert.True(grey.DifferenceTo(large) <= 1);
        Assert.Equal(mean, grey.Mean, 0.51);
    }

    [Fact]
    public void Grey_is_told_however_it_is_stored()
    {
        byte[] grey = [.. Enumerable.Range(0, 400).Select(i => (byte)(i % 200))];
        byte[] stored = [.. grey.SelectMany(value => new[] { value, value, value })];
        Assert.True(ImageSignature.Of(stored, 20, 20, 3).IsGrey);
        stored[0] = 255;
        for (int i = 0; i < 60; i += 3) stored[i] = 255;
        Assert.False(ImageSignature.Of(stored, 20, 20, 3).IsGrey);
    }

    [Fact]
    public void Equal_pixels_alone_have_one_digest()
    {
        Picture scene = Scene(60, 40, 1);
        Assert.Equal(ImageSignature.Of(scene).Digest, ImageSignature.Of(scene.Crop(0, 0, 60, 40)).Digest);
        Assert.NotEqual(ImageSignature.Of(scene).Digest, ImageSignature.Of(scene.WithBitDepth(16)).Digest);
        byte[] samples = new byte[60 * 40 * 3];
        scene.CopyTo(samples);
        samples[^1] ^= 1;
        Assert.NotEqual(ImageSignature.Of(scene).Digest, ImageSignature.Of(Picture.FromSamples(samples, 60, 40, 3)).Digest);
    }

    [Fact]
    public void Recompressed_and_rescaled_copies_are_found_among_many_and_nothing_else()
    {
        var pictures = new List<Picture>();
        for (int i = 0; i < 120; i++) pictures.Add(Scene(48 + i % 5, 40, i));
        pictures.Add(Recompressed(pictures[7], 40));
        pictures.Add(pictures[11].Resize(3 * pictures[11].Width, 3 * pictures[11].Height));
        pictures.Add(pictures[3]); // equal, which is another matter
        ImageSignature?[] signatures = [.. pictures.Select(ImageSignature.Of)];
        signatures[20] = null;
        DataPart[] parts = [.. pictures.Select((_, i) => i == 121 ? DataPart.Validation : DataPart.Train)];
        (int[] earlier, int[] across) = DuplicateSearch.Near(signatures, parts, TestContext.Current.CancellationToken);
        Assert.Equal(7, earlier[120]);
        Assert.Equal(11, across[121]);
        Assert.Equal(121, across[11]);
        Assert.Equal([3, 122], Assert.Single(DuplicateSearch.Equal(signatures)));

        // Each compared with each finds the same.
        for (int j = 0; j < signatures.Length; j++)
        {
            int first = Enumerable.Range(0, j).FirstOrDefault(
                i => parts[i] == parts[j] && signatures[i] is { } a && signatures[j] is { } b && DuplicateSearch.AreNear(a, b), -1);
            Assert.Equal(first, earlier[j]);
        }
    }

    [Fact]
    public void Memory_that_is_shared_is_never_overdrawn()
    {
        var budget = new PixelBudget(100);
        int taken = 0, most = 0;
        Parallel.For(0, 200, i =>
        {
            int wanted = i % 60 + 1;
            using PixelBudget.Taken _ = budget.Take(wanted);
            int now = Interlocked.Add(ref taken, wanted);
            InterlockedMax(ref most, now);
            Interlocked.Add(ref taken, -wanted);
        });
        Assert.InRange(most, 1, 100);
        using PixelBudget.Taken all = budget.Take(1_000); // more than there is has it alone

        static void InterlockedMax(ref int most, int value)
        {
            for (int seen = most; value > seen; seen = most)
                if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
        }
    }

    private static Picture Scene(int width, int height, int seed) => Picture.FromFloats(TestScene.Render(width, height, seed), width, height, 3);

    private static Picture Recompressed(Picture picture, int quality)
    {
        using var bytes = new MemoryStream();
        picture.Save(bytes, PictureFormat.Jpeg, new SaveOptions { Quality = quality });
        return Picture.Load(bytes.ToArray());
    }
}
