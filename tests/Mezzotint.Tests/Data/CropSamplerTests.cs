using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Tests.Data;

public sealed class CropSamplerTests
{
    private const int Crop = 5;

    [Fact]
    public void From_the_same_cursor_come_the_same_crops_whatever_was_drawn_before()
    {
        var pairs = new Numbered(7);
        var one = Sampler(pairs);
        var all = Samples(one, 0, 12, 4);
        for (int from = 0; from < 12; from++)
            Assert.Equal(all.Skip(from * 4), Samples(Sampler(pairs), from * 4, 12 - from, 4));
        Assert.Equal(all.Take(12), Samples(one, 0, 3, 4)); // and back again
        Assert.Equal(all, Samples(Sampler(pairs), 0, 6, 8)); // the batch does not matter either
    }

    [Fact]
    public void Another_seed_gives_other_crops() =>
        Assert.NotEqual(Samples(Sampler(new Numbered(7)), 0, 4, 4), Samples(Sampler(new Numbered(7), seed: 2), 0, 4, 4));

    [Fact]
    public void An_epoch_takes_every_picture_once_in_an_order_of_its_own()
    {
        var sampler = Sampler(new Numbered(10));
        var orders = Enumerable.Range(0, 4).Select(epoch => Pictures(sampler, epoch * 10, 10)).ToList();
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, 10), order.Order()));
        Assert.Equal(4, orders.Select(order => string.Join(",", order)).Distinct().Count());
    }

    [Fact]
    public void Low_and_high_are_cut_from_the_same_place_and_turned_alike()
    {
        // Each low pixel holds its coordinates, and so do the high pixels under it: whatever the crop, they agree.
        var batch = new CropBatch(64, Crop, 2);
        Sampler(new Numbered(3)).Fill(0, batch);
        var turns = new HashSet<(int, int)>();
        for (int n = 0; n < batch.Count; n++)
        {
            for (int y = 0; y < Crop * 2; y++)
            {
                for (int x = 0; x < Crop * 2; x++)
                {
                    int high = ((n * Crop * 2 + y) * Crop * 2 + x) * 3, low = ((n * Crop + y / 2) * Crop + x / 2) * 3;
                    Assert.Equal(batch.Low.AsSpan(low, 3).ToArray(), batch.High.AsSpan(high, 3).ToArray());
                }
            }
            int Place(int x, int y)
            {
                var pixel = batch.Low.AsSpan(((n * Crop + y) * Crop + x) * 3, 3);
                return (int)MathF.Round(pixel[1] * 255) * 10 + (int)MathF.Round(pixel[2] * 255);
            }
            turns.Add((Place(1, 0) - Place(0, 0), Place(0, 1) - Place(0, 0)));
        }
        Assert.Equal(8, turns.Count); // steps of +-1 along x or y: all eight orientations
    }

    [Theory]
    [InlineData(false, false, 1)]
    [InlineData(true, false, 2)]
    [InlineData(false, true, 4)]
    [InlineData(true, true, 8)]
    public void Flips_and_rotations_are_what_was_asked_for(bool flips, bool rotations, int orientations)
    {
        var batch = new CropBatch(200, Crop, 2);
        new CropSampler(new Numbered(1, side: Crop), Crop, flips, rotations, 1).Fill(0, batch);
        int size = Crop * Crop * 3;
        Assert.Equal(orientations,
            Enumerable.Range(0, 200).Select(n => string.Join(",", batch.Low.AsSpan(n * size, size).ToArray())).Distinct().Count());
    }

    [Fact]
    public void Crops_reach_every_place_about_equally_often()
    {
        const int draws = 2_430, places = 81; // a 13 x 13 picture has 9 x 9 crops of 5
        var batch = new CropBatch(draws, Crop, 2);
        new CropSampler(new Numbered(1, side: 13), Crop, flips: false, rotations: false, 1).Fill(0, batch);
        int[] counts = new int[places];
        for (int n = 0; n < draws; n++)
        {
            int at = n * Crop * Crop * 3;
            counts[(int)MathF.Round(batch.Low[at + 1] * 255) * 9 + (int)MathF.Round(batch.Low[at + 2] * 255)]++;
        }
        double chiSquare = counts.Sum(count => Math.Pow(count - draws / places, 2) / (draws / places));
        Assert.InRange(chiSquare, 40, 135); // 80 degrees of freedom: outside once in ten thousand
    }

    [Fact]
    public void The_next_picture_takes_an_unusable_ones_place_and_none_at_all_is_said()
    {
        var sampler = Sampler(new Numbered(5) { Unusable = [2, 3] });
        Assert.Equal([0, 1, 4, 4, 4], Pictures(sampler, 0, 5).Order());
        var nothing = Sampler(new Numbered(2) { Unusable = [0, 1] });
        Assert.Throws<TrainingDataException>(() => nothing.Fill(0, new CropBatch(1, Crop, 2)));
        Assert.Throws<TrainingDataException>(() => Sampler(new Numbered(0)));
    }

    [Fact]
    public void A_batch_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => Sampler(new Numbered(2)).Fill(0, new CropBatch(1, Crop, 4)));

    private static CropSampler Sampler(ITrainingPairs pairs, ulong seed = 1) => new(pairs, Crop, flips: true, rotations: true, seed);

    /// <summary>Each sample's low and high pixels, one text a sample.</summary>
    private static List<string> Samples(CropSampler sampler, long cursor, int batches, int size)
    {
        var batch = new CropBatch(size, Crop, 2);
        var samples = new List<string>();
        for (int i = 0; i < batches; i++)
        {
            sampler.Fill(cursor + i * size, batch);
            samples.AddRange(batch.Low.Chunk(Crop * Crop * 3)
                .Zip(batch.High.Chunk(Crop * Crop * 12), (low, high) => string.Join(",", low.Concat(high))));
        }
        return samples;
    }

    private static int[] Pictures(CropSampler sampler, long cursor, int count)
    {
        var batch = new CropBatch(count, Crop, 2);
        sampler.Fill(cursor, batch);
        return [.. Enumerable.Range(0, count).Select(n => (int)MathF.Round(batch.Low[n * Crop * Crop * 3] * 255))];
    }

    /// <summary>Pictures whose pixels hold their own number, row and column.</summary>
    private sealed class Numbered(int count, int side = 9) : ITrainingPairs
    {
        public int[] Unusable { get; init; } = [];

        public int Count => count;

        public int Scale => 2;

        public TrainingPair? Get(int index) =>
            Unusable.Contains(index) ? null : new TrainingPair(Make(index, side, 1), Make(index, side * 2, 2), 2);

        private static Picture Make(int index, int side, int scale)
        {
            byte[] bytes = new byte[side * side * 3];
            for (int at = 0; at < side * side; at++)
                (bytes[at * 3], bytes[at * 3 + 1], bytes[at * 3 + 2]) = ((byte)index, (byte)(at / side / scale), (byte)(at % side / scale));
            return Picture.FromSamples(bytes, side, side, 3);
        }
    }
}
