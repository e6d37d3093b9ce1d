using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tensors.Tests.Reference;

/// <summary>What gradients are taken of, by and through.</summary>
public sealed class GradientTests
{
    [Fact]
    public void By_an_intermediate_value_holds_all_that_flows_through_it()
    {
        Tensor x = Tensor.Of([2], new[] { 2f, 3f });
        Tensor y = x * x;
        Tensor loss = (y * y + 5 * y + x).Sum();
        double[][] gradients = ReferenceDevice.EvaluateExact(Gradients.Of(loss, y, x));
        Assert.Equal([2 * 4 + 5, 2 * 9 + 5], gradients[0]);
        Assert.Equal([13 * 4 + 1, 23 * 6 + 1], gradients[1]);
    }

    [Fact]
    public void Of_the_loss_by_itself_is_one()
    {
        Tensor loss = Tensor.Constant(3) * 2;
        Assert.Equal([1.0], ReferenceDevice.EvaluateExact(Gradients.Of(loss, loss)[0]));
    }

    [Fact]
    public void Do_not_pass_a_detached_value()
    {
        Tensor x = Tensor.Of([1], new[] { 3f });
        Tensor loss = (x.Square().Detach() * x).Sum();
        Assert.Equal([9.0], ReferenceDevice.EvaluateExact(Gradients.Of(loss, x)[0]));
    }

    [Fact]
    public void By_the_detached_value_itself_are_taken()
    {
        Tensor x = Tensor.Of([1], new[] { 3f });
        Tensor held = x.Square().Detach();
        Tensor[] gradients = Gradients.Of((held * held * x).Sum(), held, x);
        Assert.Equal([2 * 9 * 3.0], ReferenceDevice.EvaluateExact(gradients[0]));
        Assert.Equal([81.0], ReferenceDevice.EvaluateExact(gradients[1]));
    }

    [Fact]
    public void By_what_the_loss_does_not_depend_on_are_zeros()
    {
        Tensor x = Tensor.Of([1], new[] { 3f }), other = Tensor.Of([2, 3], new float[6]);
        Tensor behind = x * 2;
        Tensor[] gradients = Gradients.Of((behind.Detach() * 2).Sum(), other, x, behind);
        Assert.Equal<Shape>([2, 3], gradients[0].Shape);
        foreach (Tensor gradient in gradients) Assert.All(ReferenceDevice.EvaluateExact(gradient), value => Assert.Equal(0, value));
    }

    [Fact]
    public void By_a_variable_are_those_at_its_present_value()
    {
        var w = new Variable("w", [3], [1, 2, 3]);
        Tensor gradient = Gradients.Of((w.Value * w.Value).Sum(), w)[0];
        using var device = new ReferenceDevice();
        Assert.Equal([2f, 4, 6], device.Evaluate(gradient));
        w.Set([4, 5, 6]);
        Assert.Equal([8f, 10, 12], device.Evaluate(gradient));
    }

    [Fact]
    public void Of_a_loss_of_many_numbers_are_refused()
    {
        Tensor x = Tensor.Of([2], new float[2]);
        Assert.Contains("[2]", Assert.Throws<ShapeException>(() => Gradients.Of(x * x, x)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_chain_far_deeper_than_a_call_stack_are_taken()
    {
        Tensor x = Tensor.Of([1], new[] { 1f }), y = x;
        for (int i = 0; i < 50_000; i++) y = -y + x;
        Assert.Equal([0.0], ReferenceDevice.EvaluateExact(Gradients.Of(y.Sum(), x)[0] - 1));
    }

    [Fact]
    public void Of_a_penalty_on_gradients_agree_with_differences()
    {
        var numbers = new Numbers(3);
        Shape[] shapes = [[2, 6, 5, 3], [3, 3, 3, 4], [2, 2, 4, 2]];
        Tensor[] leaves = [.. shapes.Select(shape => new Feed("leaf", shape).Tensor)];
        Tensor image = leaves[0];
        Tensor features = LeakyRelu(image.Conv2d(leaves[1], ConvolutionWindow.Square(stride: 2, padding: 1)));
        Tensor score = features.Conv2d(leaves[2], ConvolutionWindow.Square()).Tanh();

        Tensor slope = Gradients.Of(score.Sum(), image)[0];
        Tensor penalty = (slope.Square().Sum(1, 2, 3).Sqrt() - 1).Square().Mean();

        double[][] at = [.. shapes.Select(shape => numbers.Doubles(shape))];
        FiniteDifferences.CheckFirst(penalty, leaves, Gradients.Of(penalty, leaves), at, numbers);
    }

    [Fact]
    public void Of_a_penalty_on_the_gradient_of_a_linear_critic_are_those_on_paper()
    {
        // D(x) = w·x has the gradient w, so (|w| - 1)² has the gradient 2 (|w| - 1) w / |w|.
        var w = new Variable("w", [2, 1], [3, 4]);
        Tensor x = Tensor.Of([1, 2], new[] { 0.5f, -2f });
        Tensor slope = Gradients.Of(x.MatMul(w).Sum(), x)[0];
        Tensor penalty = (slope.Square().Sum().Sqrt() - 1).Square();
        double[] gradient = ReferenceDevice.EvaluateExact(Gradients.Of(penalty, w)[0]);
        Assert.Equal(2 * 4 * 0.6, gradient[0], 1e-12);
        Assert.Equal(2 * 4 * 0.8, gradient[1], 1e-12);
    }

    private static Tensor LeakyRelu(Tensor x) => Tensor.Max(x, 0.2f * x);
}
