using Mezzotint.Families.Translation;

namespace Mezzotint.Tests.Families.Translation;

public sealed class StyleClustersTests
{
    [Fact]
    public void Clusters_far_apart_are_found()
    {
        var random = new Random(1);
        float[][] middles = [[0, 0], [10, 0], [0, 10]];
        float[][] points = [.. Enumerable.Range(0, 300).Select(i => middles[i % 3].Select(m => m + random.NextSingle() - 0.5f).ToArray())];
        float[] found = StyleClusters.Of(points, 6, 2, seed: 4);
        foreach (float[] middle in middles)
            Assert.Contains(found.Chunk(2), c => Math.Abs(c[0] - middle[0]) < 0.6 && Math.Abs(c[1] - middle[1]) < 0.6);
    }

    [Fact]
    public void Of_a_class_that_never_occurs_the_styles_are_zeros() => Assert.Equal(new float[6], StyleClusters.Of([], 3, 2, seed: 1));
}
