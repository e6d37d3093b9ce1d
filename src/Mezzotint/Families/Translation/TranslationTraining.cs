using Mezzotint.Data;
using Mezzotint.Data.Pairs;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Layers;
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

    // Pix2PixHD's weights of the layers that this network has; of the paper's five it lacks relu4_1 and relu5_1.
    private static readonly IReadOnlyDictionary<string, float> SeenLayers = new Dictionary<string, float>
    {
        ["relu1_1"] = 1f / 32,
        ["relu2_1"] = 1f / 16,
        ["relu3_1"] = 1f / 8,
    };

    private readonly TranslationRecipe _recipe;
    private readonly TranslationNetwork _network, _judged;
    private readonly TranslationDiscriminator? _discriminator;
    private readonly Adam _adam;
    private readonly Adam? _globalAdam, _discriminatorAdam;
    private readonly ImagePool? _pool;
    private readonly PerceptualEncoder? _seer;
    private readonly MovingAverage? _average;
    private readonly Feed _condition, _target, _segments, _random;
    private readonly LearningRateSchedule _rates, _discriminatorRates;
    private readonly TrainingStep _all, _local;
    private readonly bool _hasSegments;
    private TranslatorDescription _description;
    private TranslationData? _data;
    private Prefetch<PairBatch>? _batches;

    /// <summary>Makes the networks and the steps.</summary>
    /// <param name="recipe">What to train.</param>
    public TranslationTraining(TranslationRecipe recipe)
    {
        _recipe = recipe;
        _description = recipe.Description;
        _network = _description.Build(recipe.Seed);
        _judged = _description.Build(recipe.Seed);
        _hasSegments = _description.Style == StyleKind.Instances;
        TranslationDataRecipe data = recipe.Data;
        (int batch, int height, int width, int inputs) = (data.Batch, data.Height, data.Width, _description.Condition.Channels);
        _condition = new Feed("condition", [batch, height, width, _description.Condition.FedChannels]);
        _target = new Feed("target", [batch, height, width, TranslationNetwork.ImageChannels]);
        _segments = new Feed("segments", [batch, height, width], ElementType.Int32);
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
            if (recipe.Loss.Pool > 0) _pool = new ImagePool("pool", recipe.Loss.Pool, [batch, height, width, pair]);
        }

        if (recipe.Loss.Perceptual > 0) _seer = new PerceptualEncoder(new Initialization(0));
        if (recipe.EmaDecay > 0) _average = new MovingAverage(_network.Variables, recipe.EmaDecay);
        _rates = recipe.LearningRates();
        _discriminatorRates = recipe.LearningRates(recipe.DiscriminatorLearningRate);
        _all = Write(globalMoves: true);
        _local = _globalAdam is null ? _all : Write(globalMoves: false);
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
    public int SamplesPerStep => _recipe.Data.Batch;

    /// <inheritdoc/>
    public long PictureBytes => _recipe.Data.CacheMegabytes * Megabyte + SampleRows * ShownBytesPerPixel * _recipe.Data.Width * _recipe.Data.Height;

    /// <inheritdoc/>
    public string DataFingerprint { get; private set; } = "";

    /// <summary>The files of what is to come of an input, by their pairs' names.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<DataFile> DataFiles { get; private set; } = [];

    private TranslationData Data => _data ?? throw new InvalidOperationException("A training is opened before it is run.");

    /// <inheritdoc/>
    public TrainingStep StepAt(long step) => step <= _recipe.Network.FixedSteps ? _local : _all;

    /// <summary>Opens the pairs and reads each once.</summary>
    /// <param name="opening">How, and who is told.</param>
    /// <exception cref="RecipeException">The recipe names no pairs, does not fit them, or its <c>init</c> is for another network.</exception>
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

        if (_seer is not null)
        {
            PerceptualEncoder trained = FeatureNetworks.ReadEncoder(_recipe.Loss.PerceptualWeights!);
            foreach ((Variable variable, Variable value) in _seer.Variables.Zip(trained.Variables)) variable.Set(value.ToArray());
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
            () => new PairBatch(data.Batch, cutter), (batch, number) => sampler.Fill(sampleCursor + number * data.Batch, batch));
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

    private TrainingStep Write(bool globalMoves)
    {
        TranslationLossRecipe weights = _recipe.Loss;
        var updates = new Updates();
        var pass = new Pass(updates, new RandomStream(_random));
        int rows = _recipe.Data.Batch * _recipe.Data.MostSegments;
        Tensor? style = _network.StyleOf(_target, _hasSegments ? _segments.Tensor : null, rows, pass);
        Tensor made = _network.Translate(_condition, style, pass), input = _description.Condition.Input(_condition);
        var outputs = new List<(string Name, Tensor Value)>();
        Tensor l1 = (made - _target).Abs().Mean(), loss = (float)weights.L1 * l1;
        Tensor? discriminatorLoss = null;
        if (_discriminator is not null)
        {
            AdversarialObjective objective = weights.Costs();
            IReadOnlyList<IReadOnlyList<Tensor>> real = _discriminator.Features(input, _target, pass);
            IReadOnlyList<IReadOnlyList<Tensor>> fake = _discriminator.Features(input, made, pass);
            IReadOnlyList<IReadOnlyList<Tensor>> shown = fake;
            if (_pool is not null)
            {
                Tensor pair = _pool.Exchange(Tensor.Concat(3, input, made), updates);
                int channels = input.Shape[3];
                shown = _discriminator.Features(pair.Slice(3, 0, channels), pair.Slice(3, channels, made.Shape[3]), pass);
            }

            discriminatorLoss = (float)weights.Discriminator
                * real.Zip(shown, (ofReal, ofFake) => objective.OfDiscriminator(ofReal[^1], ofFake[^1])).Aggregate((a, b) => a + b);
            discriminatorLoss += Penalties(input, made.Detach(), real, pass);
            outputs.Add(("discriminator_loss", discriminatorLoss));
            if (weights.Turns == TranslationTurns.Alternate)
            {
                outputs.Add(("discriminator_norm", Move(discriminatorLoss, updates)));
                real = _discriminator.Features(input, _target, pass);
                fake = _discriminator.Features(input, made, pass);
            }

            Tensor adversarial = real.Zip(fake, (ofReal, ofFake) => objective.OfGenerator(ofReal[^1], ofFake[^1])).Aggregate((a, b) => a + b);
            outputs.Add(("adversarial_loss", adversarial));
            loss += (float)weights.Adversarial * adversarial;
            if (weights.FeatureMatching > 0)
            {
                Tensor matching = FeatureMatching.Of(real, fake);
                outputs.Add(("feature_matching_loss", matching));
                loss += (float)weights.FeatureMatching * matching;
            }
        }

        if (_seer is not null)
        {
            Tensor seen = new PerceptualLoss(_seer, SeenLayers).Of(made * 0.5f + 0.5f, _target.Tensor * 0.5f + 0.5f);
            outputs.Add(("perceptual_loss", seen));
            loss += (float)weights.Perceptual * seen;
        }

        outputs.Add(("l1", l1));
        outputs.Add(("generator_loss", loss));
        outputs.Add(("generator_norm", _adam.Minimize(loss, updates)));
        if (globalMoves && _globalAdam is not null) outputs.Add(("global_norm", _globalAdam.Minimize(loss, updates)));
        if (discriminatorLoss is not null && weights.Turns == TranslationTurns.Together)
            outputs.Add(("discriminator_norm", Move(discriminatorLoss, updates)));
        _average?.Follow(updates);
        return new TrainingStep(new Step([.. outputs.Select(output => output.Value)], updates), [.. outputs.Select(output => output.Name)]);
    }

    /// <summary>What keeps the discriminator from being steep in the picture that goes with an input.</summary>
    private Tensor Penalties(Tensor input, Tensor made, IReadOnlyList<IReadOnlyList<Tensor>> real, Pass pass)
    {
        TranslationLossRecipe weights = _recipe.Loss;
        Tensor penalty = 0;
        for (int i = 0; i < real.Count; i++)
        {
            int part = i;
            if (weights.R1 > 0) penalty += (float)weights.R1 * GradientPenalty.R1(real[part][^1], _target);
            if (weights.GradientPenalty > 0)
            {
                penalty += (float)weights.GradientPenalty * GradientPenalty.Wasserstein(
                    picture => _discriminator!.Features(input, picture, pass)[part][^1], _target, made, pass.Random);
            }
        }

        return penalty;
    }

    /// <summary>The discriminator's move, and the norm of its gradients.</summary>
    private Tensor Move(Tensor loss, Updates updates)
    {
        Tensor norm = _discriminatorAdam!.Minimize(loss, updates);
        if (_recipe.Loss.Clip == 0) return norm;
        float limit = (float)_recipe.Loss.Clip;
        foreach (Variable variable in _discriminator!.Parameters)
            updates.Assign(variable, Tensor.Max(-limit, Tensor.Min(limit, updates[variable])));
        return norm;
    }

    /// <summary>The segments of a batch's pairs with numbers of their own.</summary>
    private int[] Apart(int[] segments)
    {
        int pixels = segments.Length / _recipe.Data.Batch;
        return [.. segments.Select((segment, i) => segment + i / pixels * _recipe.Data.MostSegments)];
    }

    /// <summary>The network as it is judged and shipped: with averaged weights where there are any, and the styles of classes as they are now.</summary>
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
