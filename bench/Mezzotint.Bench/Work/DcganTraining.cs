using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Bench.Work;

/// <summary>A step of DCGAN: the discriminator on real and on generated images, then the generator against the new discriminator.</summary>
internal sealed class DcganTraining(int batch) : StepWorkload
{
    private const int Size = 64;
    private const double LearningRate = 2e-4;
    private static readonly AdamRecipe Recipe = new() { Beta1 = 0.5, Beta2 = 0.999 };
    private Adam? _ofGenerator, _ofDiscriminator;

    public override string Section => "Training steps";

    public override string Title => $"DCGAN, generator and discriminator, {Size}×{Size}, batch {batch}";

    public override Aim Aim => new(null, 0.4);

    public override PeerWork PyTorch => new("dcgan_training", new Dictionary<string, object> { ["batch"] = batch });

    protected override (Step Step, Forward[] Forwards) Write(Bindings bindings)
    {
        var generator = new DcganGenerator(Size, new Initialization(1));
        var discriminator = new DcganDiscriminator(Size, new Initialization(2));
        _ofGenerator = new Adam("generator.adam", generator.Parameters, Recipe);
        _ofDiscriminator = new Adam("discriminator.adam", discriminator.Parameters, Recipe);
        Shape latents = [batch, generator.Latent], images = [batch, Size, Size, 3];
        Feed latent = Numbers("latent", latents, bindings), real = Numbers("real", images, bindings);

        var updates = new Updates();
        var pass = new Pass(updates);
        var objective = new NonSaturatingObjective();
        Tensor fake = generator.Apply(latent, pass);
        Tensor ofDiscriminator = objective.OfDiscriminator(discriminator.Apply(real, pass), discriminator.Apply(fake.Detach(), pass));
        _ofDiscriminator.Minimize(ofDiscriminator, updates);
        Tensor judged = discriminator.Apply(fake, pass);
        Tensor ofGenerator = objective.OfGenerator(judged, judged);
        _ofGenerator.Minimize(ofGenerator, updates);
        return (new Step([ofDiscriminator, ofGenerator], updates),
            [new("generator", generator, latents), new("discriminator", discriminator, images)]);
    }

    protected override void Feed(Bindings bindings, long run)
    {
        _ofGenerator!.Feed(bindings, run, LearningRate);
        _ofDiscriminator!.Feed(bindings, run, LearningRate);
    }
}
