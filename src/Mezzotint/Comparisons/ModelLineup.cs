using System.Globalization;
using Mezzotint.Data.Pairs;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint.Comparisons;

/// <summary>What models do that are compared.</summary>
public enum LineupKind
{
    /// <summary>They make pictures of seeds.</summary>
    Generate,

    /// <summary>They enlarge pictures, or restore them at their size.</summary>
    Enlarge,

    /// <summary>They translate pictures or label maps.</summary>
    Translate,
}

/// <summary>Something that all models of a comparison are given.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="File">Its file; null to make it of the truth by bicubic reduction.</param>
/// <param name="Truth">The file of what should come of it; null where that is not known.</param>
public sealed record ComparisonInput(string Name, string? File, string? Truth);

/// <summary>Models of one kind, loaded, to be given the same seeds or inputs.</summary>
public sealed class ModelLineup
{
    private const long MostBytes = 512L << 20;
    private const string ModelFileName = "model";

    private static readonly Dictionary<string, ResizeKernel> Interpolations = new(StringComparer.Ordinal)
    {
        ["bicubic"] = ResizeKernel.Bicubic,
        ["bilinear"] = ResizeKernel.Bilinear,
        ["nearest"] = ResizeKernel.Nearest,
    };

    private readonly IReadOnlyList<Generator> _generators;
    private readonly IReadOnlyList<Func<Picture, CancellationToken, Picture>> _enlargers;
    private readonly IReadOnlyList<Translator> _translators;
    private readonly Device _device;

    private ModelLineup(
        LineupKind kind, IReadOnlyList<ComparedModel> models, int scale, Device device, IReadOnlyList<Generator>? generators = null,
        IReadOnlyList<Func<Picture, CancellationToken, Picture>>? enlargers = null, IReadOnlyList<Translator>? translators = null)
    {
        (Kind, Models, Scale, _device) = (kind, models, scale, device);
        (_generators, _enlargers, _translators) = (generators ?? [], enlargers ?? [], translators ?? []);
    }

    /// <summary>What they do.</summary>
    public LineupKind Kind { get; }

    /// <summary>The models, in the order they were given, of different names.</summary>
    public IReadOnlyList<ComparedModel> Models { get; }

    /// <summary>How many times larger pictures become; 1 for all that do not enlarge.</summary>
    public int Scale { get; }

    /// <summary>Loads models.</summary>
    /// <param name="models">Two or more: names of models that come with Mezzotint, files, folders of runs; among those that enlarge,
    /// bicubic, bilinear and nearest too.</param>
    /// <param name="device">Where they run.</param>
    /// <exception cref="EvaluationException">There are fewer than two, or they are of different kinds or scales.</exception>
    /// <exception cref="WeightsException">There is no such model, or its file is no good.</exception>
    public static ModelLineup Load(IReadOnlyList<string> models, Device device)
    {
        if (models.Count < 2) throw new EvaluationException("A comparison takes two models or more; name another.");
        string[] names = Names(models), files = [.. models.Where(model => !Interpolations.ContainsKey(model))];
        if (files.Length == 0) throw new EvaluationException("Interpolations are compared with a model; name one.");
        LineupKind kind = KindOf(files[0]);
        foreach (string other in files.Skip(1))
        {
            if (KindOf(other) is var another && another != kind)
                throw new EvaluationException($"'{files[0]}' {Does(kind)} and '{other}' {Does(another)}; compare models of one kind.");
        }

        if (kind != LineupKind.Enlarge && files.Length < models.Count)
            throw new EvaluationException($"'{files[0]}' {Does(kind)}, and interpolations enlarge; compare models of one kind.");
        switch (kind)
        {
            case LineupKind.Generate:
                Generator[] generators = [.. models.Select(model => Generator.Load(model, device))];
                return new ModelLineup(kind, Compared(names, generators.Select(generator => generator.WeightsHash)), 1, device, generators: generators);
            case LineupKind.Translate:
                Translator[] translators = [.. models.Select(model => Translator.Load(model, device))];
                IEnumerable<string> hashes = models.Select(model => ContentHash.Of(ModelFile.Read(ModelLibrary.Find(model))));
                return new ModelLineup(kind, Compared(names, hashes), 1, device, translators: translators);
            default:
                Dictionary<string, Upscaler> upscalers = files.Distinct().ToDictionary(model => model, model => Upscaler.Load(model, device));
                int scale = upscalers[files[0]].Scale;
                foreach ((string other, Upscaler upscaler) in upscalers.Where(entry => entry.Value.Scale != scale))
                    throw new EvaluationException(
                        $"'{files[0]}' makes pictures {scale} times as large and '{other}' {upscaler.Scale} times; compare models of one scale.");
                return new ModelLineup(
                    kind, Compared(names, models.Select(model => upscalers.GetValueOrDefault(model)?.WeightsHash)), scale, device,
                    enlargers: [.. models.Select(model => Enlarger(model, upscalers, scale))]);
        }
    }

