using Mezzotint.Families;
using Mezzotint.Families.Translation;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tests.Networks;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Families.Translation;

/// <summary>
/// Whole steps of the published games beside the same in PyTorch, its own Adam included: losses, and the gradients by which each side
/// moves.
/// </summary>
public sealed class TranslationGameTests
{
    private const int Side = 32;
    private const double Tolerance = 1e-4, Rate = 1, Beta1 = 0.5;

    // An epsilon this large makes Adam's steps as smooth as gradients are, so that both programs' rounding leads them to the same weights.
    private static readonly TranslationRecipe Plain = new()
    {
        Optimizer = new AdamRecipe { LearningRate = Rate, Beta1 = Beta1, Beta2 = 0.999, Epsilon = 1 },
        Data = new TranslationDataRecipe { Load = [Side], Crop = [Side] },
    };

    [Fact]
    public void Pix2pix()
    {
        TranslationRecipe recipe = Plain with
        {
            Network = new TranslationNetworkRecipe { Channels = 4, Depth = 4, Dropout = 0 },
            Discriminator = new TranslationDiscriminatorRecipe { Channels = 4, Layers = 2 },
        };
        Check(recipe, "l1", (generator, discriminator) => new { depth = 4, layers = 2, generator, discriminator, rate = Rate }, "pix2pix_step");
    }

    [Fact]
    public void Pix2PixHD()
    {
        TranslationRecipe recipe = Plain with
        {
            Network = new TranslationNetworkRecipe { Kind = TranslationGenerator.Global, Channels = 4, Depth = 2, Blocks = 2 },
            Discriminator = new TranslationDiscriminatorRecipe
            {
                Kind = TranslationDiscriminatorKind.MultiScale,
                Channels = 4,
                Layers = 2,
                Norm = Normalization.Instance,
            },
            Objective = new AdversarialRecipe { Kind = AdversarialKind.LeastSquares },
            Loss = new TranslationLossRecipe { L1 = 0, FeatureMatching = 10, Turns = TranslationTurns.Together },
        };
        Check(
            recipe, "feature_matching_loss",
            (generator, discriminator) => new { downs = 2, blocks = 2, layers = 2, scales = 2, generator, discriminator, rate = Rate }, "pix2pixhd_step");
    }

    private static void Check(TranslationRecipe recipe, string third, Func<string[], string[], object> settings, string step)
    {
        TranslatorDescription description = recipe.Description;
        TranslationNetwork network = description.Build(5);
        var discriminator = new TranslationDiscriminator(recipe.Discriminator, 6, Side, 5);
        var generatorAdam = new Adam("generator", network.Parameters, recipe.Optimizer);
        var discriminatorAdam = new Adam("discriminator", discriminator.Parameters, recipe.Optimizer);
        float[] pictures = [.. new Initialization(3).Normal("pictures", [2, Side, Side, 3], 1).Select(value => (float)Math.Tanh(value))];
        int half = pictures.Length / 2;

        // What PyTorch makes of it, before ours moves anything.
        Variable[] ofGenerator = [.. network.Parameters], ofDiscriminator = [.. discriminator.Parameters];
        IEnumerable<NamedArray> given = network.Variables.Concat(discriminator.Variables)
            .Select(variable => new NamedArray(variable.Name, variable.Shape.ToArray(), variable.ToArray()))
            .Append(new NamedArray("input", [2, Side, Side, 3], pictures)).Append(new NamedArray("direction", [1], [0]));
        float[] expected = PyTorch.Evaluate(
            step, settings([.. ofGenerator.Select(one => one.Name)], [.. ofDiscriminator.Select(one => one.Name)]), [.. given])["output"].Data;

        TrainingStep written = new TranslationGame
        {
            Recipe = recipe,
            Condition = description.Condition,
            Network = network,
            Discriminator = discriminator,
            DiscriminatorOptimizer = discriminatorAdam,
            Optimizers = [("generator_norm", generatorAdam)],
        }.Write(
            Tensor.Of([1, Side, Side, 3], pictures.AsMemory()[..half]), Tensor.Of([1, Side, Side, 3], pictures.AsMemory()[half..]), null,
            Tensor.Of([3], RandomStream.Key(1, 1)), regularised: false);
        var bindings = new Bindings();
        generatorAdam.Feed(bindings, 1, Rate);
        discriminatorAdam.Feed(bindings, 1, Rate);
        RunResult result = CpuDevice.Shared.Run(written.Step, bindings);

        string[] losses = ["discriminator_loss", "adversarial_loss", third];
        for (int i = 0; i < losses.Length; i++)
            Assert.Equal(expected[i], result.Scalar(written.OutputNames.ToList().IndexOf(losses[i])), Tolerance * Math.Abs(expected[i]));

        // Adam's first means are a share of the gradients.
        int at = losses.Length;
        foreach ((Variable[] weights, Adam adam) in new[] { (ofDiscriminator, discriminatorAdam), (ofGenerator, generatorAdam) })
        {
            Variable[] means = [.. adam.Variables.Take(weights.Length)];
            double ofLayer = 0;
            foreach (Variable mean in means)
            {
                float[] gradient = [.. mean.ToArray().Select(value => (float)(value / (1 - Beta1)))], theirs = expected[at..(at += gradient.Length)];

                // That of a bias before a norm is zero but for rounding, which is measured by the gradient of its layer's weights, which
                // come first.
                ofLayer = mean.Name.EndsWith(".bias", StringComparison.Ordinal) ? Math.Max(ofLayer, theirs.Max(Math.Abs)) : theirs.Max(Math.Abs);
                double worst = gradient.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
                Assert.True(worst <= Tolerance * ofLayer, $"{mean.Name} is {worst} from PyTorch's, whose largest magnitude is {ofLayer}");
            }
        }

        Assert.Equal(expected.Length, at);
    }
}
