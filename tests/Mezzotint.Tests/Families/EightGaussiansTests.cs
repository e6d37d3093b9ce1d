using Mezzotint.Families;
using Mezzotint.Families.Gan;
using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;

namespace Mezzotint.Tests.Families;

/// <summary>
/// The ring of eight Gaussians on which adversarial trainings are known to lose modes (Metz et al. 2017): centres on a circle of radius 2,
/// of deviation 0.02.
/// </summary>
public sealed class EightGaussiansTests
{
    private const int Batch = 256;
    private const int Latent = 2;
    private const double Radius = 2, Deviation = 0.02;

    [Theory]
    [InlineData(AdversarialKind.NonSaturating, 0, 0.2, 1)]
    [InlineData(AdversarialKind.Hinge, 0, 0.2, 1)]
    [InlineData(AdversarialKind.LeastSquares, 0, 1, 1)]
    [InlineData(AdversarialKind.Wasserstein, 1, 0, 2)]
    public void All_eight_modes_are_recovered(AdversarialKind kind, double gradientPenalty, double r1, int criticSteps)
    {
        var recipe = new AdversarialRecipe { Kind = kind, GradientPenalty = gradientPenalty, R1 = r1 };
        var generator = new Perceptron("generator", Latent, 2, seed: 1);
        var discriminator = new Perceptron("discriminator", 2, 1, seed: 2);
        var settings = new OptimizerRecipe { LearningRate = 1e-3, Beta1 = 0.5, Beta2 = 0.99 };
        var generatorOptimizer = settings.Create("g", generator.Parameters);
        var discriminatorOptimizer = settings.Create("d", discriminator.Parameters);
        var game = new AdversarialGame
        {
            Generate = (_, _, pass) => generator.Apply(pass.Random.Normal([Batch, Latent]), pass),
            Opponent = new Opponent
            {
                Judge = (points, _, pass) => discriminator.Apply(points, pass),
                Objective = recipe,
                Optimizer = discriminatorOptimizer,
                Parameters = [.. discriminator.Parameters],
            },
            GeneratorOptimizer = generatorOptimizer,
        };
        var real = new Feed("real", [criticSteps * Batch, 2]);
        var key = new Feed("key", [3], ElementType.Int32);
        Tensor[] batches = [.. Enumerable.Range(0, criticSteps).Select(move => real.Tensor.Slice(0, move * Batch, Batch))];
        Plan plan = CpuDevice.Shared.Plan(game.Write(batches, null, new RandomStream(key), regularised: r1 > 0));

        const int Steps = 2_500;
        var random = new Random(3);
        for (int step = 1; step <= Steps; step++)
        {
            Bindings bindings = new Bindings().Set(real, Ring(random, criticSteps * Batch)).Set(key, RandomStream.Key(4, step));
            double rate = settings.LearningRate * Math.Min(1, 2.0 * (Steps - step + 1) / Steps);
            generatorOptimizer.Feed(bindings, step, rate);
            discriminatorOptimizer.Feed(bindings, step, rate);
            Assert.True(plan.Run(bindings).Finite);
        }

        float[] points = CpuDevice.Shared.Evaluate(
            generator.Apply(new RandomStream(key).Normal([2_048, Latent]), Pass.Inference), new Bindings().Set(key, RandomStream.Key(5, 0)));
        int[] near = new int[8];
        for (int i = 0; i < points.Length; i += 2)
        {
            for (int mode = 0; mode < 8; mode++)
            {
                (double x, double y) = Centre(mode);
                if (Math.Sqrt(Math.Pow(points[i] - x, 2) + Math.Pow(points[i + 1] - y, 2)) < 0.3) near[mode]++;
            }
        }

        // An eighth of the samples would be 256; half of them may lie between modes.
        Assert.All(near, count => Assert.True(count >= 64, $"samples near each mode: {string.Join(", ", near)}"));
        Assert.True(near.Sum() > 1_024, $"samples near each mode: {string.Join(", ", near)}");
    }

    private static (double X, double Y) Centre(int mode) => (Radius * Math.Cos(Math.PI / 4 * mode), Radius * Math.Sin(Math.PI / 4 * mode));

    private static float[] Ring(Random random, int count)
    {
        var points = new float[2 * count];
        for (int i = 0; i < count; i++)
        {
            (double x, double y) = Centre(random.Next(8));
            double radius = Deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())), angle = 2 * Math.PI * random.NextDouble();
            points[2 * i] = (float)(x + radius * Math.Cos(angle));
            points[2 * i + 1] = (float)(y + radius * Math.Sin(angle));
        }

        return points;
    }

    private sealed class Perceptron : Module
    {
        private const int Width = 64;

        private readonly Linear[] _layers;

        public Perceptron(string name, int inputs, int outputs, ulong seed)
            : base(name)
        {
            var initialization = new Initialization(seed);
            int[] widths = [inputs, Width, Width, Width, outputs];
            _layers = [.. Enumerable.Range(0, 4).Select(i => Add(new Linear(PathOf($"{i}"), widths[i], widths[i + 1], initialization)))];
        }

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            Tensor x = input;
            foreach (Linear layer in _layers.SkipLast(1)) x = layer.Apply(x, pass).LeakyRelu(0.2f);
            return _layers[^1].Apply(x, pass);
        }
    }
}
