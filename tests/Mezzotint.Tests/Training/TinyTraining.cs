using System.Text.Json.Nodes;
using Mezzotint.Data;
using Mezzotint.Families.SuperResolution;
using Mezzotint.Imaging;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Training;

/// <summary>A training of a few milliseconds with everything in it, and one that nobody disturbed to compare others with.</summary>
public sealed class TinyTraining : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyTraining()
    {
        foreach ((string name, int width, int height) in ((string, int, int)[])
            [("photos/a.png", 20, 18), ("photos/b.png", 17, 23), ("photos/c.png", 18, 16), ("validation/d.png", 18, 16), ("validation/e.png", 16, 20)])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            Picture.FromFloats(TestScene.Render(width, height, seed: width), width, height, 3, 8).Save(_folder[name]);
        }

        Recipe = new SuperResolutionRecipe
        {
            Scale = 2,
            Network = new() { Kind = SuperResolutionNetworkKind.Srresnet, Channels = 4, Blocks = 1 },
            Data = new() { Train = [Photos], Validation = Validation, Crop = 6, Batch = 2, CacheMegabytes = 0 },
            Optimizer = new() { LearningRate = 1e-3 },
            Schedule = new() { WarmupSteps = 3 },
            EmaDecay = 0.9,
            Steps = 11,
            LogEvery = 1,
            CheckpointEvery = 3,
            KeepCheckpoints = 2,
            ValidateEvery = 4,
            SampleEvery = 5,
        };
        Begin(Undisturbed);
    }

    /// <summary>What is trained: 11 steps, not a multiple of anything; two steps begin a new epoch in their middle.</summary>
    public SuperResolutionRecipe Recipe { get; }

    public string Photos => _folder["photos"];

    public string Validation => _folder["validation"];

    /// <summary>The folder of the run that was not disturbed.</summary>
    public string Undisturbed => _folder["undisturbed"];

    /// <summary>Where trainings run unless it is said; shared, so that nothing is planned twice.</summary>
    internal CpuDevice Device { get; } = new(1);

    /// <summary>Begins a run and trains to the end.</summary>
    internal void Begin(string folder, CancellationTokenSource? end = null, int? endWithin = null, Device? device = null)
    {
        using RunDirectory run = RunDirectory.Create(folder, "name: tiny\n");
        Train(run, end, endWithin, device);
    }

    /// <summary>Goes on with a run to the end, or begins it where it was killed before it was one.</summary>
    internal void Resume(string folder, CancellationTokenSource? end = null, Action<string>? report = null, int? endWithin = null)
    {
        if (!File.Exists(Path.Combine(folder, "recipe.yaml")))
        {
            Begin(folder, end, endWithin);
            return;
        }

        using RunDirectory run = RunDirectory.Resume(folder, report);
        Train(run, end, endWithin);
    }

    /// <summary>
    /// Asserts that a run ended as the undisturbed one: in tensors and pictures to the bit, and in metrics but for times.
    /// </summary>
    internal void IsMatchedBy(string run, string after)
    {
        const string last = "checkpoints/step-00000011.safetensors";
        Assert.Equal(Timeless(Undisturbed), Timeless(run));
        Checkpoint wanted = Checkpoint.Load(Path.Combine(Undisturbed, last)), found = Checkpoint.Load(Path.Combine(run, last));
        Assert.Equal(wanted.State with { ElapsedSeconds = 0 }, found.State with { ElapsedSeconds = 0 });
        Assert.Equal(wanted.Arrays.Select(array => array.Name), found.Arrays.Select(array => array.Name));
        foreach ((NamedArray expected, NamedArray actual) in wanted.Arrays.Zip(found.Arrays))
            Assert.True(expected.Data.Select(BitConverter.SingleToInt32Bits).SequenceEqual(actual.Data.Select(BitConverter.SingleToInt32Bits)),
                $"'{expected.Name}' differs after {after}");
        string[] files = Files(Undisturbed);
        Assert.Equal(files.Where(file => !IsCheckpoint(file)), Files(run).Where(file => !IsCheckpoint(file))); // no temporaries either
        Assert.Equal(Recipe.KeepCheckpoints, Files(run).Count(IsCheckpoint));
        foreach (string file in files.Where(name => name == "model.safetensors" || name.EndsWith(".png", StringComparison.Ordinal)))
            Assert.True(File.ReadAllBytes(Path.Combine(Undisturbed, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(run, file))),
                $"{file} differs after {after}");

        static bool IsCheckpoint(string file) => file.StartsWith("checkpoints", StringComparison.Ordinal) && !file.Contains("partial", StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Device.Dispose();
        _folder.Dispose();
    }

    /// <summary>The lines of a run's metrics without the times.</summary>
    internal static string[] Timeless(string run) =>
    [
        .. File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line =>
        {
            JsonObject values = JsonNode.Parse(line)!.AsObject();
            values.Remove("seconds");
            return values.ToJsonString();
        }),
    ];

    private static string[] Files(string run) =>
        [.. Directory.EnumerateFiles(run, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(run, path))
            .Where(path => !path.StartsWith("events.", StringComparison.Ordinal)) // a sitting has one
            .Order(StringComparer.Ordinal)];

    private void Train(RunDirectory run, CancellationTokenSource? end, int? endWithin, Device? device = null)
    {
        using var training = new Ended(new SuperResolutionTraining(Recipe), end, endWithin);
        training.Open(new TrainingOpening(run.Latest is null));
        new Trainer(training, run, device ?? Device, Recipe.Intervals(), Recipe.Seed).Run(null, end?.Token ?? CancellationToken.None);
    }

    /// <summary>A training that is cancelled as the validation or sample after a step begins.</summary>
    private sealed class Ended(ITraining training, CancellationTokenSource? end, int? within) : ITraining
    {
        private long _step;

        public IReadOnlyList<Variable> Variables => training.Variables;

        public int SamplesPerStep => training.SamplesPerStep;

        public string DataFingerprint => training.DataFingerprint;

        public IReadOnlyList<DataFile> DataFiles => training.DataFiles;

        public TrainingStep StepAt(long step) => training.StepAt(step);

        public void Open(TrainingOpening opening) => training.Open(opening);

        public void Begin(long sampleCursor) => training.Begin(sampleCursor);

        public void Feed(Bindings bindings, long step, CancellationToken cancellation)
        {
            _step = step;
            training.Feed(bindings, step, cancellation);
        }

        public ValidationScore? Validate(Device device, CancellationToken cancellation)
        {
            End();
            return training.Validate(device, cancellation);
        }

        public void WriteSample(Device device, string path, CancellationToken cancellation)
        {
            End();
            training.WriteSample(device, path, cancellation);
        }

        public void WriteModel(string path) => training.WriteModel(path);

        public void Dispose() => training.Dispose();

        private void End()
        {
            // Resumed within what follows a step, a training has not been fed yet.
            if (_step == within || (_step == 0 && within is not null)) end!.Cancel();
        }
    }
}