    /// <summary>The same seeds through all models.</summary>
    /// <param name="seeds">What is asked for; where models have classes and none is named, each takes its own for a seed.</param>
    /// <param name="progress">Told how many models are done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="MezzotintException">The models do not generate, or have no such class.</exception>
    public ModelComparison OfSeeds(IReadOnlyList<SampleRequest> seeds, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        if (Kind != LineupKind.Generate)
            throw new EvaluationException("These models are given pictures, and seeds are for those that generate; give pictures with --inputs.");
        var made = new List<IReadOnlyList<Picture>>();
        for (int i = 0; i < _generators.Count; i++)
        {
            progress?.Report(Models[i].Name);
            made.Add(_generators[i].Generate(seeds, null, cancellation));
        }

        ComparisonRow[] rows =
        [
            .. seeds.Select((seed, i) => new ComparisonRow($"{seed}", null, null, [.. made.Select(pictures => ComparedPicture.Of(pictures[i]))], [])),
        ];
        Bound(rows.Sum(Bytes));
        return new ModelComparison(string.Create(CultureInfo.InvariantCulture, $"{seeds.Count} seeds, {Models.Count} models"), Models, [], rows);
    }

    /// <summary>The same inputs through all models, scored where the truth is known.</summary>
    /// <param name="inputs">The inputs; either all have a truth or none.</param>
    /// <param name="lpips">A further score; null for none.</param>
    /// <param name="progress">Told each input's name as it begins.</param>
    /// <param name="leaveOut">Told of one input of several that fails, whether it is to be left out of the comparison, for all models; null
    /// for never.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="EvaluationException">The models generate; an input cannot be reduced; a truth has another size than what was made;
    /// all are left out.</exception>
    /// <exception cref="PictureException">A file is no picture that the models take.</exception>
    public ModelComparison OfInputs(
        IReadOnlyList<ComparisonInput> inputs, Lpips? lpips = null, IProgress<string>? progress = null,
        Func<ComparisonInput, Exception, bool>? leaveOut = null, CancellationToken cancellation = default)
    {
        if (Kind == LineupKind.Generate) throw new EvaluationException("These models make pictures of seeds; leave out the inputs and give --seeds.");
        bool scored = inputs.Count > 0 && inputs.All(input => input.Truth is not null);
        if (!scored && inputs.FirstOrDefault(input => input.File is null || input.Truth is not null) is { } odd)
            throw new EvaluationException($"'{odd.Name}' has a truth where others have none; give the truths of all inputs or of none.");
        var rows = new List<ComparisonRow>();
        long bytes = 0;
        foreach (ComparisonInput input in inputs)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(input.Name);
            try
            {
                rows.Add(Row(input, lpips, cancellation));
            }
            catch (Exception fault) when (inputs.Count > 1 && leaveOut?.Invoke(input, fault) == true)
            {
                continue;
            }

            Bound(bytes += Bytes(rows[^1]));
        }

        if (rows.Count == 0) throw new EvaluationException("None of the inputs could be compared.");

