using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Families;

/// <summary>
/// The game of a generator and a discriminator as one step: the discriminator's moves, each against a batch of its own, then the
/// generator's against the discriminator as they have left it, and the average of the generator's weights. It knows nothing of what is
/// generated.
/// </summary>
internal sealed class AdversarialGame
{
    /// <summary>What the numbers of the step are called.</summary>
    public static readonly IReadOnlyList<string> OutputNames = ["d_loss", "g_loss", "d_gradient_norm", "g_gradient_norm"];

    /// <summary>Writes what the generator makes for one of the discriminator's moves, from 0, with the move's rows of classes.</summary>
    public required Func<int, Tensor?, Pass, Tensor> Generate { get; init; }

    /// <summary>The discriminator.</summary>
    public required Opponent Opponent { get; init; }

    /// <summary>
    /// What the generator makes small beside its cost in the game, of what it made and of the last move's real samples: costs and their
    /// factors. Their values are outputs of the step, after those that <see cref="OutputNames"/> names.
    /// </summary>
    public Func<Tensor, Tensor, IReadOnlyList<(double Factor, Tensor Cost)>> Content { get; init; } = (_, _) => [];

    /// <summary>The factor of the generator's cost in the game.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>What moves the generator.</summary>
    public required IOptimizer GeneratorOptimizer { get; init; }

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
        Tensor fake = real[0], loss = 0, norm = 0;
        for (int move = 0; move < real.Count; move++)
        {
            Tensor? given = classes?[move];
            fake = Generate(move, given, pass);
            (loss, norm) = Opponent.Move(real[move], fake, given, pass, regularised, move);
        }

        // As in DCGAN's own training, the generator is judged by the last samples that the discriminator has seen.
        Tensor cost = Opponent.CostToGenerator(real[^1], fake, classes?[^1], pass);
        IReadOnlyList<(double Factor, Tensor Cost)> content = Content(fake, real[^1]);
        Tensor whole = content.Aggregate(Weight == 1 ? cost : (float)Weight * cost, (sum, part) => sum + (float)part.Factor * part.Cost);
        Tensor generatorNorm = GeneratorOptimizer.Minimize(whole, updates);
        Average?.Follow(updates);
        return new Step([loss, cost, norm, generatorNorm, .. content.Select(part => part.Cost)], updates);
    }
}
