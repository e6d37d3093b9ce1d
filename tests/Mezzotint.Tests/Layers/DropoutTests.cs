using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tests.Layers;

public sealed class DropoutTests
{
    private const int Count = 100_000;
    private static readonly Tensor Ones = Tensor.Full([Count], 1);

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.2)]
    public void Training_drops_the_share_that_was_asked_for_and_keeps_the_mean(double probability)
    {
        float[] result = Evaluate(probability, step: 1);
        double dropped = result.Count(x => x == 0) / (double)Count;
        Assert.InRange(dropped, probability - 0.01, probability + 0.01);
        Assert.All(result, x => Assert.True(x == 0 || Math.Abs(x - 1 / (1 - probability)) < 1e-6));
    }

    [Fact]
    public void Every_step_drops_others() => Assert.NotEqual(Evaluate(0.5, step: 1), Evaluate(0.5, step: 2));

    [Fact]
    public void Evaluation_drops_nothing() => Assert.Same(Ones, new Dropout("dropout").Apply(Ones, Pass.Inference));

    [Fact]
    public void Training_without_random_numbers_is_a_mistake_that_is_named() =>
        Assert.Throws<InvalidOperationException>(() => new Dropout("dropout").Apply(Ones, new Pass(new Updates())));

    private static float[] Evaluate(double probability, int step)
    {
        var random = new RandomStream(Tensor.Of([3], RandomStream.Key(5, step)));
        using var device = new ReferenceDevice();
        return device.Evaluate(new Dropout("dropout", probability).Apply(Ones, new Pass(new Updates(), random)));
    }
}
