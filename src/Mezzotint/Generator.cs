using System.Globalization;
using Mezzotint.Imaging;
using Mezzotint.Inference;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Weights;

namespace Mezzotint;

/// <summary>
/// Makes pictures with a trained network: <c>Generator.Load("runs/mnist-dcgan-001").Generate(seed: 7).Save("seven.png")</c>.
/// </summary>
/// <remarks>
/// One generator serves any number of threads at once; they take turns on the device. A picture is a function of its request alone: the
/// same bits whatever is made beside it.
/// </remarks>
public sealed class Generator
{
    /// <summary>The key of a picture's metadata that says what was asked for.</summary>
    public const string SettingsKey = "Mezzotint settings";

    /// <summary>The key of a picture's metadata that says which weights made it.</summary>
    public const string WeightsKey = "Mezzotint weights";

    /// <summary>The key of a picture's metadata that says what the model was called.</summary>
    public const string ModelKey = "Mezzotint model";

    private readonly IImageGenerator _network;
    private readonly Device _device;
    private readonly Lazy<string> _weightsHash;

    /// <summary>A generator of a network.</summary>
    /// <param name="network">The network, trained; an <see cref="IImageGenerator"/>.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <param name="name">What the model is called in the pictures it makes; null for no name.</param>
    /// <exception cref="ArgumentException">The network generates no images.</exception>
    public Generator(Module network, Device? device = null, string? name = null)
    {
        _network = network as IImageGenerator ?? throw new ArgumentException("The network generates no images.", nameof(network));
        _device = device ?? CpuDevice.Shared;
        _weightsHash = new Lazy<string>(() => ContentHash.Of(network));
        Name = name;
    }

    /// <summary>What the model is called, or null.</summary>
    public string? Name { get; }

    /// <summary>The SHA-256 of the weights, in hexadecimal: of their names, shapes and values, whatever file they came in.</summary>
    public string WeightsHash => _weightsHash.Value;

    /// <summary>Columns of a picture.</summary>
    public int Width => _network.Width;

    /// <summary>Rows of a picture.</summary>
    public int Height => _network.Height;

    /// <summary>The names of the classes; empty where there are none.</summary>
    public IReadOnlyList<string> Classes => _network.Classes;

    /// <summary>Levels by which a picture grows, each of twice the side of the one before; 1 where it is made at once.</summary>
    public int Levels => (_network as IMultiScaleGenerator)?.Levels ?? 1;

    /// <summary>Elements of a latent vector.</summary>
    public int Latent => _network.Latent;

    /// <summary>Loads a model.</summary>
    /// <param name="model">The name of a model that comes with Mezzotint, a file, or the folder of a run.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <exception cref="WeightsException">There is no such model, its file is no good, or it generates nothing.</exception>
    public static Generator Load(string model, Device? device = null)
    {
        string path = ModelLibrary.Find(model);
        _ = ModelFile.Read<IImageGenerator>(path, "generate pictures");
        return new Generator(ModelFile.Read(path), device, model);
    }

    /// <summary>Makes a picture.</summary>
    /// <param name="seed">The seed: another one gives another picture.</param>
    /// <param name="class">The class, by name; null where there are none, and else for the class that the seed falls on.</param>
    /// <param name="truncation">The largest size of a latent number, from 0.01 on: less for tamer pictures; null for none.</param>
    /// <exception cref="MezzotintException">There is no such class, or the truncation is too small.</exception>
    public Picture Generate(ulong seed, string? @class = null, double? truncation = null) =>
        Generate([new SampleRequest(seed) { Class = @class, Truncation = truncation }])[0];

