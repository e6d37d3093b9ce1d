using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Families.SuperResolution;

/// <summary>
/// What the second stage adds to a training: a discriminator, what moves it, the features that are compared, and the step of both players.
/// </summary>
internal sealed class AdversarialStage
{
    private const string Path = "discriminator";

    // The networks that see take colours.
    private const int Colours = 3;

    private readonly AdversarialStageRecipe _recipe;
    private readonly PixelLoss _pixelLoss;
    private readonly int _scale;
    private readonly Module _discriminator;
    private readonly IOptimizer _optimizer;
    private readonly PerceptualLoss? _perceptual;
    private readonly LearningRateSchedule _learningRates;
    private readonly ulong _seed;
    private readonly Feed _key = new("random.key", [3], ElementType.Int32);

    /// <summary>The stage of a recipe that has one.</summary>
    /// <exception cref="MezzotintException">The network that sees is missing, or another one than the recipe means.</exception>
    public AdversarialStage(SuperResolutionRecipe recipe)
    {
        _recipe = recipe.Adversarial!;
        (_pixelLoss, _scale, _seed) = (recipe.Loss, recipe.Scale, recipe.Seed);
        int channels = _recipe.Discriminator.Channels, imageChannels = recipe.Data.Channels;
        var initialization = new Initialization(recipe.Seed);
        _discriminator = _recipe.Discriminator.Kind == SuperResolutionDiscriminatorKind.Srgan
            ? new SrganDiscriminator(recipe.Data.Crop * recipe.Scale, initialization, channels, imageChannels, Path)
            : new UNetDiscriminator(initialization, channels, imageChannels, Path);
        _optimizer = _recipe.DiscriminatorOptimizer.Create($"{Path}.optimizer", _discriminator.Parameters);
        _learningRates = recipe.LearningRates(_recipe.DiscriminatorOptimizer.LearningRate);
        if (_recipe.Sees) Network = _recipe.Perceptual.Read();
        if (_recipe.Perceptual.Weight > 0) _perceptual = _recipe.Perceptual.Loss(Network!);
    }

    /// <summary>The network whose features are compared; null where none are.</summary>
    public IFeatureNetwork? Network { get; }

    /// <summary>What the stage's steps change beside the network that enlarges.</summary>
    public IEnumerable<Variable> Variables => _discriminator.Variables.Concat(_optimizer.Variables);

    /// <summary>The discriminator's weights and statistics.</summary>
    public IEnumerable<Variable> Discriminator => _discriminator.Variables;

    /// <summary>What its optimizer moves.</summary>
    public IEnumerable<Variable> Parameters => _discriminator.Parameters;

    /// <summary>Writes a step: the discriminator moves, and the network against the moved one.</summary>
    /// <param name="network">The network that enlarges.</param>
    /// <param name="low">Its images: a batch for each of the discriminator's moves, one after another, N first.</param>
    /// <param name="high">The truth of each.</param>
    /// <param name="optimizer">What moves the network.</param>
    /// <param name="average">The average of its weights.</param>
    /// <param name="regularised">Whether the penalty R1 is taken.</param>
    public TrainingStep Write(SuperResolver network, Tensor low, Tensor high, IOptimizer optimizer, MovingAverage average, bool regularised)
    {
        var game = new AdversarialGame
        {
            Generate = (move, _, pass) => Signed(network.Apply(Cut(low, move), pass)),
            Opponent = new Opponent
            {
                Augment = (images, random) => new AugmentedView(_recipe.Augment, random, images.Shape).Of(images),
                Judge = (images, _, pass) => _discriminator.Apply(images, pass),
                Objective = _recipe.Objective,
                Optimizer = _optimizer,
                Parameters = [.. _discriminator.Parameters],
            },
            Content = (made, truth) => Content(Unit(made), Unit(truth)),
            Weight = _recipe.Weight,
            GeneratorOptimizer = optimizer,
            Average = average,
        };
        string[] content =
        [
            .. _recipe.Pixel > 0 ? ["pixel_loss"] : Array.Empty<string>(), .. _recipe.Grid > 0 ? ["grid_loss"] : Array.Empty<string>(),
            .. _perceptual is null ? Array.Empty<string>() : ["perceptual_loss"],
        ];
        Tensor[] real = [.. Enumerable.Range(0, _recipe.CriticSteps).Select(move => Signed(Cut(high, move)))];
        return new TrainingStep(game.Write(real, null, new RandomStream(_key), regularised), [.. AdversarialGame.OutputNames, .. content]);
    }

    /// <summary>Refuses to train where the network that sees is not known.</summary>
    /// <exception cref="RecipeException">The recipe names none.</exception>
    public void RequireNetwork()
    {
        if (_recipe.Sees && _recipe.Perceptual.Network is null)
        {
            throw new RecipeException("The recipe compares what a network sees, and names none; give a VGG's file in adversarial.perceptual.network, "
                + "or set adversarial.perceptual.weight to 0 and adversarial.chooseBy to psnr.");
        }
    }

    /// <summary>Gives a run of the step its random numbers and rates.</summary>
    public void Feed(Bindings bindings, long step)
    {
        bindings.Set(_key, RandomStream.Key(_seed, (int)step));
        _optimizer.Feed(bindings, step, _learningRates.At(step - 1));
    }

    private List<(double Factor, Tensor Cost)> Content(Tensor made, Tensor truth)
    {
        var costs = new List<(double Factor, Tensor Cost)>();
        if (_recipe.Pixel > 0) costs.Add((_recipe.Pixel, _pixelLoss.Of(made, truth)));
        if (_recipe.Grid > 0) costs.Add((_recipe.Grid, GridLoss.Of(made, truth, _scale)));
        if (_perceptual is not null) costs.Add((_recipe.Perceptual.Weight, _perceptual.Of(InColours(made), InColours(truth))));
        return costs;
    }

    private Tensor Cut(Tensor whole, int move) =>
        _recipe.CriticSteps == 1 ? whole : whole.Slice(0, move * (whole.Shape[0] / _recipe.CriticSteps), whole.Shape[0] / _recipe.CriticSteps);

    /// <summary>
    /// Images in [0, 1] as the game has them, in [-1, 1]: discriminators, augmentations and the slopes of penalties are of such.
    /// </summary>
    private static Tensor Signed(Tensor images) => 2 * images - 1;

    /// <summary>Images of the game as losses of pixels and features have them, in [0, 1].</summary>
    private static Tensor Unit(Tensor images) => 0.5f * images + 0.5f;

    /// <summary>Grey pictures as equal red, green and blue.</summary>
    private static Tensor InColours(Tensor images) => images.BroadcastTo([images.Shape[0], images.Shape[1], images.Shape[2], Colours]);
}
