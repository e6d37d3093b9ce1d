using Mezzotint.Data;
using Mezzotint.Data.Pairs;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Families.Translation;

/// <summary>The training of a generator that translates against a discriminator that sees what was given and what was made of it.</summary>
public sealed class TranslationTraining : ITraining
{
    private const int SampleRows = 4;
    private const int SampleSide = 512;
    private const long Megabyte = 1 << 20;

    // Of a pair in a sample: what is given, what is fed, what is made of it and the truth, as bytes and as floats.
    private const long ShownBytesPerPixel = 48;

    private readonly TranslationRecipe _recipe;
    private readonly TranslationNetwork _network, _judged;
    private readonly TranslationDiscriminator? _discriminator;
    private readonly Adam _adam;
    private readonly Adam? _globalAdam, _discriminatorAdam;
    private readonly ImagePool? _pool;
    private readonly PerceptualLoss? _perceptual;
    private readonly MovingAverage? _average;
    private readonly Feed _condition, _target, _segments, _random;
    private readonly LearningRateSchedule _rates, _discriminatorRates;
    private readonly Dictionary<(bool GlobalMoves, bool Regularised), TrainingStep> _steps = [];
    private readonly bool _hasSegments;
    private TranslatorDescription _description;
    private TranslationData? _data;
    private Prefetch<PairBatch>? _batches;

