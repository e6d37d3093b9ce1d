using Mezzotint.Evaluation;

namespace Mezzotint.Tests.Evaluation;

public sealed class ImageDiversityTests
{
    [Fact]
    public void The_mean_distance_is_that_of_all_pairs()
    {
        // Distances 1, sqrt(1/2) and sqrt(1/2), by hand.
        Assert.Equal((1 + 2 * Math.Sqrt(0.5)) / 3, ImageDiversity.MeanDistance([[0, 0], [1, 1], [0, 1]]), 1e-12);
        Assert.Throws<ArgumentException>(() => ImageDiversity.MeanDistance([[0, 0]]));
    }

    [Fact]
    public void Images_that_are_all_alike_have_no_share_of_the_datas_diversity()
    {
        Assert.Equal(0, ImageDiversity.Share([[0.5f], [0.5f]], [[0], [1]]));
        Assert.Equal(0.5, ImageDiversity.Share([[0.25f], [0.75f]], [[0], [1]]), 1e-9);
        Assert.Equal(1, ImageDiversity.Share([[0.25f], [0.75f]], [[1], [1]]));
    }
}
