using Mezzotint.Data;

namespace Mezzotint.Tests.Data;

public sealed class ImageSamplerTests : IDisposable
{
    private const int Count = 7;

    private readonly TemporaryFolder _folder = new();
    private readonly IImageSet _set;

    public ImageSamplerTests()
    {
        // Image i has the samples 10 i, 10 i + 1, 10 i + 2 and 10 i + 3 in two rows.
        byte[] elements = [.. Enumerable.Range(0, Count * 4).Select(i => (byte)(10 * (i / 4) + i % 4))];
        File.WriteAllBytes(_folder["images-idx3"], IdxBytes.Of(elements, Count, 2, 2));
        File.WriteAllBytes(_folder["labels-idx1"], IdxBytes.Of([0, 1, 2, 3, 4, 5, 6], Count));
        _set = ImageSets.Open(new ImageSetRecipe { Train = [_folder["images-idx3"]] });
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_epoch_takes_every_image_once_in_an_order_of_its_own()
    {
        var sampler = new ImageSampler(_set, flips: false, seed: 3);
        int[][] epochs = [.. Enumerable.Range(0, 4).Select(epoch => Classes(sampler, epoch * Count, Count))];
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, Count), epoch.Order()));
        Assert.Equal(4, epochs.Select(epoch => string.Join(' ', epoch)).Distinct().Count());
        Assert.NotEqual(epochs[0], Classes(new ImageSampler(_set, flips: false, seed: 4), 0, Count));
    }

    [Fact]
    public void A_sample_depends_on_the_seed_and_its_number_alone()
    {
        var whole = new ImageSampler(_set, flips: true, seed: 5);
        ImageBatch all = whole.Room(30);
        whole.Fill(0, all);
        var again = new ImageSampler(_set, flips: true, seed: 5);
        foreach (int cursor in (int[])[25, 3, 11, 0])
        {
            ImageBatch part = again.Room(5);
            again.Fill(cursor, part);
            Assert.Equal(all.Samples[(4 * cursor)..(4 * cursor + 20)], part.Samples);
            Assert.Equal(all.Classes[cursor..(cursor + 5)], part.Classes);
        }
    }

    [Fact]
    public void Half_of_the_images_are_mirrored_left_to_right()
    {
        var sampler = new ImageSampler(_set, flips: true, seed: 6);
        ImageBatch batch = sampler.Room(1_000);
        sampler.Fill(0, batch);
        int mirrored = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            int first = 10 * batch.Classes[i];
            int[] samples = [.. batch.Samples[(4 * i)..(4 * i + 4)].Select(sample => (int)MathF.Round(sample * 255) - first)];
            if (samples[0] == 1) mirrored++;
            Assert.Equal(samples[0] == 1 ? [1, 0, 3, 2] : [0, 1, 2, 3], samples);
        }

        Assert.InRange(mirrored, 430, 570);
    }

    [Fact]
    public void Black_and_white_are_0_and_1_or_minus_1_and_1()
    {
        var sampler = new ImageSampler(_set, flips: false, seed: 7);
        ImageBatch unit = sampler.Room(3), signed = sampler.Room(3, SampleRange.Signed);
        sampler.Fill(0, unit);
        sampler.Fill(0, signed);
        Assert.Equal(unit.Samples.Select(sample => 2 * sample - 1), signed.Samples);
    }

    private static int[] Classes(ImageSampler sampler, long cursor, int count)
    {
        ImageBatch batch = sampler.Room(count);
        sampler.Fill(cursor, batch);
        return [.. batch.Classes];
    }
}