    /// <summary>Makes the networks and the steps.</summary>
    /// <param name="recipe">What to train.</param>
    /// <exception cref="WeightsException">The network that sees cannot be read.</exception>
    /// <exception cref="RecipeException">It has other features than a perceptual loss compares.</exception>
    public TranslationTraining(TranslationRecipe recipe)
    {
        _recipe = recipe;
        _description = recipe.Description;
        _network = _description.Build(recipe.Seed);
        _judged = _description.Build(recipe.Seed);
        _hasSegments = _description.Style == StyleKind.Instances;
        TranslationDataRecipe data = recipe.Data;
        (int count, int height, int width, int inputs) = (SamplesPerStep, data.Height, data.Width, _description.Condition.Channels);
        _condition = new Feed("condition", [count, height, width, _description.Condition.FedChannels]);
        _target = new Feed("target", [count, height, width, TranslationNetwork.ImageChannels]);
        _segments = new Feed("segments", [count, height, width], ElementType.Int32);
        _random = new Feed("random", [3], ElementType.Int32);

        // The paper's second stage leaves the global generator alone at first: it has moments of its own, which begin when it moves.
        HashSet<Variable> global = [.. recipe.Network.FixedSteps > 0 ? _network.GlobalParameters : []];
        _adam = new Adam("generator.adam", _network.Parameters.Where(parameter => !global.Contains(parameter)), recipe.Optimizer);
        if (global.Count > 0) _globalAdam = new Adam("global.adam", _network.Parameters.Where(global.Contains), recipe.Optimizer);
        if (recipe.Loss.Adversarial > 0)
        {
            int pair = inputs + TranslationNetwork.ImageChannels;
            _discriminator = new TranslationDiscriminator(recipe.Discriminator, pair, Math.Min(width, height), recipe.Seed);
            _discriminatorAdam = new Adam("discriminator.adam", _discriminator.Parameters, recipe.Optimizer);
            if (recipe.Loss.Pool > 0) _pool = new ImagePool("pool", recipe.Loss.Pool, [count, height, width, pair]);
        }

        if (recipe.Loss.PerceptualWeights is { } path) _perceptual = TranslationLossRecipe.Seen(FeatureNetworks.Read(path), path);
        if (recipe.EmaDecay > 0) _average = new MovingAverage(_network.Variables, recipe.EmaDecay);
        _rates = recipe.LearningRates();
        _discriminatorRates = recipe.LearningRates(recipe.DiscriminatorLearningRate);
        foreach (bool moves in (bool[])(_globalAdam is null ? [true] : [true, false]))
        {
            _steps[(moves, false)] = Write(moves, regularised: recipe.Objective is { R1: > 0, R1Every: 1 });
            if (recipe.Objective.Lazy) _steps[(moves, true)] = Write(moves, regularised: true);
        }

        Variables =
        [
            .. _network.Variables, .. _discriminator?.Variables ?? [], .. _adam.Variables, .. _globalAdam?.Variables ?? [],
            .. _discriminatorAdam?.Variables ?? [], .. _average?.Variables ?? [], .. _pool is null ? Array.Empty<Variable>() : [_pool.Pictures],
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Variables { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Parameters => [.. _network.Parameters, .. _discriminator?.Parameters ?? []];

    /// <inheritdoc/>
    public int SamplesPerStep => _recipe.Data.Batch * _recipe.CriticSteps;

    /// <inheritdoc/>
    public long PictureBytes => _recipe.Data.CacheMegabytes * Megabyte + SampleRows * ShownBytesPerPixel * _recipe.Data.Width * _recipe.Data.Height;

    /// <inheritdoc/>
    public string DataFingerprint { get; private set; } = "";

    /// <summary>The files of what is to come of an input, by their pairs' names.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<DataFile> DataFiles { get; private set; } = [];

    private TranslationData Data => _data ?? throw new InvalidOperationException("A training is opened before it is run.");

    /// <inheritdoc/>
    public TrainingStep StepAt(long step)
    {
        bool globalMoves = _globalAdam is null || step > _recipe.Network.FixedSteps;
        return _steps[(globalMoves, _recipe.Objective.Lazy && _recipe.Objective.Regularises(step))];
    }

    /// <summary>Opens the pairs and reads each once.</summary>
    /// <param name="opening">How, and who is told.</param>
    /// <exception cref="RecipeException">The recipe names no pairs, does not fit them, or its <c>init</c> is for another
    /// network.</exception>
    /// <exception cref="TrainingDataException">Pairs are missing, or a label stands for no class; the file is named.</exception>
    /// <exception cref="WeightsException">There is no model <c>init</c>.</exception>
    public void Open(TrainingOpening opening)
    {
        _data = TranslationData.Open(_recipe.Data, opening.Say, _hasSegments);
        DataFingerprint = _data.Train.Fingerprint;
        DataFiles =
        [
            .. _data.Train.Files.Select(file => new DataFile(file.Name, file.Bytes)),
            .. _data.Validation?.Files.Select(file => new DataFile($"validation: {file.Name}", file.Bytes)) ?? [],
        ];
        if (_data.Palette is { } palette)
        {
            _description = _description with
            {
                Condition = _description.Condition with
                {
                    Colours = [.. palette.Entries.Select(entry => entry.Colour)],
                    Names = [.. palette.Entries.Select(entry => entry.Name)],
                },
            };
        }

        if (!opening.Begins) return;
        if (_recipe.Network.FixedSteps > 0 && _recipe.Init is null)
        {
            throw new RecipeException(
                "network.fixedSteps keeps a global generator as it is, and there is none to begin with; give its run with --init, or in init.");
        }

        if (_recipe.Init is not { } init) return;
        opening.Say(TranslationWeights.Take(_network, _description, init));
        if (_discriminator is not null) opening.Say(InitialDiscriminator.Take(_discriminator.Variables, init));
        _average?.Restart();
    }

    /// <inheritdoc/>
    public void Begin(long sampleCursor)
    {
        _batches?.Dispose();
        TranslationDataRecipe data = _recipe.Data;
        PairCutter cutter = TranslationData.Cutter(data, _hasSegments);
        var sampler = new PairSampler(Data.Train, cutter, data.Load[0], data.Load[^1], data.Flips, _recipe.Seed, data.CacheMegabytes * Megabyte);
        _batches = new Prefetch<PairBatch>(
            () => new PairBatch(SamplesPerStep, cutter), (batch, number) => sampler.Fill(sampleCursor + number * SamplesPerStep, batch));
    }

    /// <inheritdoc/>
    public void Feed(Bindings bindings, long step, CancellationToken cancellation)
    {
        if (_batches is null) throw new InvalidOperationException("A training begins before it is fed.");
        PairBatch batch = _batches.Next(cancellation);
        bindings.Set(_condition, batch.Condition).Set(_target, batch.Target)
            .Set(_random, (ReadOnlyMemory<int>)RandomStream.Key(_recipe.Seed, (int)step));
        if (_hasSegments) bindings.Set(_segments, (ReadOnlyMemory<int>)Apart(batch.Segments));
        double rate = _rates.At(step - 1);
        _adam.Feed(bindings, step, rate);
        _globalAdam?.Feed(bindings, Math.Max(1, step - _recipe.Network.FixedSteps), rate);
        _discriminatorAdam?.Feed(bindings, step, _discriminatorRates.At(step - 1));
        _average?.Feed(bindings, step);
        _pool?.Feed(bindings, _recipe.Seed, (step - 1) * SamplesPerStep);
    }

    /// <summary>The mean PSNR over the validation pairs. For styles by instances the classes' styles are found anew first.</summary>
    /// <inheritdoc/>
    public ValidationScore? Validate(Device device, CancellationToken cancellation)
    {
        Translator translator = Judged(device);
        if (Data.Validation is not { } validation) return null;
        var example = new TranslationExample(translator, _recipe.Data, Data.Palette);
        double sum = 0;
        for (int i = 0; i < validation.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            (_, Picture made, Picture truth) = example.Of(validation, i);
            sum += TranslationScore.PsnrOf(made, truth);
        }

        return new ValidationScore("validation_psnr", "PSNR", sum / validation.Count, "dB") { Chooses = _recipe.Keep == KeptModel.Best };
    }

    /// <summary>A strip a pair: what is given, what is made of it, and the truth.</summary>
    /// <inheritdoc/>
    public void WriteSample(Device device, string path, CancellationToken cancellation)
    {
        var example = new TranslationExample(Judged(device), _recipe.Data, Data.Palette);
        PairSet pairs = Data.Validation ?? Data.Train;
        var strips = new List<Picture[]>();
        int count = Math.Min(SampleRows, pairs.Count);
        double scale = Math.Min(1, SampleSide / (double)Math.Max(_recipe.Data.Width, _recipe.Data.Height));
        (int width, int height) = ((int)(_recipe.Data.Width * scale), (int)(_recipe.Data.Height * scale));
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            (Picture given, Picture made, Picture truth) = example.Of(pairs, i * pairs.Count / count);
            strips.Add([.. new[] { given, made, truth }.Select(picture =>
                scale == 1 ? picture : picture.Resize(width, height))]);
        }

        PictureGrid.Of(strips, width, height, columns: 3).Save(path);
    }

    /// <inheritdoc/>
    public void WriteModel(string path) => _recipe.WriteModel(
        path, _description, _average?.Named ?? _network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)));

