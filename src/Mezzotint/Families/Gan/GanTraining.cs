using System.Globalization;
using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Families.Gan;

/// <summary>
/// The training of a generator against a discriminator on images, with classes or without, by any adversarial objective; the average of the
/// generator's weights is what is shown and shipped.
/// </summary>
public sealed class GanTraining : ITraining
{
    private const int SampleRows = 8;
    private const int SampleColumns = 8;
    private const int MostSampleColumns = 16;

    private readonly GanRecipe _recipe;
    private readonly Module _generator;
    private readonly GanDiscriminator _discriminator;
    private readonly IOptimizer _generatorOptimizer, _discriminatorOptimizer;
    private readonly MovingAverage _average;
    private readonly Feed _real, _classes;
    private readonly Feed _key = new("random.key", [3], ElementType.Int32);
    private readonly LearningRateSchedule _generatorRates, _discriminatorRates;
    private readonly TrainingStep _step;
    private readonly TrainingStep? _regularised;
    private GeneratorDescription _description;
    private FrechetScore? _score;
    private IImageSet? _images;
    private ImageBatches? _batches;

    /// <summary>Makes the networks and the step.</summary>
    /// <param name="recipe">What to train.</param>
    public GanTraining(GanRecipe recipe)
    {
        _recipe = recipe;
        int size = recipe.Size, channels = recipe.Channels, classes = recipe.Classes, count = SamplesPerStep;

        // Their names are known when the data are; the network is the same.
        _description = recipe.Generator.Describe(size, channels, [.. Enumerable.Range(0, classes).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
        _generator = _description.Build(recipe.Seed);
        _discriminator = new GanDiscriminator(recipe.Discriminator, size, channels, classes, recipe.Seed);
        Module judge = _discriminator.Network;
        _generatorOptimizer = recipe.GeneratorOptimizer.Create("generator.optimizer", _generator.Parameters);
        _discriminatorOptimizer = recipe.DiscriminatorOptimizer.Create("discriminator.optimizer", judge.Parameters);
        _average = new MovingAverage(_generator.Variables, recipe.EmaDecay);
        _generatorRates = recipe.LearningRates();
        _discriminatorRates = recipe.LearningRates(recipe.DiscriminatorOptimizer.LearningRate);

        _real = new Feed("real", [count, size, size, channels]);
        _classes = new Feed("classes", [count, Math.Max(1, classes)]);
        bool lazy = recipe.Objective.Lazy;
        _step = Write(regularised: recipe.Objective.R1 > 0 && !lazy);
        _regularised = lazy ? Write(regularised: true) : null;
        Variables =
        [
            .. _generator.Variables, .. judge.Variables, .. _generatorOptimizer.Variables, .. _discriminatorOptimizer.Variables, .. _average.Variables,
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Variables { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Parameters => [.. _generator.Parameters, .. _discriminator.Network.Parameters];

    /// <inheritdoc/>
    public int SamplesPerStep => _recipe.Data.Batch * _recipe.CriticSteps;

    /// <inheritdoc/>
    public long PictureBytes => _recipe.Data.CacheMegabytes * (1L << 20);

    /// <inheritdoc/>
    public string DataFingerprint => Images.Fingerprint;

    /// <inheritdoc/>
    public IReadOnlyList<DataFile> DataFiles => ImageSets.FilesOf(_images, null);

    private IImageSet Images => _images ?? throw new InvalidOperationException("A training is opened before it is run.");

    private ImageBatches Batches => _batches ??= new ImageBatches(Images, _recipe.Data.Flips, _recipe.Seed, SamplesPerStep, SampleRange.Signed);

    /// <inheritdoc/>
    public TrainingStep StepAt(long step) =>
        _regularised is not null && _recipe.Objective.Regularises(step) ? _regularised : _step;

    /// <summary>Opens the images.</summary>
    /// <param name="opening">How, and who is told.</param>
    /// <exception cref="RecipeException">The data have other classes than the recipe says, or <c>init</c> is for another
    /// network.</exception>
    /// <exception cref="WeightsException">There is no model <c>init</c>.</exception>
    /// <exception cref="TrainingDataException">The recipe names no images, or they are missing, broken or not alike.</exception>
    public void Open(TrainingOpening opening)
    {
        _images = ImageSets.Open(_recipe.Data with { Size = _recipe.Size, Channels = _recipe.Channels }, opening.LeftOut);
        if (_recipe.Classes > 0 && _images.Classes.Count != _recipe.Classes)
        {
            throw new RecipeException(_images.Classes.Count == 0
                ? $"The recipe says {_recipe.Classes} classes, and the images have none; give a folder with a folder per class and no picture beside these, or set classes to 0."
                : $"The recipe says {_recipe.Classes} classes, and the images have {_images.Classes.Count}; set classes to that, or to 0.");
        }

        if (_recipe.Classes > 0) _description = _description with { Classes = _images.Classes };
        if (_recipe.Frechet.Network is not null)
        {
            ImageSetRecipe like = _recipe.Data with { Size = _recipe.Size, Channels = _recipe.Channels };
            _score = new FrechetScore(_recipe.Frechet, ImageSets.OpenValidation(like, opening.LeftOut));
        }

        if (!opening.Begins || _recipe.Init is not { } init) return;
        opening.Say(InitialWeights.Take(_generator, _description, init));
        opening.Say(InitialDiscriminator.Take(_discriminator.Network.Variables, init));
        _average.Restart();
    }

    /// <inheritdoc/>
    public void Begin(long sampleCursor) => Batches.Begin(sampleCursor);

    /// <inheritdoc/>
    public void Feed(Bindings bindings, long step, CancellationToken cancellation)
    {
        ImageBatch batch = Batches.Next(cancellation);
        bindings.Set(_real, batch.Samples).Set(_key, RandomStream.Key(_recipe.Seed, (int)step));
        if (_recipe.Classes > 0) bindings.Set(_classes, OneHot(batch.Classes, _recipe.Classes));
        _generatorOptimizer.Feed(bindings, step, _generatorRates.At(step - 1));
        _discriminatorOptimizer.Feed(bindings, step, _discriminatorRates.At(step - 1));
        _average.Feed(bindings, step);
    }

    /// <summary>The Frechet distance, where the recipe names a network to take it by; else nothing.</summary>
    /// <inheritdoc/>
    public ValidationScore? Validate(Device device, CancellationToken cancellation) => _score?.Of(Averaged(device), device, cancellation);

    /// <summary>A grid of samples of the same latent vectors each time; where there are classes, a column a class.</summary>
    /// <inheritdoc/>
    public void WriteSample(Device device, string path, CancellationToken cancellation)
    {
        Generator generator = Averaged(device);
        int columns = _recipe.Classes > 0 ? Math.Min(_recipe.Classes, MostSampleColumns) : SampleColumns;
        SampleRequest[] requests =
        [
            .. Enumerable.Range(0, SampleRows * columns).Select(i => _recipe.Classes > 0
                ? new SampleRequest((ulong)(i / columns)) { Class = _description.Classes[i % columns] }
                : new SampleRequest((ulong)i)),
        ];
        PictureGrid.Of([.. generator.Generate(requests, null, cancellation).Chunk(columns)], _recipe.Size, columns).Save(path);
    }

    /// <inheritdoc/>
    public double? Diversity(Device device, CancellationToken cancellation) => SampleDiversity.Of(Averaged(device), Images, cancellation);

    /// <inheritdoc/>
    public void WriteModel(string path) => _recipe.WriteModel(path, _description, _average.Named);

    /// <inheritdoc/>
    public void Dispose() => _batches?.Dispose();

    private Generator Averaged(Device device)
    {
        Module averaged = _description.Build(_recipe.Seed);
        _average.CopyTo(averaged);
        return new Generator(averaged, device);
    }

    private TrainingStep Write(bool regularised)
    {
        int batch = _recipe.Data.Batch;
        var game = new AdversarialGame
        {
            Generate = (_, classes, pass) =>
            {
                Tensor latent = pass.Random.Normal([batch, _recipe.Generator.Latent]);
                return _generator.Apply(classes is null ? latent : Tensor.Concat(1, latent, classes), pass);
            },
            Opponent = new Opponent
            {
                Judge = _discriminator.Judge,
                Augment = (images, random) => new AugmentedView(_recipe.Augment, random, images.Shape).Of(images),
                Objective = _recipe.Objective,
                Optimizer = _discriminatorOptimizer,
                Parameters = [.. _discriminator.Network.Parameters],
            },
            GeneratorOptimizer = _generatorOptimizer,
            Average = _average,
        };
        Tensor[] real = Cut(_real);
        return new TrainingStep(
            game.Write(real, _recipe.Classes > 0 ? Cut(_classes) : null, new RandomStream(_key), regularised), AdversarialGame.OutputNames);

        Tensor[] Cut(Tensor whole) => [.. Enumerable.Range(0, _recipe.CriticSteps).Select(move => whole.Slice(0, move * batch, batch))];
    }

    private static float[] OneHot(int[] classes, int count)
    {
        var rows = new float[classes.Length * count];
        for (int i = 0; i < classes.Length; i++) rows[i * count + classes[i]] = 1;
        return rows;
    }
}
