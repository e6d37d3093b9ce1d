using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Families.Translation;

/// <summary>
/// The game of a generator that translates and a discriminator that sees what was given and what was made of it, as one step: the
/// discriminator's moves, each against a batch of its own, and the generator's; or both at once.
/// </summary>
internal sealed class TranslationGame
{
    /// <summary>What is made small, and how the two move.</summary>
    public required TranslationRecipe Recipe { get; init; }

    /// <summary>How inputs are fed to the generator.</summary>
    public required ConditionDescription Condition { get; init; }

    /// <summary>The generator.</summary>
    public required TranslationNetwork Network { get; init; }

    /// <summary>Its opponent; null for none.</summary>
    public TranslationDiscriminator? Discriminator { get; init; }

    /// <summary>What moves the discriminator.</summary>
    public IOptimizer? DiscriminatorOptimizer { get; init; }

    /// <summary>What moves the generator, each under the name that its gradients' norm has among the step's numbers.</summary>
    public required IReadOnlyList<(string Norm, IOptimizer Optimizer)> Optimizers { get; init; }

    /// <summary>Earlier pairs, some of which the discriminator is shown; null for none.</summary>
    public ImagePool? Pool { get; init; }

    /// <summary>The difference that a trained network sees; null for none.</summary>
    public PerceptualLoss? Perceptual { get; init; }

    /// <summary>The average of the generator's weights; null for none.</summary>
    public MovingAverage? Average { get; init; }

    private TranslationLossRecipe Weights => Recipe.Loss;

    private bool Alternate => Weights.Turns == TranslationTurns.Alternate;

    /// <summary>Writes the step.</summary>
    /// <param name="condition">What is given, as it is fed: a batch for each of the discriminator's moves, one after another, N
    /// first.</param>
    /// <param name="target">What is to come of it, N,H,W,3 in [-1, 1].</param>
    /// <param name="segments">The pixels' segments, N,H,W, counted from 0 in each move's batch; null where styles are of no
    /// instances.</param>
    /// <param name="key">The key of the step's random numbers.</param>
    /// <param name="regularised">Whether the penalty R1 is taken.</param>
    public TrainingStep Write(Tensor condition, Tensor target, Tensor? segments, Tensor key, bool regularised)
    {
        var updates = new Updates();
        var pass = new Pass(updates, new RandomStream(key));
        var outputs = new List<(string Name, Tensor Value)>();
        Round round = Deal(condition, target, segments, 0, pass);
        Tensor? cost = null;
        if (Discriminator is not null)
        {
            Tensor? norm = null;
            for (int move = 0; move < Recipe.CriticSteps; move++)
            {
                if (move > 0) round = Deal(condition, target, segments, move, pass);
                cost = CostToDiscriminator(round, move, regularised, pass);
                if (Alternate) norm = Move(cost, updates, move);
            }

            outputs.Add(("discriminator_loss", cost!));
            if (norm is not null) outputs.Add(("discriminator_norm", norm));
        }

        Tensor loss = CostToGenerator(round, outputs, pass);
        foreach ((string name, IOptimizer optimizer) in Optimizers) outputs.Add((name, optimizer.Minimize(loss, updates)));
        if (cost is not null && !Alternate) outputs.Add(("discriminator_norm", Move(cost, updates, 0)));
        Average?.Follow(updates);
        return new TrainingStep(new Step([.. outputs.Select(output => output.Value)], updates), [.. outputs.Select(output => output.Name)]);
    }

    /// <summary>One move's batch, what the generator makes of it, and through what the discriminator looks.</summary>
    private Round Deal(Tensor condition, Tensor target, Tensor? segments, int move, Pass pass)
    {
        int batch = Recipe.Data.Batch;
        (condition, target, segments) = (Cut(condition), Cut(target), segments is null ? null : Cut(segments));
        Tensor? style = Network.StyleOf(target, segments, batch * Recipe.Data.MostSegments, pass);
        Tensor made = Network.Translate(condition, style, pass), input = Condition.Input(condition);
        AugmentedView? view = Recipe.Augment.Count == 0 ? null : new AugmentedView(Recipe.Augment, pass.Random, made.Shape);
        return new Round(input, target, made, view);

        Tensor Cut(Tensor whole) => Recipe.CriticSteps == 1 ? whole : whole.Slice(0, move * batch, batch);
    }

