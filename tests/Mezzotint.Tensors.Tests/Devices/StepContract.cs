using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Tests.Reference;

namespace Mezzotint.Tensors.Tests.Devices;

/// <summary>Updates, feeds and repeated runs on a device, and whole steps of training.</summary>
public abstract class StepContract(DeviceFamily family)
{
    [Fact]
    public void Variables_exchange_their_values()
    {
        var numbers = new Numbers(1);
        Variable a = Random("a", [4, 5], numbers), b = Random("b", [4, 5], numbers), c = Random("c", [4, 5], numbers);
        var updates = new Updates();
        updates.Assign(a, b.Value);
        updates.Assign(b, c.Value);
        updates.Assign(c, a.Value);
        family.Check("cycle", new Step([a.Value.Sum(), b.Value], updates));
    }

    [Fact]
    public void A_variable_takes_the_old_value_of_one_that_is_changed_in_place()
    {
        var numbers = new Numbers(9);
        Variable a = Random("a", [40, 5], numbers), b = Random("b", [40, 5], numbers), c = Random("c", [200], numbers);
        var updates = new Updates();
        updates.Assign(a, a.Value * 0.5f + 1);
        updates.Assign(b, a.Value);
        updates.Assign(c, a.Value.Reshape([200]));
        family.Check("old value", new Step([b.Value.Sum()], updates));
    }

    [Fact]
    public void New_values_are_of_every_kind()
    {
        var numbers = new Numbers(2);
        Variable[] all = [.. Enumerable.Range(0, 9).Select(i => Random($"v{i}", [6, 6], numbers))];
        var feed = new Feed("feed", [6, 6]);
        Tensor shared = (all[0].Value * all[1].Value).Tanh();
        var updates = new Updates();
        updates.Assign(all[0], all[0].Value.Transpose());
        updates.Assign(all[1], shared);
        updates.Assign(all[2], shared);
        updates.Assign(all[3], feed);
        updates.Assign(all[4], Tensor.Full([6, 6], 2.5f));
        updates.Assign(all[5], all[5].Value.Flip(0) + all[5].Value);
        updates.Assign(all[6], all[6].Value.MatMul(all[7]));
        updates.Assign(all[7], all[7].Value - updates[all[6]] * 0.1f);
        updates.Assign(all[8], all[8].Value);
        family.Check("kinds", new Step([shared.Sum(), updates[all[7]]], updates), new Bindings().Set(feed, numbers.Floats([6, 6])));
    }