    /// <summary>Makes pictures, several at a time.</summary>
    /// <param name="requests">What is asked for.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <returns>A picture for each request, grey or colour, of 8 bits, which says in its metadata what made it.</returns>
    /// <exception cref="MezzotintException">There is no such class, or a truncation is too small.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<Picture> Generate(
        IReadOnlyList<SampleRequest> requests, IProgress<int>? progress = null, CancellationToken cancellation = default) =>
        [.. GenerateLevels(requests, progress, cancellation).Select(levels => levels[^1])];

    /// <summary>Makes pictures, and shows how each grew: the pictures of all levels, the smallest first.</summary>
    /// <param name="requests">What is asked for.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <returns>For each request as many pictures as there are <see cref="Levels"/>; the last is that of <c>Generate</c>.</returns>
    /// <exception cref="MezzotintException">There is no such class, or a truncation is too small.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<Picture>> GenerateLevels(
        IReadOnlyList<SampleRequest> requests, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        SampleRequest[] whole = [.. requests.Select(Complete)];
        var latents = new float[whole.Length][];
        for (int i = 0; i < whole.Length; i++) Latents.Normal(whole[i].Seed, latents[i] = new float[Latent], whole[i].Truncation);
        int[] classes = [.. whole.Select(request => request.Class is { } name ? IndexOf(name) : 0)];
        IReadOnlyList<Picture[]> pictures = Generate(latents, classes, progress, cancellation);
        return [.. pictures.Select((levels, i) =>
        {
            levels[^1] = levels[^1].WithMetadata(Signed($"{whole[i]}"));
            return levels;
        })];
    }

    /// <summary>Makes pictures along a walk from seed to seed, on the arcs between their latent vectors.</summary>
    /// <param name="seeds">The seeds, at least two, all of the same class.</param>
    /// <param name="frames">Pictures from one seed to the next; the last seed's own is added at the end.</param>
    /// <param name="class">The class, by name; null where there are none, and else for the class that the first seed falls on.</param>
    /// <param name="truncation">The largest size of a latent number; null for none.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <returns>The pictures, each of which says which walk it is of.</returns>
    /// <exception cref="MezzotintException">There is no such class, or the truncation is too small.</exception>
    public IReadOnlyList<Picture> Walk(
        IReadOnlyList<ulong> seeds, int frames, string? @class = null, double? truncation = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds.Count, 2, nameof(seeds));
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        SampleRequest first = Complete(new SampleRequest(seeds[0]) { Class = @class, Truncation = truncation });
        float[][] ends =
        [
            .. seeds.Select(seed =>
            {
                var values = new float[Latent];
                Latents.Normal(seed, values, truncation);
                return values;
            }),
        ];
        var latents = new List<float[]>();
        for (int i = 0; i < ends.Length - 1; i++)
            for (int frame = 0; frame < frames; frame++) latents.Add(Latents.Between(ends[i], ends[i + 1], (double)frame / frames));
        latents.Add(ends[^1]);
        int index = first.Class is { } name ? IndexOf(name) : 0;
        string settings = string.Create(CultureInfo.InvariantCulture, $"walk of seeds {string.Join(' ', seeds)}, frames {frames}")
            + $"{first with { Seed = 0 }}"["seed 0".Length..];
        PictureMetadata metadata = Signed(settings);
        return [.. Generate(latents, [.. latents.Select(_ => index)], null, cancellation).Select(levels => levels[^1].WithMetadata(metadata))];
    }

    private List<Picture[]> Generate(
        IReadOnlyList<float[]> latents, IReadOnlyList<int> classes, IProgress<int>? progress, CancellationToken cancellation)
    {
        var pictures = new List<Picture[]>(latents.Count);
        for (int done = 0; done < latents.Count; done = pictures.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(_network.ImagesTogether, latents.Count - done), levels = Levels;
            RunResult samples = Samples([.. latents.Skip(done).Take(count)], [.. classes.Skip(done).Take(count)]);
            for (int i = 0; i < count; i++)
            {
                pictures.Add([.. Enumerable.Range(0, levels).Select(level =>
                {
                    int length = samples[level].Length / count, halvings = levels - 1 - level;
                    return Picture.FromFloats(samples[level].AsSpan(i * length, length), Width >> halvings, Height >> halvings, _network.Channels, 8);
                })]);
            }

            progress?.Report(pictures.Count);
        }

        return pictures;
    }

    private RunResult Samples(float[][] latents, int[] classes)
    {
        var latent = new Feed("latent", [latents.Length, Latent]);
        var bindings = new Bindings().Set(latent, latents.SelectMany(values => values).ToArray());
        Tensor? rows = null;
        if (Classes.Count > 0)
        {
            var oneHot = new float[classes.Length * Classes.Count];
            for (int i = 0; i < classes.Length; i++) oneHot[i * Classes.Count + classes[i]] = 1;
            var feed = new Feed("classes", [classes.Length, Classes.Count]);
            bindings.Set(feed, oneHot);
            rows = feed;
        }

        return _device.Run(
            new Step(_network is IMultiScaleGenerator scales
                ? scales.GenerateLevels(latent, rows, Pass.Inference)
                : [_network.Generate(latent, rows, Pass.Inference)]),
            bindings);
    }

    /// <summary>The request with the class it means, and refused if it cannot be met.</summary>
    private SampleRequest Complete(SampleRequest request)
    {
        if (request.Truncation is not (null or >= Latents.LeastTruncation))
            throw new MezzotintException($"A truncation is {Latents.LeastTruncation} or more, and not {request.Truncation}.");
        if (Classes.Count == 0)
        {
            return request.Class is null ? request : throw new MezzotintException(
                $"The model has no classes, and class '{request.Class}' was asked for; leave out the class.");
        }

        if (request.Class is null) return request with { Class = Classes[(int)(request.Seed % (ulong)Classes.Count)] };
        _ = IndexOf(request.Class);
        return request;
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < Classes.Count; i++)
            if (Classes[i] == name) return i;
        throw new MezzotintException($"The model has no class '{name}'; it has {string.Join(", ", Classes.Take(20))}{(Classes.Count > 20 ? " and more" : "")}.");
    }

    private PictureMetadata Signed(string settings)
    {
        string version = typeof(Generator).Assembly.GetName().Version!.ToString(3);
        var text = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Software"] = $"Mezzotint {version}",
            [WeightsKey] = $"sha256:{WeightsHash}",
            [SettingsKey] = settings,
        };
        if (Name is not null) text[ModelKey] = Name;
        return new PictureMetadata { Text = text };
    }
}
