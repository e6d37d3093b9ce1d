using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Families.Gan;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Families.Hierarchical;

/// <summary>
/// The training of a hierarchical generator: each level's generator alone against its own discriminator, and then all of them together
/// against all discriminators. A generator that does not move is read as its average, as it will be when it is used.
/// </summary>
public sealed class HierarchicalTraining : ITraining
{
    private const int SampleRows = 8;
    private const int SamplesInRow = 2;

    // A picture of samples is there to be looked at; of large images it shows fewer.
    private const int MostSamplePixels = 32 << 20;

    private static readonly IReadOnlyList<string> OutputNames = [.. AdversarialGame.OutputNames, "stage"];

    private readonly HierarchicalRecipe _recipe;
    private readonly HierarchicalDescription _description;
    private readonly HierarchicalGenerator _generator;
    private readonly HierarchicalStages _stages;
    private readonly Player[] _players;
    private readonly PerceptualLoss? _perceptual;
    private readonly Feed _real;
    private readonly Feed _key = new("random.key", [3], ElementType.Int32);
    private readonly TrainingStep[] _steps, _regularised;
    private IImageSet? _images, _validation;
    private ImageBatches? _batches;

    /// <summary>Makes the networks and the steps of all stages.</summary>
    /// <param name="recipe">What to train.</param>
    /// <exception cref="WeightsException">The perceptual loss's network cannot be read.</exception>
    /// <exception cref="RecipeException">It has other weights or features than the recipe says.</exception>
    public HierarchicalTraining(HierarchicalRecipe recipe)
    {
        _recipe = recipe;
        _description = recipe.Describe();
        _generator = _description.Build(recipe.Seed);
        _stages = recipe.StagesOf();
        _players = [.. Enumerable.Range(0, recipe.Levels).Select(level => new Player(recipe, _generator, level, _stages.MovesOf(level)))];
        if (recipe.Perceptual.Network is not null) _perceptual = recipe.Perceptual.Loss(recipe.Perceptual.Read());
        _real = new Feed("real", [SamplesPerStep, recipe.Size, recipe.Size, recipe.Channels]);
        bool lazy = recipe.Objective.Lazy;
        int[] stages = [.. Enumerable.Range(0, recipe.Levels + 1)];
        _steps = [.. stages.Select(stage => Write(stage, regularised: recipe.Objective.R1 > 0 && !lazy))];
        _regularised = lazy ? [.. stages.Select(stage => Write(stage, regularised: true))] : _steps;
        Variables = [.. _generator.Variables, .. _players.SelectMany(player => player.Variables)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Variables { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Parameters => [.. _generator.Parameters, .. _players.SelectMany(player => player.Opponent.Parameters)];

    /// <inheritdoc/>
    public int SamplesPerStep => _recipe.Data.Batch * _recipe.CriticSteps;

    /// <inheritdoc/>
    public long PictureBytes => _recipe.Data.CacheMegabytes * (1L << 20);

    /// <inheritdoc/>
    public string DataFingerprint => Images.Fingerprint;

    /// <inheritdoc/>
    public IReadOnlyList<DataFile> DataFiles => ImageSets.FilesOf(_images, _validation);

    private IImageSet Images => _images ?? throw new InvalidOperationException("A training is opened before it is run.");

    private ImageBatches Batches => _batches ??= new ImageBatches(Images, _recipe.Data.Flips, _recipe.Seed, SamplesPerStep, SampleRange.Signed);

    /// <inheritdoc/>
    public TrainingStep StepAt(long step) => (_recipe.Objective.Regularises(step) ? _regularised : _steps)[_stages.At(step)];

    /// <summary>Opens the images.</summary>
    /// <param name="opening">How, and who is told.</param>
    /// <exception cref="RecipeException"><c>init</c> is for another network.</exception>
    /// <exception cref="WeightsException">There is no model <c>init</c>.</exception>
    /// <exception cref="TrainingDataException">The recipe names no images, or they are missing, broken or not alike.</exception>
    public void Open(TrainingOpening opening)
    {
        ImageSetRecipe data = _recipe.Data with { Size = _recipe.Size, Channels = _recipe.Channels };
        _images = ImageSets.Open(data, opening.LeftOut);
        _validation = ImageSets.OpenValidation(data, opening.LeftOut);
        if (!opening.Begins || _recipe.Init is not { } init) return;
        opening.Say(InitialWeights.Take(_generator, _description, init));
        opening.Say(InitialDiscriminator.Take(_players.SelectMany(player => player.Judge), init));
        foreach (Player player in _players) player.Average.Restart();
    }

    /// <inheritdoc/>
    public void Begin(long sampleCursor) => Batches.Begin(sampleCursor);

    /// <inheritdoc/>
    public void Feed(Bindings bindings, long step, CancellationToken cancellation)
    {
        bindings.Set(_real, Batches.Next(cancellation).Samples).Set(_key, RandomStream.Key(_recipe.Seed, (int)step));
        foreach (int level in _stages.LevelsOf(_stages.At(step))) _players[level].Feed(bindings, _stages.MovesOf(level, step));
    }

    /// <summary>
    /// The sliced Wasserstein distance of the largest images' Laplacian patches from those of the images to choose by, in thousandths, as a
    /// negative number: nearer to 0 is better.
    /// </summary>
    /// <inheritdoc/>
    public ValidationScore? Validate(Device device, CancellationToken cancellation)
    {
        if (_validation is null) return null;
        PyramidScores scores = PyramidScores.Of(Averaged(), _validation, device, PyramidProtocol.Quick, null, cancellation);
        return new ValidationScore("validation_swd", "-SWD", -scores.Levels[^1].Own.Mean, "e-3");
    }

    /// <summary>Samples of the same latent vectors each time, every level of each side by side.</summary>
    /// <inheritdoc/>
    public void WriteSample(Device device, string path, CancellationToken cancellation)
    {
        var generator = new Generator(Averaged(), device);
        int rowPixels = SamplesInRow * _recipe.Levels * _recipe.Size * _recipe.Size, rows = Math.Clamp(MostSamplePixels / rowPixels, 1, SampleRows);
        SampleRequest[] requests = [.. Enumerable.Range(0, rows * SamplesInRow).Select(i => new SampleRequest((ulong)i))];
        IEnumerable<Picture[]> strips = generator.GenerateLevels(requests, null, cancellation)
            .Select(levels => levels.Select(one => one.Resize(_recipe.Size, _recipe.Size, ResizeKernel.Nearest)).ToArray());
        PictureGrid.Of(
            [.. strips.Chunk(SamplesInRow).Select(row => row.SelectMany(strip => strip).ToArray())], _recipe.Size, SamplesInRow * _recipe.Levels).Save(path);
    }

    /// <inheritdoc/>
    public double? Diversity(Device device, CancellationToken cancellation) => SampleDiversity.Of(new Generator(Averaged(), device), Images, cancellation);

    /// <inheritdoc/>
    public void WriteModel(string path) => _recipe.WriteModel(path, _description, _players.SelectMany(player => player.Average.Named));

    /// <inheritdoc/>
    public void Dispose() => _batches?.Dispose();

    private HierarchicalGenerator Averaged()
    {
        HierarchicalGenerator averaged = _description.Build(_recipe.Seed);
        foreach (Player player in _players) player.Average.CopyTo(averaged);
        return averaged;
    }

    private TrainingStep Write(int stage, bool regularised)
    {
        int batch = _recipe.Data.Batch;
        IReadOnlyList<int> moving = _stages.LevelsOf(stage);
        var updates = new Updates();
        var pass = new Pass(updates, new RandomStream(_key));
        IReadOnlyList<Tensor> real = [];
        var fake = new Tensor[_recipe.Levels];
        Tensor loss = 0, norm = 0;
        for (int move = 0; move < _recipe.CriticSteps; move++)
        {
            real = LaplacianPyramid.LowPasses(_real.Tensor.Slice(0, move * batch, batch), _recipe.Levels);
            Generate(stage, real, fake, pass);
            (loss, norm) = (0, 0);
            foreach (int level in moving)
            {
                (Tensor cost, Tensor one) = _players[level].Opponent.Move(real[level], fake[level], null, pass, regularised, move);
                (loss, norm) = (loss + cost, norm + one.Square());
            }
        }

        // What all generators that move make small is one sum: in the last stage a level's weights are moved by what the larger ones cost,
        // too.
        Tensor total = 0, generatorNorm = 0;
        foreach (int level in moving)
        {
            total += _players[level].Opponent.CostToGenerator(real[level], fake[level], null, pass);
            if (_perceptual is not null && level > 0) total += (float)_recipe.Perceptual.Weight * Resemblance(level, real, pass);
        }

        foreach (int level in moving) generatorNorm += _players[level].Optimizer.Minimize(total, updates).Square();
        foreach (int level in moving) _players[level].Average.Follow(updates);
        return new TrainingStep(new Step([loss, total, norm.Sqrt(), generatorNorm.Sqrt(), Tensor.Constant(stage)], updates), OutputNames);
    }

    /// <summary>Writes the images of the levels that move.</summary>
    private void Generate(int stage, IReadOnlyList<Tensor> real, Tensor[] fake, Pass pass)
    {
        bool together = stage == _recipe.Levels;
        int last = together ? stage - 1 : stage;
        for (int level = !together && stage > 0 && _recipe.Details.Input == AuxiliaryInput.Real ? stage : 0; level <= last; level++)
        {
            bool moves = together || level == stage;
            Tensor? below = level == 0 ? null : moves && !together && _recipe.Details.Input == AuxiliaryInput.Real ? real[level - 1] : fake[level - 1];
            fake[level] = _generator.Level(level, below, Noise(level, pass), moves ? pass : Pass.With(_players[level].Average.Of));
        }
    }

    private Tensor Noise(int level, Pass pass) => pass.Random.Normal([_recipe.Data.Batch, _generator.LatentSizes[level]]);

    /// <summary>How far what a level makes of a real low-pass is from the real image, in the eyes of a trained network.</summary>
    private Tensor Resemblance(int level, IReadOnlyList<Tensor> real, Pass pass)
    {
        return _perceptual!.Of(Seen(_generator.Level(level, real[level - 1], Noise(level, pass), pass)), Seen(real[level]));

        Tensor Seen(Tensor images)
        {
            Tensor unit = images * 0.5f + 0.5f;
            return unit.Shape[3] == _perceptual.Network.Channels
                ? unit
                : unit.Mean(3).Reshape([.. unit.Shape.Take(3), 1]).BroadcastTo([.. unit.Shape.Take(3), _perceptual.Network.Channels]);
        }
    }

    /// <summary>A level's generator and discriminator, and what moves them.</summary>
    private sealed class Player
    {
        private readonly LearningRateSchedule _rates, _discriminatorRates;
        private readonly Module _judge;

        public Player(HierarchicalRecipe recipe, HierarchicalGenerator generator, int level, long moves)
        {
            Module own = generator.GeneratorOf(level);
            Optimizer = recipe.GeneratorOptimizer.Create($"generator.{level}.optimizer", own.Parameters);
            Average = new MovingAverage(own.Variables, recipe.EmaDecay);
            string path = $"discriminator.{level}";
            var discriminator = new GanDiscriminator(recipe.Discriminator, generator.SideOf(level), generator.Channels, 0, recipe.Seed, path);
            _judge = discriminator.Network;
            Opponent = new Opponent
            {
                Judge = discriminator.Judge,
                Augment = (images, random) => new AugmentedView(recipe.Augment, random, images.Shape).Of(images),
                Objective = recipe.Objective,
                Optimizer = recipe.DiscriminatorOptimizer.Create($"{path}.optimizer", _judge.Parameters),
                Parameters = [.. _judge.Parameters],
            };
            _rates = recipe.LearningRates() with { Steps = Math.Max(1, moves) };
            _discriminatorRates = recipe.LearningRates(recipe.DiscriminatorOptimizer.LearningRate) with { Steps = Math.Max(1, moves) };
        }

        public IOptimizer Optimizer { get; }

        public Opponent Opponent { get; }

        public MovingAverage Average { get; }

        /// <summary>The discriminator's weights and statistics.</summary>
        public IEnumerable<Variable> Judge => _judge.Variables;

        /// <summary>All that its moves change but the generator itself.</summary>
        public IEnumerable<Variable> Variables => [.. _judge.Variables, .. Optimizer.Variables, .. Opponent.Optimizer.Variables, .. Average.Variables];

        /// <summary>Gives a run of the step the rates of its move.</summary>
        /// <param name="bindings">The run's values.</param>
        /// <param name="move">Which of its moves it is, from 1.</param>
        public void Feed(Bindings bindings, long move)
        {
            Optimizer.Feed(bindings, move, _rates.At(move - 1));
            Opponent.Optimizer.Feed(bindings, move, _discriminatorRates.At(move - 1));
            Average.Feed(bindings, move);
        }
    }
}