        return new ModelComparison(
            string.Create(CultureInfo.InvariantCulture, $"{rows.Count} {(rows.Count == 1 ? "picture" : "pictures")}, {Models.Count} models"), Models, scored ? Columns(lpips) : [], rows);
    }

    private static Func<Picture, CancellationToken, Picture> Enlarger(string model, Dictionary<string, Upscaler> upscalers, int scale) =>
        Interpolations.TryGetValue(model, out ResizeKernel kernel)
            ? (picture, _) => picture.Resize(picture.Width * scale, picture.Height * scale, kernel)
            : (picture, cancellation) => upscalers[model].Upscale(picture, null, cancellation);

    private static long Bytes(ComparisonRow row) =>
        row.Made.Sum(picture => (long)picture.Png.Length) + (row.Input?.Png.Length ?? 0) + (row.Truth?.Png.Length ?? 0);

    private static void Bound(long bytes)
    {
        if (bytes > MostBytes)
            throw new EvaluationException($"These pictures are more than the {MostBytes >> 20} MB that a page can hold; give fewer or smaller ones.");
    }

    private static ComparedModel[] Compared(string[] names, IEnumerable<string?> weights) => [.. names.Zip(weights, (name, hash) => new ComparedModel(name, hash))];

    private static LineupKind KindOf(string model) => ModelFile.Read(ModelLibrary.Find(model)) switch
    {
        SuperResolver => LineupKind.Enlarge,
        TranslationNetwork => LineupKind.Translate,
        IImageGenerator => LineupKind.Generate,
        _ => throw new EvaluationException($"'{model}' makes no pictures that could be compared."),
    };

    private static string Does(LineupKind kind) => kind switch
    {
        LineupKind.Generate => "makes pictures of seeds",
        LineupKind.Translate => "translates pictures",
        _ => "enlarges or restores pictures",
    };

    /// <summary>Short names that differ: the last part of a path, or as much of it as tells models apart.</summary>
    private static string[] Names(IReadOnlyList<string> models)
    {
        string[] names = [.. models.Select(Short)];
        if (names.Distinct().Count() < names.Length) names = [.. models];
        for (int i = 0; i < names.Length; i++)
        {
            string own = names[i];
            for (int number = 2; names.Take(i).Contains(names[i]); number++) names[i] = string.Create(CultureInfo.InvariantCulture, $"{own} ({number})");
        }

        return names;

        static string Short(string model)
        {
            string path = Path.TrimEndingDirectorySeparator(model), name = Path.GetFileName(path);
            if (Path.GetExtension(name) is ".safetensors" or ".pth" or ".pt" or ".ckpt") name = Path.GetFileNameWithoutExtension(name);
            return name == ModelFileName && Path.GetDirectoryName(path) is { Length: > 0 } run ? Path.GetFileName(run) : name.Length > 0 ? name : model;
        }
    }

    private ComparisonRow Row(ComparisonInput input, Lpips? lpips, CancellationToken cancellation)
    {
        Picture? truth = input.Truth is { } file ? Picture.Load(file) : null;
        Picture given;
        List<Picture> made = [];
        if (Kind == LineupKind.Enlarge)
        {
            given = input.File is { } path ? Picture.Load(path) : Reduced(input.Name, truth!);
            foreach (Func<Picture, CancellationToken, Picture> enlarge in _enlargers) made.Add(enlarge(given, cancellation));
            truth = truth?.Crop(0, 0, Math.Max(1, truth.Width / Scale * Scale), Math.Max(1, truth.Height / Scale * Scale));
        }
        else
        {
            string path = input.File ?? throw new EvaluationException("A translation needs inputs; give them with --inputs.");
            given = Shown(path);
            foreach (Translator translator in _translators)
            {
                cancellation.ThrowIfCancellationRequested();
                made.Add(translator.Translate(path));
            }
        }

        return new ComparisonRow(
            input.Name, ComparedPicture.Of(given), truth is null ? null : ComparedPicture.Of(truth), [.. made.Select(ComparedPicture.Of)],
            truth is null ? [] : [.. made.Select(picture => Scores(input.Name, picture, truth, lpips))]);
    }

    private Picture Reduced(string name, Picture truth)
    {
        int width = truth.Width / Scale, height = truth.Height / Scale;
        if (width == 0 || height == 0) throw new EvaluationException($"'{name}' has {truth.Width}x{truth.Height} pixels, too few for x{Scale}.");
        return truth.Crop(0, 0, width * Scale, height * Scale).Resize(width, height);
    }

    /// <summary>An input as people see it: a label map in colours.</summary>
    private Picture Shown(string path)
    {
        if (_translators[0].LabelScheme is not { } scheme) return Picture.Load(path);
        return (scheme.Palette ?? Palette.Distinct(scheme.Classes)).Colour(scheme.Read(path));
    }

    private ComparedScore[] Columns(Lpips? lpips)
    {
        string protocol = Kind == LineupKind.Enlarge ? new ScoreProtocol(Scale).Description : TranslationScores.Protocol;
        string[] names = Kind == LineupKind.Enlarge ? ["PSNR Y", "SSIM Y", "PSNR RGB", "SSIM RGB"] : ["PSNR", "SSIM"];
        ComparedScore[] columns = [.. names.Select(name => new ComparedScore(name, HigherIsBetter: true, protocol))];
        return lpips is null ? columns : [.. columns, new ComparedScore("LPIPS", HigherIsBetter: false, lpips.Protocol.Description)];
    }

    private double[] Scores(string name, Picture made, Picture truth, Lpips? lpips)
    {
        try
        {
            double[] scores;
            if (Kind == LineupKind.Enlarge)
            {
                SuperResolutionScore score = SuperResolutionScore.Of(made.WithBitDepth(truth.BitDepth), truth, new ScoreProtocol(Scale));
                scores = [score.PsnrY, score.SsimY, score.PsnrRgb, score.SsimRgb];
            }
            else
            {
                TranslationScore score = TranslationScore.Of(made, truth);
                scores = [score.Psnr, score.Ssim];
            }

            return lpips is null ? scores : [.. scores, lpips.Between(made, truth, _device)];
        }
        catch (EvaluationException fault)
        {
            throw new EvaluationException($"Cannot score '{name}': {fault.Message}", fault);
        }
    }
}
