using System.CommandLine;
using System.Globalization;
using Mezzotint.Cli.Progress;
using Mezzotint.Imaging;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo generate</c>: pictures out of a trained generator.</summary>
internal static class GenerateCommand
{
    private const string Extension = ".png";
    private const string GridKey = "Mezzotint grid";
    private const string LevelsKey = "Mezzotint levels";

    public static Command Create(Session session)
    {
        var model = new Argument<string?>("MODEL")
        {
            Description = "A run's folder, a model's file, or a model of 'mezzo models'. [default, with --from: that which made the picture]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var count = CommonOptions.Count("--count", "How many pictures. [default: one, or as many as seeds or cells of the grid]");
        var seeds = CommonOptions.Seeds("Their seeds, as 7, 0-31 or 1,5,9-12. [default: from 0 on]");
        var name = CommonOptions.Text("--class", "NAME", "The class, of a model that has classes. [default: by turns]");
        var truncation = CommonOptions.Truncation();
        var grid = CommonOptions.Grid();
        var labelled = new Option<bool>("--labelled") { Description = "A folder for each class: a data set for others to learn from." };
        var perClass = CommonOptions.Count("--per-class", "How many pictures of each class; with --labelled. [default: 1]");
        var levels = new Option<bool>("--levels") { Description = "Show how each picture grew: every level side by side, of a model that has levels." };
        var then = CommonOptions.Texts(
            "--then", "STAGE",
            "What is done to each picture: upscale or restore, with a model of their own or as upscale=MODEL; inpaint=MODEL makes a part of it anew.");
        var mask = CommonOptions.Text(
            "--mask", "IMAGE", "For inpaint: white where a picture is made anew, of its size. [default: a hole drawn from each picture's seed]");
        var from = CommonOptions.Text("--from", "PICTURE", "Make a picture again that 'mezzo generate' has made, with all that was done to it.");
        var output = CommonOptions.OutputFolder("The folder, which is made if need be; or, for one picture, a .png file. [default: here]");
        var json = CommonOptions.Json();
        var threads = CommonOptions.Threads();
        var command = new Command("generate", "Make pictures with a trained generator. The same seed makes the same picture.")
        {
            model.NoOption(), count, seeds, name, truncation, grid, labelled, perClass, levels, then, mask, from, output,
            json, threads,
        };
        command.SetAction(parsed =>
        {
            using var device = new CpuDevice(parsed.GetValue(threads) ?? 0);
            var request = new GenerateRequest(
                parsed.GetValue(model), parsed.GetValue(count), parsed.GetValue(seeds), parsed.GetValue(name), parsed.GetValue(truncation),
                parsed.GetValue(grid), parsed.GetValue(labelled), parsed.GetValue(perClass), parsed.GetValue(levels),
                RefinementChoice.Of(parsed.GetValue(then) ?? [], parsed.GetValue(mask)), parsed.GetValue(from), parsed.GetValue(output));
            IReadOnlyList<string> made = Run(session, request, device);
            if (parsed.GetValue(json)) Json.Write(session.Output, new GeneratedDocument(made));
            else foreach (string path in made) session.Output.WriteLine(path);
            return ExitCode.Done;
        });
        return command;
    }

    private static List<string> Run(Session session, GenerateRequest request, CpuDevice device)
    {
        if (request.From is not null) return [Again(session, request, device)];
        if (request.Model is null) throw new MezzotintException("Name a run or a model to generate with, or a picture to make again with --from.");
        Generator generator = Generator.Load(request.Model, device);
        List<SampleRequest> samples = Samples(request, generator);
        List<Refinement> refinements = [.. request.Then.Select(choice => choice.Load(device))];
        using var folders = new OutputFolders();
        string folder = request.Output ?? ".";
        bool single = samples.Count == 1 || request.Grid is not null;
        string? file = single && request.Output is { } named && Path.GetExtension(named).Equals(Extension, StringComparison.OrdinalIgnoreCase) ? named : null;
        folders.Prepare(file is null ? folder : Path.GetDirectoryName(Path.GetFullPath(file))!, make: true);
        if (request.Grid is { } grid)
        {
            string path = file ?? Path.Combine(folder, $"{NameOf(request.Model)}-grid{Extension}");
            Grid(generator, samples, grid.Columns, refinements, session.Cancellation).Save(path);
            return [path];
        }

        var made = new List<string>();
        BatchProgress.Run(session, "Generating", samples.Count, progress =>
        {
            // As many at a time as keep a model busy and a few pictures in memory.
            foreach (SampleRequest[] part in samples.Chunk(64))
            {
                IReadOnlyList<Picture> pictures = request.Levels
                    ? Strips(generator, part, session.Cancellation)
                    : generator.Generate(part, null, session.Cancellation);
                foreach ((SampleRequest sample, Picture picture) in part.Zip(pictures))
                {
                    string path = file ?? PathOf(folder, request, sample);
                    progress.Begin(Path.GetFileName(path));
                    if (request.Labelled) folders.Prepare(Path.GetDirectoryName(path)!, make: true);
                    Refined(picture, sample, refinements, session.Cancellation).Save(path);
                    made.Add(path);
                }
            }
        });
        return made;
    }

    /// <summary>Makes a picture again by what it says of itself.</summary>
    private static string Again(Session session, GenerateRequest request, CpuDevice device)
    {
        Picture picture = Picture.Load(request.From!);
        SampleRequest?[] said = picture.Text.TryGetValue(Generator.SettingsKey, out string? settings)
            ? [.. settings.Split('\n').Select(SampleRequest.Parse)] : [null];
        string? cells = picture.Text.GetValueOrDefault(GridKey);
        if (said.Any(one => one is null) || (cells is null && said.Length > 1) || (cells is not null && GridSize.Parse(cells) is null))
            throw new MezzotintException($"'{request.From}' does not say how it was made; what 'mezzo generate' has made as PNG does.");
        SampleRequest[] samples = [.. said.OfType<SampleRequest>()];
        string model = request.Model ?? picture.Text.GetValueOrDefault(Generator.ModelKey)
            ?? throw new MezzotintException($"'{request.From}' does not name its model; name it before --from.");
        Generator generator = Generator.Load(model, device);
        if (picture.Text.GetValueOrDefault(Generator.WeightsKey) is { } weights && weights != $"sha256:{generator.WeightsHash}")
            throw new MezzotintException($"'{request.From}' was made with other weights than those of '{model}'; name the model that has them.");
        IReadOnlyList<Refinement> refinements = RefinementChoice.Again(request.From!, picture, request.Then, device);
        string output = request.Output ?? Path.Combine(
            Path.GetDirectoryName(request.From!) ?? "", $"{Path.GetFileNameWithoutExtension(request.From)}-again{Extension}");
        using var folders = new OutputFolders();
        if (Directory.Exists(output) || Path.GetExtension(output).Length == 0)
        {
            folders.Prepare(output, make: true);
            output = Path.Combine(output, Path.GetFileName(request.From!));
        }

        bool levels = picture.Text.ContainsKey(LevelsKey);
        Picture again = cells is not null && GridSize.Parse(cells) is { } grid
            ? Grid(generator, samples, grid.Columns, refinements, session.Cancellation)
            : Refined(
                levels ? Strips(generator, samples, session.Cancellation)[0] : generator.Generate(samples, null, session.Cancellation)[0],
                samples[0], refinements, session.Cancellation);
        again.Save(output);
        return output;
    }

    private static Picture Refined(Picture picture, SampleRequest sample, IReadOnlyList<Refinement> refinements, CancellationToken cancellation) =>
        refinements.Aggregate(picture, (one, refinement) => refinement.Apply(one, sample.Seed, cancellation));

    private static List<SampleRequest> Samples(GenerateRequest request, Generator generator)
    {
        if (request.PerClass is not null && !request.Labelled) throw new MezzotintException("--per-class goes with --labelled; add that.");
        if (request.Labelled && generator.Classes.Count == 0)
            throw new MezzotintException($"The model '{request.Model}' has no classes, so its pictures have no labels; leave out --labelled.");
        if (request.Labelled && (request.Class is not null || request.Grid is not null || request.Count is not null))
            throw new MezzotintException("--labelled takes all classes and --per-class; leave out --class, --grid and --count.");
        if (request.Levels && generator.Levels == 1) throw new MezzotintException($"The model '{request.Model}' has no levels; leave out --levels.");
        if (request.Levels && (request.Labelled || request.Grid is not null || request.Then.Count > 0))
            throw new MezzotintException("--levels makes a strip of each picture; leave out --grid, --labelled and --then.");
        int wanted = request.Labelled ? (request.PerClass ?? 1) : request.Count ?? request.Seeds?.Count ?? request.Grid?.Cells ?? 1;
        IReadOnlyList<ulong> seeds = request.Seeds ?? [.. Enumerable.Range(0, wanted).Select(i => (ulong)i)];
        if (seeds.Count < wanted)
            throw new MezzotintException($"{wanted} pictures are asked for, and {seeds.Count} seeds are given; leave out one of the two.");
        if (request.Grid is { } grid && grid.Cells < wanted)
            throw new MezzotintException($"The grid has {grid.Cells} cells, and {wanted} pictures are asked for; make it larger.");
        IEnumerable<SampleRequest> samples = request.Labelled
            ? seeds.Take(wanted).SelectMany(_ => generator.Classes, (seed, name) => new SampleRequest(seed) { Class = name })
            : seeds.Take(wanted).Select(seed => new SampleRequest(seed) { Class = request.Class });
        return [.. samples.Select(sample => sample with { Truncation = request.Truncation })];
    }

    private static Picture Grid(
        Generator generator, IReadOnlyList<SampleRequest> samples, int columns, IReadOnlyList<Refinement> refinements, CancellationToken cancellation)
    {
        Picture[] pictures =
        [
            .. generator.Generate(samples, null, cancellation)
                .Zip(samples, (picture, sample) => Refined(picture, sample, refinements, cancellation)),
        ];
        int rows = (pictures.Length + columns - 1) / columns;
        string settings = string.Join('\n', pictures.Select(picture => picture.Text[Generator.SettingsKey]));
        Dictionary<string, string> text = Text(pictures[0], (Generator.SettingsKey, settings), (GridKey, $"{new GridSize(columns, rows)}"));
        return PictureGrid.Of([.. pictures.Chunk(columns)], pictures[0].Width, pictures[0].Height, columns)
            .WithMetadata(new PictureMetadata { Text = text });
    }

    /// <summary>Of each sample the pictures of all levels, brought to one size by repeating pixels, side by side.</summary>
    private static List<Picture> Strips(Generator generator, SampleRequest[] samples, CancellationToken cancellation) =>
        [.. generator.GenerateLevels(samples, null, cancellation).Select(levels => PictureGrid.Of(
                [[.. levels.Select(one => one.Resize(generator.Width, generator.Height, ResizeKernel.Nearest))]],
                generator.Width, generator.Height, generator.Levels)
            .WithMetadata(new PictureMetadata { Text = Text(levels[^1], (LevelsKey, "all")) }))];

    private static Dictionary<string, string> Text(Picture picture, params (string Key, string Value)[] more)
    {
        var text = new Dictionary<string, string>(picture.Text, StringComparer.Ordinal);
        foreach ((string key, string value) in more) text[key] = value;
        return text;
    }

    private static string PathOf(string folder, GenerateRequest request, SampleRequest sample)
    {
        string seed = string.Create(CultureInfo.InvariantCulture, $"seed-{sample.Seed:0000}");
        if (request.Labelled) return Path.Combine(folder, FileName(sample.Class!), seed + Extension);
        return Path.Combine(folder, $"{NameOf(request.Model!)}-{(sample.Class is null ? "" : $"{FileName(sample.Class)}-")}{seed}{Extension}");
    }

    private static string NameOf(string model)
    {
        string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(model));
        return name.Length == 0 ? "picture" : name;
    }

    /// <summary>A class as a file or folder is called: whatever a model's file says, it stays within the folder.</summary>
    private static string FileName(string name) => name is "." or ".."
        ? "_"
        : string.Concat(name.Select(c => Path.GetInvalidFileNameChars().Contains(c) || c is '/' or '\\' ? '_' : c));

    /// <summary>What is asked for.</summary>
    private sealed record GenerateRequest(
        string? Model, int? Count, IReadOnlyList<ulong>? Seeds, string? Class, double? Truncation, GridSize? Grid, bool Labelled, int? PerClass,
        bool Levels, IReadOnlyList<RefinementChoice> Then, string? From, string? Output);
}
