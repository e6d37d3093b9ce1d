using Mezzotint.Layers;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Families;

/// <summary>
/// A discriminator as the opponent of a generator: what it costs it to judge, its moves, and what its judgement costs the generator. It
/// knows nothing of how samples are generated, so a generator may have several.
/// </summary>
internal sealed class Opponent
{
    /// <summary>Writes the discriminator's outputs for samples and rows of classes, one a sample or a map.</summary>
    public required Func<Tensor, Tensor?, Pass, Tensor> Judge { get; init; }

    /// <summary>Changes the samples that the discriminator sees.</summary>
    public Func<Tensor, RandomStream, Tensor> Augment { get; init; } = (samples, _) => samples;

    /// <summary>What each makes small.</summary>
    public required AdversarialRecipe Objective { get; init; }

    /// <summary>What moves the discriminator.</summary>
    public required IOptimizer Optimizer { get; init; }

    /// <summary>The discriminator's weights, which clipping limits.</summary>
    public required IReadOnlyList<Variable> Parameters { get; init; }

    /// <summary>Writes a move of the discriminator.</summary>
    /// <param name="real">Real samples, N first.</param>
    /// <param name="fake">As many generated ones; no gradient goes there.</param>
    /// <param name="classes">Their rows of classes; null where there are none.</param>
    /// <param name="pass">The pass.</param>
    /// <param name="regularised">Whether the penalty R1 is taken.</param>
    /// <param name="move">Which of the step's moves it is, from 0.</param>
    /// <returns>Its cost, and the norm of the cost's gradients.</returns>
    public (Tensor Cost, Tensor GradientNorm) Move(Tensor real, Tensor fake, Tensor? classes, Pass pass, bool regularised, int move)
    {
        Tensor cost = CostOf(real, fake.Detach(), classes, pass, regularised);
        Tensor norm = Optimizer.Minimize(cost, pass.Updates, move);
        Objective.Limit(Parameters, pass.Updates);
        return (cost, norm);
    }

    /// <summary>Writes what the discriminator, as its moves have left it, costs the generator.</summary>
    /// <param name="real">Real samples, which relativistic objectives compare with.</param>
    /// <param name="fake">The generator's.</param>
    /// <param name="classes">Their rows of classes; null where there are none.</param>
    /// <param name="pass">The pass.</param>
    public Tensor CostToGenerator(Tensor real, Tensor fake, Tensor? classes, Pass pass)
    {
        Tensor judged = Judge(Augment(fake, pass.Random), classes, pass);
        Tensor truth = Objective.Relativistic ? Judge(Augment(real, pass.Random), classes, pass) : judged;
        return Objective.Objective().OfGenerator(truth, judged);
    }

    private Tensor CostOf(Tensor real, Tensor fake, Tensor? classes, Pass pass, bool regularised)
    {
        AdversarialObjective objective = Objective.Objective();
        Tensor truth = Seen(real), cost = objective.OfDiscriminator(truth, Seen(fake));

        // Slopes are by the samples as they are: what changes them first belongs to the judge (Karras et al. 2020, "Training Generative
        // Adversarial Networks with Limited Data").
        if (Objective.GradientPenalty > 0)
            cost += (float)Objective.GradientPenalty * GradientPenalty.Wasserstein(Seen, real, fake, pass.Random);
        if (regularised)
            cost += (float)(Objective.R1 * Objective.R1Every) * GradientPenalty.R1(truth, real);
        return cost;

        Tensor Seen(Tensor samples) => Judge(Augment(samples, pass.Random), classes, pass);
    }
}
