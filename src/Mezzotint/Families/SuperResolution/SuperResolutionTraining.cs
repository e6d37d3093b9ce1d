using System.Globalization;
using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Families.SuperResolution;

/// <summary>
/// The training of a network that enlarges: crops of photographs and of their bicubic or degraded reductions, a pixel loss or, in the
/// second stage, a discriminator and the distance of features, Adam, an average of the weights that is validated and shipped.
/// </summary>
public sealed class SuperResolutionTraining : ITraining, IReceptiveField
{
    private const int SampleSide = 192;
    private const long Megabyte = 1 << 20;

    // Whatever seed a training has, it is judged by the same pictures.
    private const ulong ValidationSeed = 0;

    private readonly SuperResolutionRecipe _recipe;
    private readonly SuperResolverDescription _description;
    private readonly SuperResolver _network, _averaged;
    private readonly Adam _adam;
    private readonly MovingAverage _average;
    private readonly Feed _low, _high;
    private readonly LearningRateSchedule _learningRates;
    private readonly AdversarialStage? _adversarial;
    private readonly TrainingStep _step;
    private readonly TrainingStep? _regularised;
    private BicubicPairs? _pairs;
    private EvaluationSet? _validation;
    private Prefetch<CropBatch>? _batches;

    /// <summary>Makes the networks and the step.</summary>
    /// <param name="recipe">What to train.</param>
    /// <exception cref="MezzotintException">A network whose features the recipe compares is missing, or another one than it
    /// means.</exception>
    public SuperResolutionTraining(SuperResolutionRecipe recipe)
    {
        _recipe = recipe;
        (int channels, int blocks) = (recipe.Network.Channels, recipe.Network.Blocks);
        _description = recipe.Network.Kind == SuperResolutionNetworkKind.Srresnet
            ? new SrResNetDescription(recipe.Scale, channels, blocks, recipe.Data.Channels, recipe.Network.RectifiedSums)
            : new CompactResNetDescription(recipe.Scale, channels, blocks, recipe.Data.Channels);
        _network = _description.Build(recipe.Seed);
        _averaged = _description.Build(recipe.Seed);
        _adam = new Adam("adam", _network.Parameters, recipe.Optimizer);
        _average = new MovingAverage(_network.Variables, recipe.EmaDecay);
        _learningRates = recipe.LearningRates();

        int crop = recipe.Data.Crop, count = SamplesPerStep;
        _low = new Feed("low", [count, crop, crop, recipe.Data.Channels]);
        _high = new Feed("high", [count, crop * recipe.Scale, crop * recipe.Scale, recipe.Data.Channels]);
        if (recipe.Adversarial is { } stage)
        {
            _adversarial = new AdversarialStage(recipe);
            bool lazy = stage.Objective.Lazy;
            _step = _adversarial.Write(_network, _low, _high, _adam, _average, regularised: stage.Objective.R1 > 0 && !lazy);
            if (lazy) _regularised = _adversarial.Write(_network, _low, _high, _adam, _average, regularised: true);
        }
        else
        {
            _step = new TrainingStep(Write(), ["loss", "gradient_norm"]);
        }

        Variables = [.. _network.Variables, .. _adam.Variables, .. _average.Variables, .. _adversarial?.Variables ?? []];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Variables { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Parameters => [.. _network.Parameters, .. _adversarial?.Parameters ?? []];

    /// <inheritdoc/>
    public int? ReceptiveFieldRadius => ReceptiveField.Radius(
        _network.ImageChannels, _network.Scale, input => _network.Apply(input, Pass.Inference));

    /// <inheritdoc/>
    public int SamplesPerStep => _recipe.Data.Batch * (_recipe.Adversarial?.CriticSteps ?? 1);

    /// <inheritdoc/>
    public long PictureBytes => _recipe.Data.CacheMegabytes * Megabyte;

    /// <inheritdoc/>
    public string DataFingerprint { get; private set; } = "";

    /// <summary>The photographs, and those that are never learned from.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<DataFile> DataFiles { get; private set; } = [];

    private BicubicPairs Pairs => _pairs ?? throw new InvalidOperationException("A training is opened before it is run.");

    /// <inheritdoc/>
    public TrainingStep StepAt(long step) =>
        _regularised is not null && _recipe.Adversarial!.Objective.Regularises(step) ? _regularised : _step;

    /// <summary>Opens the photographs; none is decoded yet.</summary>
    /// <param name="opening">How, and who is told.</param>
    /// <exception cref="RecipeException">The recipe names no photographs, or no network for its perceptual loss, or its <c>init</c> is for
    /// another network.</exception>
    /// <exception cref="WeightsException">There is no model <c>init</c>.</exception>
    /// <exception cref="TrainingDataException">A folder is missing or has no usable photograph.</exception>
    /// <exception cref="EvaluationException">The validation folder is missing or empty.</exception>
    public void Open(TrainingOpening opening)
    {
        if (_recipe.Data.Train.Count == 0)
            throw new RecipeException("The recipe names no photographs to learn from; give a folder with --data, or in data.train.");
        _adversarial?.RequireNetwork();
        PhotographFolder folder = PhotographFolder.Open(_recipe.Data.Train, _recipe.Data.Crop * _recipe.Scale, _recipe.Data.Channels);
        foreach (SkippedFile skipped in folder.Skipped) opening.LeftOut(skipped);
        _pairs = new BicubicPairs(
            folder, _recipe.Scale, _recipe.Data.CacheMegabytes * Megabyte, opening.LeftOut, _recipe.Data.Channels, _recipe.Data.Sizes,
            _recipe.Data.Crop * _recipe.Scale);
        _validation = _recipe.Data.Validation is { } validation ? EvaluationSet.Open(validation, null, _recipe.Scale, _recipe.Data.Channels) : null;
        // At scale 1 a picture left clean would be equal to the truth, and the mean of scores infinite before anything is restored.
        DegradationRecipe photograph = _recipe.Scale == 1 ? _recipe.Data.Photograph with { CleanShare = 0 } : _recipe.Data.Photograph;
        if (Degradation(photograph) is { } degradation)
            _validation = _validation?.Reduced((truth, index) => degradation.Apply(truth, ValidationSeed, index));
        DataFingerprint = folder.Fingerprint;
        DataFiles =
        [
            .. folder.Photographs.Select(photograph => new DataFile(photograph.Name, photograph.Bytes)),
            .. Enumerable.Range(0, _validation?.Count ?? 0).Select(index => new DataFile(
                $"validation: {_validation!.NameOf(index)}", _validation.BytesOf(index))),
        ];
        if (!opening.Begins) return;
        if (_recipe.Scale == 1 && _validation is not null) opening.Say(Spoiled(_validation));
        if (_recipe.Init is not { } init) return;
        opening.Say(InitialWeights.Take(_network, _description, init));
        if (_adversarial is not null) opening.Say(InitialDiscriminator.Take(_adversarial.Discriminator, init));
        _average.Restart();
    }

    /// <inheritdoc/>
    public void Begin(long sampleCursor)
    {
        _batches?.Dispose();
        SuperResolutionDataRecipe data = _recipe.Data;
        var sampler = new CropSampler(Pairs, data.Crop, data.Flips, data.Rotations, _recipe.Seed, Degradation());
        _batches = new Prefetch<CropBatch>(
            () => new CropBatch(SamplesPerStep, data.Crop, _recipe.Scale, data.Channels),
            (batch, number) => sampler.Fill(sampleCursor + number * SamplesPerStep, batch));
    }

    /// <inheritdoc/>
    public void Feed(Bindings bindings, long step, CancellationToken cancellation)
    {
        if (_batches is null) throw new InvalidOperationException("A training begins before it is fed.");
        CropBatch batch = _batches.Next(cancellation);
        bindings.Set(_low, batch.Low).Set(_high, batch.High);
        _adam.Feed(bindings, step, _learningRates.At(step - 1));
        _adversarial?.Feed(bindings, step);
        _average.Feed(bindings, step);
    }

    /// <inheritdoc/>
    public ValidationScore? Validate(Device device, CancellationToken cancellation)
    {
        if (_validation is null) return null;
        Upscaler upscaler = Averaged(device);
        PerceptualDistance? distance = _adversarial?.Network is { } network ? new PerceptualDistance(network, device) : null;
        SuperResolutionScores scores = SuperResolutionScores.Of(
            _validation, picture => upscaler.Upscale(picture, null, cancellation), null, distance, cancellation: cancellation);
        var psnr = new ValidationScore("validation_psnr_y", "PSNR", scores.Mean.PsnrY, "dB");
        AdversarialChoice? choice = _recipe.Adversarial?.ChooseBy;
        psnr = psnr with { Chooses = choice != AdversarialChoice.Latest };
        if (scores.Mean.Perceptual is not { } apart) return psnr;
        var perceptual = new ValidationScore("validation_perceptual", "perceptual distance", apart, "") { LessIsBetter = true };
        return choice == AdversarialChoice.Perceptual ? perceptual with { Beside = [psnr] } : psnr with { Beside = [perceptual] };
    }

    /// <summary>
    /// A strip a picture: the low resolution (its pixels as squares), bicubic interpolation (at scale 1 there is none), the network, and
    /// the truth, for the middle of a few validation pictures (or, without a validation folder, of training pictures).
    /// </summary>
    /// <inheritdoc/>
    public void WriteSample(Device device, string path, CancellationToken cancellation)
    {
        Upscaler upscaler = Averaged(device);
        var strips = new List<Picture[]>();
        foreach ((Picture low, Picture truth) in Examples().Take(3))
        {
            int side = Math.Min(SampleSide, Math.Min(truth.Width, truth.Height)) / _recipe.Scale * _recipe.Scale;
            int x = (truth.Width - side) / 2 / _recipe.Scale * _recipe.Scale, y = (truth.Height - side) / 2 / _recipe.Scale * _recipe.Scale;
            Picture nearest = low.Resize(truth.Width, truth.Height, ResizeKernel.Nearest), bicubic = low.Resize(truth.Width, truth.Height);
            Picture[] strip = [nearest, .. _recipe.Scale == 1 ? Array.Empty<Picture>() : [bicubic], upscaler.Upscale(low, null, cancellation), truth];
            strips.Add([.. strip.Select(picture => TrainingChannels.Shown(picture.Crop(x, y, side, side)))]);
        }

        if (strips.Count > 0) PictureGrid.Of(strips, SampleSide, strips[0].Length).Save(path);
    }

    /// <inheritdoc/>
    public void WriteModel(string path) => _recipe.WriteModel(path, _description, _average.Named);

    /// <inheritdoc/>
    public void Dispose() => _batches?.Dispose();

    private Degradation? Degradation() => Degradation(_recipe.Data.Photograph);

    private Degradation? Degradation(DegradationRecipe recipe) =>
        _recipe.Data.Degradation == LowResolution.Photograph ? new Degradation(recipe, _recipe.Scale, _recipe.Data.Channels) : null;

    private Step Write()
    {
        var updates = new Updates();
        Tensor loss = _recipe.Loss.Of(_network.Apply(_low, new Pass(updates)), _high);
        Tensor norm = _adam.Minimize(loss, updates);
        _average.Follow(updates);
        return new Step([loss, norm], updates);
    }

    /// <summary>What restoring is measured against: how near the spoiled pictures are to the truth as they are.</summary>
    private static string Spoiled(EvaluationSet validation)
    {
        double score = SuperResolutionScores.Of(validation, picture => picture).Mean.PsnrY;
        return string.Create(CultureInfo.InvariantCulture, $"The validation pictures, spoiled and not restored, have a PSNR of {score:0.00} dB.");
    }

    private Upscaler Averaged(Device device)
    {
        _average.CopyTo(_averaged);
        return new Upscaler(_averaged, device);
    }

    private IEnumerable<(Picture Low, Picture Truth)> Examples()
    {
        if (_validation is not null)
        {
            for (int i = 0; i < _validation.Count; i++) yield return _validation.Load(i);
            yield break;
        }

        Degradation? degradation = Degradation();
        for (int i = 0; i < Pairs.Count; i++)
        {
            if (Pairs.Get(i) is not { } pair) continue;
            yield return (degradation?.Apply(pair.High, ValidationSeed, i) ?? pair.Low, pair.High);
        }
    }
}
