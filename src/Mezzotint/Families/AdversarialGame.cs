using Mezzotint.Layers;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Families;

/// <summary>
/// The game of a generator and a discriminator as one step: the discriminator's moves, each against a batch of its own, then the generator's against
/// the discriminator as they have left it, and the average of the generator's weights. It knows nothing of what is generated.
/// </summary>
internal sealed class AdversarialGame
{
    /// <summary>What the numbers of the step are called.</summary>
    public static readonly IReadOnlyList<string> OutputNames = ["d_loss", "g_loss", "d_gradient_norm", "g_gradient_norm"];

    /// <summary>Writes what the generator makes for one of the discriminator's moves, from 0, with the move's rows of classes.</summary>
    public required Func<int, Tensor?, Pass, Tensor> Generate { get; init; }

    /// <summary>Writes the discriminator's outputs for samples and rows of classes, one a sample or a map.</summary>
    public required Func<Tensor, Tensor?, Pass, Tensor> Judge { get; init; }

    /// <summary>Changes the samples that the discriminator sees.</summary>
    public Func<Tensor, RandomStream, Tensor> Augment { get; init; } = (samples, _) => samples;

    /// <summary>
    /// What the generator makes small beside its cost in the game, of what it made and of the last move's real samples: costs and their factors. Their
    /// values are outputs of the step, after those that <see cref="OutputNames"/> names.
    /// </summary>
    public Func<Tensor, Tensor, IReadOnlyList<(double Factor, Tensor Cost)>> Content { get; init; } = (_, _) => [];

    /// <summary>The factor of the generator's cost in the game.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>What each makes small.</summary>
    public required AdversarialRecipe Objective { get; init; }

    /// <summary>What moves the generator.</summary>
    public required IOptimizer GeneratorOptimizer { get; init; }

    /// <summary>What moves the discriminator.</summary>
    public required IOptimizer DiscriminatorOptimizer { get; init; }

    /// <summary>The discriminator's weights, which clipping limits.</summary>
    public required IReadOnlyList<Variable> DiscriminatorParameters { get; init; }

    /// <summary>The average of the generator's weights; null for none.</summary>
    public MovingAverage? Average { get; init; }

    /// <summary>Writes the step.</summary>
    /// <param name="real">Real samples, a batch for each of the discriminator's moves, N first.</param>
    /// <param name="classes">Each batch's rows of classes; null where there are none.</param>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="regularised">Whether the penalty R1 is taken.</param>
    public Step Write(IReadOnlyList<Tensor> real, IReadOnlyList<Tensor>? classes, RandomStream random, bool regularised)
    {
        var updates = new Updates();
        var pass = new Pass(updates, random);
        AdversarialObjective objective = Objective.Objective();
        Tensor fake = real[0], loss = 0, norm = 0;
        for (int move = 0; move < real.Count; move++)
        {
            Tensor? given = classes?[move];
            fake = Generate(move, given, pass);
            loss = DiscriminatorLoss(objective, real[move], fake.Detach(), given, pass, regularised);
            norm = DiscriminatorOptimizer.Minimize(loss, updates, move);
            Clip(updates);
        }

        // As in DCGAN's own training, the generator is judged by the last samples that the discriminator has seen.
        Tensor? last = classes?[^1];
        Tensor judged = Judge(Augment(fake, random), last, pass);
        Tensor truth = Objective.Relativistic ? Judge(Augment(real[^1], random), last, pass) : judged;
        Tensor cost = objective.OfGenerator(truth, judged);
        IReadOnlyList<(double Factor, Tensor Cost)> content = Content(fake, real[^1]);
        Tensor whole = content.Aggregate(Weight == 1 ? cost : (float)Weight * cost, (sum, part) => sum + (float)part.Factor * part.Cost);
        Tensor generatorNorm = GeneratorOptimizer.Minimize(whole, updates);
        Average?.Follow(updates);
        return new Step([loss, cost, norm, generatorNorm, .. content.Select(part => part.Cost)], updates);
    }

    private Tensor DiscriminatorLoss(
        AdversarialObjective objective, Tensor real, Tensor fake, Tensor? classes, Pass pass, bool regularised)
    {
        Tensor seen = Augment(real, pass.Random), truth = Judge(seen, classes, pass);
        Tensor loss = objective.OfDiscriminator(truth, Judge(Augment(fake, pass.Random), classes, pass));
        if (Objective.GradientPenalty > 0)
            loss += (float)Objective.GradientPenalty * GradientPenalty.Wasserstein(x => Judge(x, classes, pass), real, fake, pass.Random);
        if (regularised)
            loss += (float)(Objective.R1 * Objective.R1Every) * GradientPenalty.R1(truth, seen);
        return loss;
    }

    private void Clip(Updates updates)
    {
        if (Objective.Clip == 0) return;
        float limit = (float)Objective.Clip;
        foreach (Variable variable in DiscriminatorParameters)
            updates.Assign(variable, Tensor.Max(-limit, Tensor.Min(limit, updates[variable])));
    }
}
