using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Bench.Work;

/// <summary>
/// A step of pix2pix, one pair: the discriminator at half its cost, then the generator with a hundred times the mean difference.
/// </summary>
internal sealed class Pix2PixTraining(int size) : StepWorkload
{
    private const double LearningRate = 2e-4;
    private const float PixelWeight = 100;
    private const ulong Seed = 1;
    private static readonly AdamRecipe Recipe = new() { Beta1 = 0.5, Beta2 = 0.999 };
    private readonly Feed _key = new("key", [3], ElementType.Int32);
    private Adam? _ofGenerator, _ofDiscriminator;

    public override string Section => "Training steps";

    public override string Title => $"pix2pix, U-Net and PatchGAN, {size}×{size}, batch 1";

    public override Aim Aim => new(null, 0.5);

    public override PeerWork PyTorch => new("pix2pix_training", new Dictionary<string, object> { ["size"] = size });

    protected override (Step Step, Forward[] Forwards) Write(Bindings bindings)
    {
        var generator = new UNet(3, 3, new Initialization(1));
        var discriminator = new PatchDiscriminator(6, new Initialization(2));
        _ofGenerator = new Adam("generator.adam", generator.Parameters, Recipe);
        _ofDiscriminator = new Adam("discriminator.adam", discriminator.Parameters, Recipe);
        Shape image = [1, size, size, 3];
        Feed condition = Numbers("condition", image, bindings), real = Numbers("real", image, bindings);

        var updates = new Updates();
        var pass = new Pass(updates, new RandomStream(_key));
        var objective = new NonSaturatingObjective();
        Tensor fake = generator.Apply(condition, pass);
        Tensor ofReal = discriminator.Apply(Tensor.Concat(3, condition, real), pass);
        Tensor ofFake = discriminator.Apply(Tensor.Concat(3, condition, fake.Detach()), pass);
        Tensor ofDiscriminator = 0.5f * objective.OfDiscriminator(ofReal, ofFake);
        _ofDiscriminator.Minimize(ofDiscriminator, updates);
        Tensor judged = discriminator.Apply(Tensor.Concat(3, condition, fake), pass);
        Tensor ofGenerator = objective.OfGenerator(judged, judged) + PixelWeight * (fake - real).Abs().Mean();
        _ofGenerator.Minimize(ofGenerator, updates);
        return (new Step([ofDiscriminator, ofGenerator], updates),
            [new("generator", generator, image), new("discriminator", discriminator, [1, size, size, 6])]);
    }

    protected override void Feed(Bindings bindings, long run)
    {
        bindings.Set(_key, RandomStream.Key(Seed, (int)run));
        _ofGenerator!.Feed(bindings, run, LearningRate);
        _ofDiscriminator!.Feed(bindings, run, LearningRate);
    }
}
