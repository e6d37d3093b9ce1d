using Mezzotint.Evaluation;

namespace Mezzotint.Tests.Evaluation;

public sealed class BinomialIntervalTests
{
    // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void It_is_as_published(int successes, int trials, double low, double high)
    {
        BinomialInterval interval = BinomialInterval.Of(successes, trials);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void It_holds_the_share_lies_within_all_and_mirrors_with_the_question()
    {
        for (int trials = 1; trials <= 60; trials++)
        {
            for (int successes = 0; successes <= trials; successes++)
            {
                BinomialInterval interval = BinomialInterval.Of(successes, trials), other = BinomialInterval.Of(trials - successes, trials);
                Assert.True(interval.Holds((double)successes / trials));
                Assert.InRange(interval.Low, 0, interval.High);
                Assert.InRange(interval.High, interval.Low, 1);
                Assert.Equal(1 - interval.Low, other.High, 12);
            }
        }
    }

    [Fact]
    public void Of_nothing_nothing_is_known()
    {
        Assert.Equal(new BinomialInterval(0, 1), BinomialInterval.Of(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinomialInterval.Of(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinomialInterval.Of(-1, 2));
    }
}