    [Fact]
    public void An_old_value_is_read_whole_before_it_is_overwritten()
    {
        var numbers = new Numbers(3);
        Variable a = Random("a", [40, 30], numbers), total = Random("total", [1, 30], numbers);
        var updates = new Updates();
        updates.Assign(total, total.Value + a.Value.Sum(0));
        updates.Assign(a, a.Value / (1 + a.Value.Abs().Sum(1)) + total.Value);
        family.Check("readers", new Step([a.Value.Transpose().MatMul(a).Sum(), updates[a].Sum()], updates));
        family.Check("updates alone", new Step([], updates));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Nothing_changes_when_an_output_is_not_finite(float poison)
    {
        var numbers = new Numbers(4);
        Variable a = Random("a", [33], numbers), b = Random("b", [33], numbers);
        var updates = new Updates();
        updates.Assign(a, a.Value + b.Value);
        updates.Assign(b, a.Value);
        family.Check("not finite", new Step([updates[a].Sum(), a.Value * poison], updates));
    }

    [Fact]
    public void Feeds_constants_and_variables_change_between_runs()
    {
        var numbers = new Numbers(5);
        var weights = Random("weights", [3, 3, 4, 16], numbers);
        var image = new Feed("image", [1, 6, 7, 4]);
        for (int run = 0; run < 4; run++)
        {
            // Prepared weights must follow the variable, whoever changed it; the constant is another each time, once equal to a second one.
            Tensor y = image.Tensor.Conv2d(weights, ConvolutionWindow.Square(padding: 1)) * (0.5f + run) + 1.5f;
            family.Check($"run {run}", new Step([y]), new Bindings().Set(image, numbers.Floats([1, 6, 7, 4])));
            if (run % 2 == 0) weights.Set(numbers.Floats(weights.Shape));
            else family.Check($"update {run}", new Step([], Assigned(weights, weights.Value * -0.75f)));
        }
    }

    [Fact]
    public void A_variable_is_convolved_with_and_updated_in_one_step()
    {
        var numbers = new Numbers(6);
        Variable weights = Random("weights", [3, 3, 4, 8], numbers);
        Tensor image = numbers.Tensor([1, 6, 7, 4]);
        for (int run = 0; run < 3; run++)
        {
            Tensor y = image.Conv2d(weights, ConvolutionWindow.Square(padding: 1)).Tanh();
            Updates updates = Assigned(weights, weights.Value - 0.1f * Gradients.Of(y.Square().Mean(), weights)[0]);
            Tensor again = image.Conv2d(updates[weights], ConvolutionWindow.Square(padding: 1));
            family.Check($"run {run}", new Step([y, again.Mean()], updates));
        }
    }

    [Fact]
    public void A_residual_network_with_batch_norms_and_PReLU_trains_by_Adam()
    {
        var numbers = new Numbers(7);
        var network = new Parameters(numbers);
        Feed low = new("low", [2, 6, 6, 3]), high = new("high", [2, 12, 12, 3]), rate = new("rate", []);
        ConvolutionWindow same = ConvolutionWindow.Square(padding: 1);
        for (int run = 0; run < 2; run++)
        {
            var updates = new Updates();
            Tensor x = low.Tensor.Conv2d(network["first", [3, 3, 3, 16]], same) + network["first.bias", [16]];
            Tensor skip = x = PRelu(x, network["first.slope", [16]]);
            for (int block = 0; block < 2; block++)
            {
                Tensor y = x.Conv2d(network[$"{block}.conv1", [3, 3, 16, 16]], same);
                y = PRelu(BatchNorm(network, updates, $"{block}.norm1", y), network[$"{block}.slope", [16]]);
                x += BatchNorm(network, updates, $"{block}.norm2", y.Conv2d(network[$"{block}.conv2", [3, 3, 16, 16]], same));
            }

            x = PRelu(((x + skip).Conv2d(network["up", [3, 3, 16, 64]], same) + network["up.bias", [64]]).PixelShuffle(2),
                network["up.slope", [16]]);
            Tensor output = x.Conv2d(network["last", [5, 5, 16, 3]], ConvolutionWindow.Square(padding: 2)).Tanh();
            Tensor loss = (output - high).Square().Mean();
            Variable[] trained = network.Trained;
            Tensor[] gradients = Gradients.Of(loss, [.. trained.Select(variable => variable.Value)]);
            for (int i = 0; i < trained.Length; i++) Adam(network, updates, trained[i], gradients[i], rate);
            Bindings bindings = new Bindings()
                .Set(low, numbers.Floats(low.Tensor.Shape))
                .Set(high, numbers.Floats(high.Tensor.Shape))
                .Set(rate, 1e-3f);
            family.Check($"run {run}, gradients", new Step([loss, output, .. gradients]), bindings, ofLargest: 1e-5);
            family.CheckBits($"run {run}, step", new Step([loss], updates), bindings);
        }
    }

    [Fact]
    public void A_Wasserstein_critic_trains_under_a_penalty_on_its_gradient()
    {
        var numbers = new Numbers(8);
        var network = new Parameters(numbers);
        Feed latent = new("latent", [4, 8]), real = new("real", [4, 8, 8, 3]), mix = new("mix", [4, 1, 1, 1]), rate = new("rate", []);
        ConvolutionWindow half = ConvolutionWindow.Square(2, 1);
        var updates = new Updates();

        Tensor fake = latent.Tensor.MatMul(network["g.linear", [8, 64]]).Reshape([4, 2, 2, 16]).Relu();
        fake = fake.ConvTranspose2d(network["g.up1", [4, 4, 12, 16]], half, 4, 4).Relu();
        fake = fake.ConvTranspose2d(network["g.up2", [4, 4, 3, 12]], half, 8, 8).Tanh();
        Variable[] generator = network.Trained;

        Tensor between = mix.Tensor * real + (1 - mix.Tensor) * fake.Detach();
        Tensor slope = Gradients.Of(Critic(between, Old).Sum(), between)[0];
        Tensor penalty = ((slope.Square().Sum(1, 2, 3) + 1e-6f).Sqrt() - 1).Square().Mean();
        Tensor criticLoss = Critic(fake.Detach(), Old).Mean() - Critic(real, Old).Mean() + 10 * penalty;
        Variable[] critic = [.. network.Trained.Except(generator)];
        Tensor[] criticGradients = Gradients.Of(criticLoss, [.. critic.Select(variable => variable.Value)]);
        for (int i = 0; i < critic.Length; i++) updates.Assign(critic[i], critic[i].Value - rate * criticGradients[i]);

        Tensor generatorLoss = -Critic(fake, New).Mean();
        Tensor[] generatorGradients = Gradients.Of(generatorLoss, [.. generator.Select(variable => variable.Value)]);
        for (int i = 0; i < generator.Length; i++) updates.Assign(generator[i], generator[i].Value - rate * generatorGradients[i]);

        Bindings bindings = new Bindings()
            .Set(latent, numbers.Floats([4, 8]))
            .Set(real, numbers.Floats([4, 8, 8, 3]))
            .Set(mix, numbers.Floats([4, 1, 1, 1], 0, 1))
            .Set(rate, 1e-2f);
        var step = new Step([criticLoss, penalty, generatorLoss, .. criticGradients, .. generatorGradients], updates);
        family.Check("critic and generator", step, bindings, ofLargest: 1e-5);

        Tensor Old(string name) => network[name, default];

        Tensor New(string name) => updates[network[name, default]];

        Tensor Critic(Tensor image, Func<string, Tensor> weights)
        {
            _ = (network["d.1", [4, 4, 3, 12]], network["d.2", [4, 4, 12, 16]], network["d.linear", [64, 1]]);
            Tensor x = Leaky(image.Conv2d(weights("d.1"), half));
            x = Leaky(x.Conv2d(weights("d.2"), half));
            return x.Reshape([4, 64]).MatMul(weights("d.linear"));
        }
    }

    private static Tensor Leaky(Tensor x) => Tensor.Max(x, 0.2f * x);

    private static Tensor PRelu(Tensor x, Tensor slope) => x.Relu() - slope * (-x).Relu();

    private static Tensor BatchNorm(Parameters network, Updates updates, string name, Tensor x)
    {
        Shape channels = [x.Shape[3]];
        Tensor mean = x.Mean(0, 1, 2), variance = (x - mean).Square().Mean(0, 1, 2);
        Variable runningMean = network.Kept($"{name}.mean", channels), runningVariance = network.Kept($"{name}.variance", channels);
        updates.Assign(runningMean, 0.9f * runningMean.Value + 0.1f * mean.Reshape(channels));
        updates.Assign(runningVariance, 0.9f * runningVariance.Value + 0.1f * variance.Reshape(channels));
        return (x - mean) / (variance + 1e-5f).Sqrt() * network[$"{name}.scale", channels].Value + network[$"{name}.shift", channels];
    }

    private static void Adam(Parameters network, Updates updates, Variable variable, Tensor gradient, Tensor rate)
    {
        Variable mean = network.Kept($"{variable.Name}.adam.mean", variable.Shape);
        Variable square = network.Kept($"{variable.Name}.adam.square", variable.Shape);
        updates.Assign(mean, 0.9f * mean.Value + 0.1f * gradient);
        updates.Assign(square, 0.999f * square.Value + 0.001f * gradient.Square());
        updates.Assign(variable, variable.Value - rate * updates[mean] / (updates[square].Sqrt() + 1e-3f));
    }

    private static Variable Random(string name, Shape shape, Numbers numbers) => new(name, shape, numbers.Floats(shape));

    private static Updates Assigned(Variable variable, Tensor value)
    {
        var updates = new Updates();
        updates.Assign(variable, value);
        return updates;
    }

    /// <summary>The variables of a network by name, made when they are first named.</summary>
    private sealed class Parameters(Numbers numbers)
    {
        private readonly Dictionary<string, Variable> _trained = [], _kept = [];

        public Variable[] Trained => [.. _trained.Values];

        public Variable this[string name, Shape shape]
        {
            get
            {
                if (!_trained.TryGetValue(name, out Variable? variable))
                {
                    double size = 1 / Math.Sqrt(shape.Count / shape[^1]);
                    _trained[name] = variable = new Variable(name, shape, numbers.Floats(shape, -size, size));
                }

                return variable;
            }
        }

        public Variable Kept(string name, Shape shape)
        {
            if (!_kept.TryGetValue(name, out Variable? variable)) _kept[name] = variable = new Variable(name, shape);
            return variable;
        }
    }
}