    private Tensor CostToDiscriminator(Round round, int move, bool regularised, Pass pass)
    {
        AdversarialRecipe game = Recipe.Objective;
        AdversarialObjective objective = game.Objective();
        IReadOnlyList<IReadOnlyList<Tensor>> real = Judge(round, round.Target, pass), fake = Shown(round, move, pass);
        Tensor cost = (float)Weights.Discriminator * Sum(real, fake, objective.OfDiscriminator);
        for (int i = 0; i < real.Count; i++)
        {
            int part = i;
            if (regularised) cost += (float)(game.R1 * game.R1Every) * GradientPenalty.R1(real[part][^1], round.Target);
            if (game.GradientPenalty > 0)
            {
                cost += (float)game.GradientPenalty * GradientPenalty.Wasserstein(
                    picture => Judge(round, picture, pass)[part][^1], round.Target, round.Made.Detach(), pass.Random);
            }
        }

        return cost;
    }

    /// <summary>What the discriminator makes of generated pictures, some of them perhaps from the pool.</summary>
    private IReadOnlyList<IReadOnlyList<Tensor>> Shown(Round round, int move, Pass pass)
    {
        if (Pool is null) return Judge(round, round.Made, pass);
        Tensor pair = Pool.Exchange(Tensor.Concat(3, round.Input, round.Made), pass.Updates, move * Recipe.Data.Batch);
        int channels = round.Input.Shape[3];
        return Judge(round with { Input = pair.Slice(3, 0, channels) }, pair.Slice(3, channels, round.Made.Shape[3]), pass);
    }

    private Tensor CostToGenerator(Round round, List<(string Name, Tensor Value)> outputs, Pass pass)
    {
        (Tensor made, Tensor target) = (round.Made, round.Target);
        Tensor l1 = (made - target).Abs().Mean(), loss = (float)Weights.L1 * l1;
        if (Discriminator is not null)
        {
            IReadOnlyList<IReadOnlyList<Tensor>> real = Judge(round, target, pass), fake = Judge(round, made, pass);
            Tensor adversarial = Sum(real, fake, Recipe.Objective.Objective().OfGenerator);
            outputs.Add(("adversarial_loss", adversarial));
            loss += (float)Weights.Adversarial * adversarial;
            if (Weights.FeatureMatching > 0)
            {
                Tensor matching = FeatureMatching.Of(real, fake);
                outputs.Add(("feature_matching_loss", matching));
                loss += (float)Weights.FeatureMatching * matching;
            }
        }

        if (Perceptual is not null)
        {
            Tensor seen = Perceptual.Of(made * 0.5f + 0.5f, target * 0.5f + 0.5f);
            outputs.Add(("perceptual_loss", seen));
            loss += (float)Weights.Perceptual * seen;
        }

        outputs.Add(("l1", l1));
        outputs.Add(("generator_loss", loss));
        return loss;
    }

    private IReadOnlyList<IReadOnlyList<Tensor>> Judge(Round round, Tensor picture, Pass pass) => round.View is { } view
        ? Discriminator!.Features(view.Beside(round.Input), view.Of(picture), pass)
        : Discriminator!.Features(round.Input, picture, pass);

    /// <summary>The discriminator's move, and the norm of its gradients.</summary>
    private Tensor Move(Tensor cost, Updates updates, int move)
    {
        Tensor norm = DiscriminatorOptimizer!.Minimize(cost, updates, move);
        Recipe.Objective.Limit(Discriminator!.Parameters, updates);
        return norm;
    }

    /// <summary>A cost of the judgements, summed over the discriminator's parts.</summary>
    private static Tensor Sum(
        IReadOnlyList<IReadOnlyList<Tensor>> real, IReadOnlyList<IReadOnlyList<Tensor>> fake, Func<Tensor, Tensor, Tensor> cost) =>
        real.Zip(fake, (ofReal, ofFake) => cost(ofReal[^1], ofFake[^1])).Aggregate((a, b) => a + b);

    /// <summary>
    /// A batch: what was given, what is to come of it, what was made of it, and what changes all that the discriminator sees of it.
    /// </summary>
    private sealed record Round(Tensor Input, Tensor Target, Tensor Made, AugmentedView? View);
}
