using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tensors.Tests.Reference;

/// <summary>Outputs and updates as one atomic evaluation.</summary>
public sealed class StepTests : IDisposable
{
    private readonly ReferenceDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Updates_all_read_the_values_from_before()
    {
        Variable a = new("a", [1], [1]), b = new("b", [1], [2]);
        var updates = new Updates();
        updates.Assign(a, b.Value);
        updates.Assign(b, a.Value + 10);
        _device.Run(new Step([a.Value + b], updates));
        Assert.Equal([2f], a.ToArray());
        Assert.Equal([11f], b.ToArray());
    }

    [Fact]
    public void A_variable_reads_back_as_the_step_has_left_it_so_far()
    {
        var a = new Variable("a", [1], [1]);
        var updates = new Updates();
        Assert.Same(a.Value, updates[a]);
        updates.Assign(a, a.Value + 1);
        updates.Assign(a, updates[a] * 10);
        Assert.Equal(20, _device.Run(new Step([updates[a].Sum()], updates)).Scalar(0));
        Assert.Equal([20f], a.ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Nothing_changes_when_an_output_is_not_finite(float loss)
    {
        var a = new Variable("a", [1], [1]);
        long version = a.Version;
        var updates = new Updates();
        updates.Assign(a, a.Value + 1);
        RunResult result = _device.Run(new Step([Tensor.Constant(1), Tensor.Constant(loss)], updates));
        Assert.False(result.Finite);
        Assert.Equal([1f], a.ToArray());
        Assert.Equal(version, a.Version);
    }

    [Fact]
    public void Each_committed_update_raises_the_version_once()
    {
        var a = new Variable("a", [1], [1]);
        long version = a.Version;
        var updates = new Updates();
        updates.Assign(a, a.Value + 1);
        Plan plan = _device.Plan(new Step([], updates));
        plan.Run();
        plan.Run();
        Assert.Equal([3f], a.ToArray());
        Assert.Equal(version + 2, a.Version);
    }

    [Fact]
    public void The_second_players_gradient_does_not_run_through_the_first_ones_optimizer()
    {
        // The discriminator D(x) = d x descends its loss d g, where the generator's image is g; the generator then descends its own, -D(g),
        // against the discriminator as updated: d' = d - 0.1 g. With d' a leaf, its gradient is -d'; through the update, -(d - 0.2 g).
        Variable d = new("d", [1], [2]), g = new("g", [1], [3]);
        var updates = new Updates();
        Tensor discriminatorLoss = (d.Value * g.Value.Detach()).Sum();
        updates.Assign(d, d.Value - 0.1f * Gradients.Of(discriminatorLoss, d)[0]);
        Tensor generatorLoss = -(updates[d] * g).Sum();
        Tensor[] gradients = Gradients.Of(generatorLoss, g, d, updates[d]);
        updates.Assign(g, g.Value - gradients[0]);

        RunResult result = _device.Run(new Step([discriminatorLoss, generatorLoss, .. gradients], updates));

        Assert.Equal(6, result.Scalar(0), 1e-6);
        Assert.Equal(-5.1, result.Scalar(1), 1e-6);
        Assert.Equal(-1.7, result.Scalar(2), 1e-6);
        Assert.Equal(0, result.Scalar(3));
        Assert.Equal(-3, result.Scalar(4), 1e-6);
        Assert.Equal(1.7, d.ToArray()[0], 1e-6);
        Assert.Equal(4.7, g.ToArray()[0], 1e-6);
    }

    [Fact]
    public void The_second_player_meets_the_first_after_its_Adam_step()
    {
        // After one step, Adam's corrected moments are the gradient and its square, so the step is the learning rate times the gradient's
        // sign.
        Variable d = new("d", [1], [2]), g = new("g", [1], [3]);
        Variable mean = new("d.mean", [1]), square = new("d.square", [1]);
        var updates = new Updates();
        Tensor gradient = Gradients.Of((d.Value.Square() * g.Value.Detach()).Sum(), d)[0];
        updates.Assign(mean, 0.5f * mean.Value + 0.5f * gradient);
        updates.Assign(square, 0.875f * square.Value + 0.125f * gradient.Square());
        updates.Assign(d, d.Value - 0.25f * (updates[mean] / 0.5f) / ((updates[square] / 0.125f).Sqrt() + 1e-8f));
        Tensor[] gradients = Gradients.Of(-(updates[d].Square() * g).Sum(), g, d);

        RunResult result = _device.Run(new Step(gradients, updates));

        Assert.Equal(-1.75 * 1.75, result.Scalar(0), 1e-6);
        Assert.Equal(0, result.Scalar(1));
        Assert.Equal(6, mean.ToArray()[0]);
        Assert.Equal(18, square.ToArray()[0]);
    }

    [Fact]
    public void A_feed_without_a_value_is_named()
    {
        var feed = new Feed("learning rate", []);
        var error = Assert.Throws<ArgumentException>(() => _device.Evaluate(feed.Tensor * 2));
        Assert.Contains("'learning rate'", error.Message, StringComparison.Ordinal);
        Assert.Equal([6f], _device.Evaluate(feed.Tensor * 2, new Bindings().Set(feed, 3f)));
    }

    [Fact]
    public void Bindings_must_fit_the_feed()
    {
        var feed = new Feed("batch", [2, 3]);
        Assert.Throws<ArgumentException>(() => new Bindings().Set(feed, new float[5]));
        Assert.Throws<ArgumentException>(() => new Bindings().Set(feed, new int[6]));
    }
}