    /// <inheritdoc/>
    public void Dispose() => _batches?.Dispose();

    private TrainingStep Write(bool globalMoves, bool regularised) => new TranslationGame
    {
        Recipe = _recipe,
        Condition = _description.Condition,
        Network = _network,
        Discriminator = _discriminator,
        DiscriminatorOptimizer = _discriminatorAdam,
        Optimizers = [("generator_norm", _adam), .. globalMoves && _globalAdam is not null ? [("global_norm", _globalAdam)] : Array.Empty<(string, IOptimizer)>()],
        Pool = _pool,
        Perceptual = _perceptual,
        Average = _average,
    }.Write(_condition, _target, _hasSegments ? _segments.Tensor : null, _random, regularised);

    /// <summary>The segments of each move's batch of pairs with numbers of their own.</summary>
    private int[] Apart(int[] segments)
    {
        int pixels = segments.Length / SamplesPerStep;
        return [.. segments.Select((segment, i) => segment + i / pixels % _recipe.Data.Batch * _recipe.Data.MostSegments)];
    }

    /// <summary>
    /// The network as it is judged and shipped: with averaged weights where there are any, and the styles of classes as they are now.
    /// </summary>
    private Translator Judged(Device device)
    {
        if (_hasSegments)
        {
            float[] clusters = ClassStyles.Find(_network, _description, _recipe, Data.Train, device);
            _network.Clusters!.Set(clusters);
            int place = _network.Variables.ToList().IndexOf(_network.Clusters);
            _average?.Variables[place].Set(clusters);
        }

        foreach ((Variable judged, Variable value) in _judged.Variables.Zip(_average?.Variables ?? [.. _network.Variables])) judged.Set(value.ToArray());
        return new Translator(_judged, device);
    }
}
