using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Families.Vae;

/// <summary>
/// The training of a variational autoencoder: the evidence's bound by one latent sample an image, Adam, an average of the weights.
/// </summary>
public sealed class VaeTraining : ITraining
{
    private const int SampleColumns = 8;

    // The same latent vectors in every sample picture of every run.
    private const ulong SampleSeed = 0;

    private readonly VaeRecipe _recipe;
    private readonly VaeDescription _description;
    private readonly VariationalAutoencoder _network, _averaged;
    private readonly Adam _adam;
    private readonly MovingAverage _average;
    private readonly Feed _images, _beta, _key;
    private readonly LearningRateSchedule _learningRates;
    private readonly TrainingStep _step;
    private IImageSet? _set, _validation;
    private ImageBatches? _batches;

    /// <summary>Makes the network and the step.</summary>
    /// <param name="recipe">What to train.</param>
    /// <exception cref="MezzotintException">There is no such network.</exception>
    public VaeTraining(VaeRecipe recipe)
    {
        _recipe = recipe;
        _description = recipe.Describe();
        _network = _description.Build(recipe.Seed);
        _averaged = _description.Build(recipe.Seed);
        _adam = new Adam("adam", _network.Parameters, recipe.Optimizer);
        _average = new MovingAverage(_network.Variables, recipe.EmaDecay);
        _learningRates = recipe.LearningRates();
        _images = new Feed("images", [recipe.Data.Batch, _description.Size, _description.Size, _description.ImageChannels]);
        _beta = new Feed("beta", []);
        _key = new Feed("key", [3], ElementType.Int32);
        _step = Write();
        Variables = [.. _network.Variables, .. _adam.Variables, .. _average.Variables];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Variables { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Parameters => [.. _network.Parameters];

    /// <inheritdoc/>
    public int SamplesPerStep => _recipe.Data.Batch;

    /// <inheritdoc/>
    public long PictureBytes => _recipe.Data.CacheMegabytes * (1L << 20);

    /// <inheritdoc/>
    public string DataFingerprint => Set.Fingerprint;

    /// <inheritdoc/>
    public IReadOnlyList<DataFile> DataFiles => ImageSets.FilesOf(_set, _validation);

    private IImageSet Set => _set ?? throw new InvalidOperationException("A training is opened before its data are asked for.");

    private ImageBatches Batches => _batches ??= new ImageBatches(Set, _recipe.Data.Flips, _recipe.Seed, SamplesPerStep, SampleRange.Unit);

    /// <inheritdoc/>
    public TrainingStep StepAt(long step) => _step;

    /// <inheritdoc/>
    public void Open(TrainingOpening opening)
    {
        _set = ImageSets.Open(_recipe.Data, opening.LeftOut);
        _validation = ImageSets.OpenValidation(_recipe.Data, opening.LeftOut);
        if (!opening.Begins || _recipe.Init is not { } init) return;
        opening.Say(InitialWeights.Take(_network, _description, init));
        _average.Restart();
    }

    /// <inheritdoc/>
    public void Begin(long sampleCursor) => Batches.Begin(sampleCursor);

    /// <inheritdoc/>
    public void Feed(Bindings bindings, long step, CancellationToken cancellation)
    {
        double risen = step < _recipe.BetaWarmupSteps ? (double)step / _recipe.BetaWarmupSteps : 1;
        bindings.Set(_images, Batches.Next(cancellation).Samples)
            .Set(_beta, (float)(_recipe.Beta * risen))
            .Set(_key, RandomStream.Key(_recipe.Seed, checked((int)step)));
        _adam.Feed(bindings, step, _learningRates.At(step - 1));
        _average.Feed(bindings, step);
    }

    /// <summary>The bound on the images to choose by, as a negative number of nats: nearer to 0 is better.</summary>
    /// <inheritdoc/>
    public ValidationScore? Validate(Device device, CancellationToken cancellation)
    {
        if (_validation is null) return null;
        _average.CopyTo(_averaged);
        var protocol = new VaeProtocol(_averaged.Likelihood, _recipe.Binarize);
        VaeScores scores = VaeScores.Of(_averaged, _validation, device, protocol, cancellation: cancellation);
        return new ValidationScore("validation_elbo", "ELBO", -scores.NegativeElbo, "nats");
    }

    /// <summary>
    /// Images and below each its reconstruction, in two rows twice; then images made of the same latent vectors each time.
    /// </summary>
    /// <inheritdoc/>
    public void WriteSample(Device device, string path, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _average.CopyTo(_averaged);
        IImageSet set = _validation ?? Set;
        var autoencoder = new Autoencoder(_averaged, device);
        int columns = Math.Min(SampleColumns, set.Count), length = set.Width * set.Height * set.Channels;
        var rows = new List<Picture[]>();
        for (int row = 0; row < 2; row++)
        {
            var samples = new float[columns * length];
            for (int i = 0; i < columns; i++) set.Read((row * columns + i) % set.Count, samples.AsSpan(i * length, length));
            rows.Add(Pictures(samples));
            rows.Add(Pictures(autoencoder.Reconstruct(samples)));
        }

        Picture[] made = Pictures(Made(device, 4 * SampleColumns));
        rows.AddRange(made.Chunk(SampleColumns));
        PictureGrid.Of(rows, _description.Size, SampleColumns).Save(path);
    }

    /// <inheritdoc/>
    public double? Diversity(Device device, CancellationToken cancellation)
    {
        _average.CopyTo(_averaged);
        return SampleDiversity.Of(new Generator(_averaged, device), Set, cancellation);
    }

    /// <inheritdoc/>
    public void WriteModel(string path) => _recipe.WriteModel(path, _description, _average.Named);

    /// <inheritdoc/>
    public void Dispose() => _batches?.Dispose();

    private float[] Made(Device device, int count)
    {
        var noise = new RandomStream(Tensor.Of([3], RandomStream.Key(SampleSeed, 0)));
        return device.Evaluate(_averaged.Generate(noise.Normal([count, _averaged.Latent]), null, Pass.Inference));
    }

    private TrainingStep Write()
    {
        var updates = new Updates();
        var random = new RandomStream(_key);
        Tensor images = _images;
        if (_recipe.Binarize) images = Tensor.Less(random.Uniform(images.Shape), images);
        EvidenceBound bound = EvidenceBound.Of(_network, images, new Pass(updates, random));
        Tensor reconstruction = -bound.Reconstruction.Mean(), divergence = bound.Divergence.Mean();
        Tensor loss = reconstruction + _beta * divergence;
        Tensor norm = _adam.Minimize(loss, updates);
        _average.Follow(updates);
        return new TrainingStep(
            new Step([loss, reconstruction, divergence, norm], updates), ["loss", "reconstruction", "kl", "gradient_norm"]);
    }

    private Picture[] Pictures(float[] samples)
    {
        int size = _description.Size, channels = _description.ImageChannels;
        return [.. samples.Chunk(size * size * channels).Select(one => Picture.FromFloats(one, size, size, channels))];
    }
}
