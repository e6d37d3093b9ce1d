using Mezzotint.Data;
using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Data.Pairs;

public sealed class PairSamplerTests
{
    private const int Side = 12, Crop = 8;

    [Fact]
    public void Both_of_a_pair_are_cut_and_mirrored_alike_and_labels_and_instances_with_them()
    {
        using var folder = new TemporaryFolder();
        PairSet pairs = Numbered(folder, 3);
        var cutter = new PairCutter(Crop, Crop, labels: true, instances: true, segments: true, null);
        var batch = new PairBatch(24, cutter);
        new PairSampler(pairs, cutter, Side, Side, flips: true, seed: 1, cacheBytes: 1 << 20).Fill(0, batch);
        var seen = new HashSet<string>();
        for (int n = 0; n < batch.Count; n++)
        {
            for (int i = n * Crop * Crop; i < (n + 1) * Crop * Crop; i++)
            {
                // The target's red is the column, its green the row; the label is the column's half, the instance the row's.
                int column = Byte(batch.Target[3 * i]), row = Byte(batch.Target[3 * i + 1]);
                Assert.Equal(column / 2, batch.Condition[2 * i]);
            }

            int at = n * Crop * Crop;
            seen.Add($"{batch.Target[3 * at]} {batch.Target[3 * at + 1]} {batch.Target[3 * (at + 1)]}");
            Assert.Equal(0, batch.Segments[at]);
        }

        Assert.InRange(seen.Count, 10, 24);
    }

    [Fact]
    public void From_the_same_cursor_come_the_same_pairs_whatever_was_drawn_before()
    {
        using var folder = new TemporaryFolder();
        PairSet pairs = Numbered(folder, 5);
        var cutter = new PairCutter(Crop, Crop, labels: true, instances: false, segments: false, null);
        PairSampler Sampler() => new(pairs, cutter, Side, Side, flips: true, seed: 3, cacheBytes: 0);
        var whole = new PairBatch(12, cutter);
        Sampler().Fill(0, whole);
        var part = new PairBatch(4, cutter);
        PairSampler one = Sampler();
        foreach (int from in new[] { 8, 0, 4 })
        {
            one.Fill(from, part);
            Assert.Equal(whole.Target.AsSpan(from * Crop * Crop * 3, part.Target.Length).ToArray(), part.Target);
            Assert.Equal(whole.Condition.AsSpan(from * Crop * Crop, part.Condition.Length).ToArray(), part.Condition);
        }
    }

    [Fact]
    public void Boundaries_are_where_a_neighbour_is_of_another_instance() => Assert.Equal(
        [false, true, true, false, false, true, true, true],
        PairCutter.Boundaries(new LabelMap(4, 2, [1, 1, 2, 2, 1, 1, 2, 3])).Select((edge, i) => i == 3 ? false : edge));

    [Theory]
    [InlineData(PairSide.Left)]
    [InlineData(PairSide.Right)]
    public void A_picture_of_two_halves_goes_either_way(PairSide input)
    {
        using var folder = new TemporaryFolder();
        Picture.FromSamples([10, 10, 10, 20, 20, 20], 2, 1, 3).Save(folder["a.png"]);
        ImagePair pair = PairSet.SideBySide([folder.Path], input).Load(0);
        Assert.Equal(input == PairSide.Left ? 10 : 20, pair.Input![0, 0, 0]);
        Assert.Equal(input == PairSide.Left ? 20 : 10, pair.Target[0, 0, 0]);
    }

    [Fact]
    public void A_file_without_a_partner_is_named()
    {
        using var folder = new TemporaryFolder();
        Numbered(folder, 2);
        File.Delete(folder["B/1.png"]);
        Assert.Contains("1_label.png", Assert.Throws<TrainingDataException>(() => PairSet.Folders(folder["A"], folder["B"])).Message);
    }

    [Theory]
    [InlineData(MaskKind.Boxes)]
    [InlineData(MaskKind.Strokes)]
    [InlineData(MaskKind.FreeForm)]
    [InlineData(MaskKind.Mixed)]
    public void Masks_take_the_share_that_is_asked_and_depend_on_seed_and_sample_alone(MaskKind kind)
    {
        var masks = new MaskGenerator(kind, 0.1, 0.4);
        bool[] one = masks.Make(64, 48, seed: 5, sample: 7);
        Assert.Equal(one, new MaskGenerator(kind, 0.1, 0.4).Make(64, 48, 5, 7));
        Assert.NotEqual(one, masks.Make(64, 48, 5, 8));
        Assert.NotEqual(one, masks.Make(64, 48, 6, 7));
        for (ulong sample = 0; sample < 20; sample++)
            Assert.InRange(masks.Make(64, 48, 5, sample).Count(missing => missing) / (64.0 * 48), 0.09, 0.41);
    }

    [Fact]
    public void Noise_has_the_deviation_that_is_asked()
    {
        float[] target = new float[3 * 100 * 100], noisy = new float[target.Length];
        new NoiseCorruption(25, 25).Apply(target, 100, 100, seed: 1, sample: 2, noisy);
        Assert.Equal(25 / 127.5, Math.Sqrt(noisy.Average(value => (double)value * value)), 0.003);
        Assert.Equal(0, noisy.Average(), 0.005);
    }

    [Fact]
    public void Facades_and_cityscapes_are_pairs()
    {
        PairSet facades = PairSet.SideBySide([SharedData.Path("facades/validation")], PairSide.Right);
        Assert.Equal(50, facades.Count);
        Assert.Equal((256, 256), (facades.Load(0).Input!.Width, facades.Load(0).Target.Height));

        PairSet streets = PairSet.Folders(
            SharedData.Path("cityscapes/train_label"), SharedData.Path("cityscapes/train_img"), SharedData.Path("cityscapes/train_inst"),
            new LabelScheme(35));
        Assert.Equal(4, streets.Count);
        ImagePair street = streets.Load(0);
        // The instance ids of Cityscapes are the class, or the class times 1000 and a number.
        Assert.All(
            street.Labels!.Values.Zip(street.Instances!.Values).Distinct(),
            both => Assert.Equal(both.First, both.Second < 1000 ? both.Second : both.Second / 1000));
    }

    private static int Byte(float value) => (int)Math.Round((value + 1) * 127.5);

    private static PairSet Numbered(TemporaryFolder folder, int count)
    {
        foreach (string name in new[] { "A", "B", "C" }) Directory.CreateDirectory(folder[name]);
        for (int i = 0; i < count; i++)
        {
            byte[] labels = new byte[Side * Side], instances = new byte[Side * Side], target = new byte[Side * Side * 3];
            for (int p = 0; p < labels.Length; p++)
            {
                labels[p] = (byte)(p % Side / 2);
                instances[p] = (byte)(p / Side / 2);
                (target[3 * p], target[3 * p + 1], target[3 * p + 2]) = ((byte)(p % Side), (byte)(p / Side), (byte)i);
            }

            Picture.FromSamples(labels, Side, Side, 1).Save(folder[$"A/{i}_label.png"]);
            Picture.FromSamples(target, Side, Side, 3).Save(folder[$"B/{i}.png"]);
            Picture.FromSamples(instances, Side, Side, 1).Save(folder[$"C/{i}_inst.png"]);
        }

        return PairSet.Folders(folder["A"], folder["B"], folder["C"], new LabelScheme(Side / 2));
    }
}
