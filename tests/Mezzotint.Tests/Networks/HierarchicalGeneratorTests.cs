using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Networks;

public sealed class HierarchicalGeneratorTests
{
    [Theory]
    [InlineData(16, 2, MainGeneratorKind.Unet)]
    [InlineData(64, 3, MainGeneratorKind.Unet)]
    [InlineData(112, 3, MainGeneratorKind.Unet)]
    [InlineData(128, 4, MainGeneratorKind.Dcgan)]
    [InlineData(256, 5, MainGeneratorKind.Unet)]
    [InlineData(1024, 8, MainGeneratorKind.Dcgan)]
    public void Each_level_has_twice_the_side_of_the_one_before(int size, int levels, MainGeneratorKind main)
    {
        HierarchicalGenerator generator = Build(size, levels, main);
        IReadOnlyList<Tensor> images = generator.GenerateLevels(Tensor.Full([2, generator.Latent], 0), null, Pass.Inference);
        Assert.Equal(levels, images.Count);
        for (int level = 0; level < levels; level++)
        {
            int side = size >> (levels - 1 - level);
            Assert.Equal([2, side, side, 3], images[level].Shape.ToArray());
            Assert.Equal(level == 0 ? (main == MainGeneratorKind.Unet ? 2 * side * side : 2) : side * side, generator.LatentSizes[level]);
        }

        Assert.Equal(generator.Latent, generator.LatentSizes.Sum());
    }

    [Fact]
    public void A_level_is_the_enlarged_one_before_and_detail_of_its_own_noise()
    {
        HierarchicalGenerator generator = Build(32, 3, MainGeneratorKind.Unet);
        Tensor latent = Tensor.Of([1, generator.Latent], Noise(1, generator.Latent)), other = Tensor.Of([1, generator.Latent], Noise(1, generator.Latent, last: 32 * 32));
        Tensor low = Level(0, latent), middle = Level(1, latent, low);
        Assert.Equal(Values(low), Values(Level(0, other)));
        Assert.Equal(Values(middle), Values(Level(1, other, low)));
        Assert.NotEqual(Values(Level(2, latent, middle)), Values(Level(2, other, middle)));

        // Without its last layer a level adds nothing.
        foreach (Variable variable in generator.GeneratorOf(2).Parameters.Where(one => one.Name.Contains("last", StringComparison.Ordinal)))
            variable.Set(new float[variable.Shape.Count]);
        Assert.Equal(Values(LaplacianPyramid.Double(middle)), Values(Level(2, latent, middle)));

        Tensor Level(int level, Tensor from, Tensor? below = null) => generator.Level(
            level, below, from.Slice(1, generator.LatentSizes.Take(level).Sum(), generator.LatentSizes[level]), Pass.Inference);
    }

    [Theory]
    [InlineData(32, 4)]
    [InlineData(48, 1)]
    [InlineData(72, 2)]
    public void Sides_that_no_pyramid_has_are_refused(int size, int levels)
    {
        HierarchicalDescription description = Describe(64, 3, MainGeneratorKind.Unet) with { Size = size, Levels = levels };
        Assert.Throws<MezzotintException>(() => description.Build());
    }

    private static HierarchicalGenerator Build(int size, int levels, MainGeneratorKind main) => Describe(size, levels, main).Build(1);

    private static HierarchicalDescription Describe(int size, int levels, MainGeneratorKind main) => new(
        size, 3, HierarchicalDescription.LatentOf(size, levels, main, 2), [], levels, main, 2, 4, [.. Enumerable.Repeat(4, levels - 1)], 1);

    private static float[] Values(Tensor tensor) => CpuDevice.Shared.Evaluate(tensor);

    /// <summary>Noise whose last numbers are others where so many are asked for.</summary>
    private static float[] Noise(int seed, int count, int last = 0)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
        for (int i = count - last; i < count; i++) values[i] = -values[i];
        return values;
    }
}
