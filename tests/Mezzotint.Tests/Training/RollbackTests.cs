using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Training;

/// <summary>
/// Batches that give no finite numbers, in a regression of one weight that a plain loop follows; on a device that is waited for, and on one
/// that is given steps ahead.
/// </summary>
public abstract class RollbackTests : IDisposable
{
    private const int Steps = 14, CheckpointEvery = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly Device _device;

    private RollbackTests(Device device) => _device = device;

    public sealed class Waiting() : RollbackTests(new CpuDevice(1));

    public sealed class Ahead() : RollbackTests(new LateDevice())
    {
        [Fact]
        public void Steps_are_given_ahead_unless_weights_are_looked_at()
        {
            Train("run", new Regression());
            Learned("run", [.. Enumerable.Range(0, Steps)]);
            Assert.Equal(Steps - 1 - Steps / CheckpointEvery, ((LateDevice)_device).RunsAhead);
        }
    }

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_batch_that_gives_no_finite_numbers_is_left_out()
    {
        List<string> said = Train("run", new Regression { Broken = [4] });
        Learned("run", [.. Enumerable.Range(0, 4), .. Enumerable.Range(5, 10)]);
        Assert.Contains("Step 5 gave values that are not finite", Assert.Single(said), StringComparison.Ordinal);
        Assert.Contains("\"rollbacks\":1,\"skipped_batches\":1", File.ReadLines(_folder["run/metrics.jsonl"]).Last(), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", File.ReadAllText(_folder["run/metrics.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_next_batch_fails_too_the_training_goes_on_from_the_checkpoint_before_with_others()
    {
        List<string> said = Train("run", new Regression { Broken = [7, 8] }); // both at step 8; the checkpoint is that of step 6
        Learned("run", [.. Enumerable.Range(0, 6), .. Enumerable.Range(9, 8)]);
        Assert.Contains("goes on from step 6", said[1], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, Steps).Select(step => (long)step), MetricsLine.Read(_folder["run/metrics.jsonl"]).Select(line => line.Step));
        Assert.Equal(Enumerable.Range(1, Steps).Select(step => (long)step), EventFile.Shown(_folder["run"]).Select(one => one.Step));
    }

    [Fact]
    public void Weights_that_are_not_finite_reach_no_checkpoint()
    {
        Train("run", new Regression { Poisoned = [7] }); // unseen in the numbers of step 8, found before the checkpoint of step 9
        Learned("run", [.. Enumerable.Range(0, 6), .. Enumerable.Range(9, 8)]);
    }

    [Fact]
    public void After_as_many_rollbacks_as_the_recipe_allows_a_training_ends_with_the_sentence_and_its_checkpoints_are_sound()
    {
        TrainingException fault = Assert.Throws<TrainingException>(() => Train("run", new Regression { Broken = [.. Enumerable.Range(7, 100)] }));
        Assert.Contains("are not finite (loss NaN), so it was not taken, after 3 rollbacks; resume", fault.Message, StringComparison.Ordinal);
        var checkpoints = new CheckpointFolder(_folder["run/checkpoints"]);
        Assert.Equal(6, checkpoints.Steps()[^1]);
        foreach (long step in checkpoints.Steps())
            Assert.All(Checkpoint.Load(checkpoints.PathOf(step)).Arrays.SelectMany(array => array.Data), value => Assert.True(float.IsFinite(value)));
        Assert.Contains("so it was not taken; resume", Assert.Throws<TrainingException>(
            () => Train("none", new Regression { Broken = [7] }, rollbacks: 0)).Message, StringComparison.Ordinal);
        Assert.Throws<TrainingException>(() => Train("early", new Regression { Broken = [1, 2] })); // there is no checkpoint yet
    }

    [Fact]
    public void However_it_is_interrupted_a_training_that_was_rolled_back_ends_the_same()
    {
        Regression Make() => new() { Broken = [2, 8, 9], Poisoned = [] };
        Train("whole", Make());
        for (int first = 1; first <= 20; first++)
        {
            string run = $"run-{first}";
            foreach (int feeds in (int[])[first, 1 + first % 3, 2, 3])
                Interrupt(run, Make(), feeds);
            Train(run, Make());
            Assert.Equal(TinyTraining.Timeless(_folder["whole"]), TinyTraining.Timeless(_folder[run]));
            Checkpoint expected = Last("whole"), found = Last(run);
            Assert.Equal(expected.State with { ElapsedSeconds = 0 }, found.State with { ElapsedSeconds = 0 });
            foreach ((NamedArray a, NamedArray b) in expected.Arrays.Zip(found.Arrays)) Assert.Equal(a.Data, b.Data);
        }
    }

    /// <summary>Asserts that a run's weight is that of gradient descent over these batches and no others.</summary>
    private void Learned(string run, int[] batches)
    {
        Assert.Equal(Steps, batches.Length);
        double weight = 0, factor = 1;
        foreach (int batch in batches)
        {
            double gradient = 0;
            for (int i = 0; i < Regression.Batch; i++)
            {
                (double x, double y) = Regression.Sample(batch * Regression.Batch + i);
                gradient += 2 * (weight * x - y) * x / Regression.Batch;
            }

            weight -= Regression.Rate * gradient;
            factor *= 1.5;
        }

        Checkpoint last = Last(run);
        Assert.Equal(weight, last.Arrays.Single(array => array.Name == "weight").Data[0], 1e-5);
        Assert.Equal(factor, last.Arrays.Single(array => array.Name == "bystander").Data[0], factor * 1e-5);
    }

    private Checkpoint Last(string run) => Checkpoint.Load(new CheckpointFolder(_folder[$"{run}/checkpoints"]).PathOf(Steps));

    private void Interrupt(string run, Regression training, int feeds)
    {
        using var end = new CancellationTokenSource();
        training.EndAfter(feeds, end);
        try
        {
            Sit(run, training, 3, end.Token);
        }
        catch (OperationCanceledException)
        {
            // As is meant; a training that was at its end before is.
        }
    }

    private List<string> Train(string name, Regression training, int rollbacks = 3) => Sit(name, training, rollbacks, CancellationToken.None);

    private List<string> Sit(string name, Regression training, int rollbacks, CancellationToken cancellation)
    {
        string path = _folder[name];
        using RunDirectory run = RunDirectory.Exists(path) ? RunDirectory.Resume(path) : RunDirectory.Create(path, "name: line\n");
        var said = new Said();
        var intervals = new TrainingIntervals(Steps, 1, CheckpointEvery, 2, 100, 100) { MaxRollbacks = rollbacks };
        new Trainer(training, run, _device, intervals, seed: 1).Run(said, cancellation);
        return said.Warnings;
    }

    private sealed class Said : IProgress<TrainingProgress>
    {
        public List<string> Warnings { get; } = [];

        public void Report(TrainingProgress value) => Warnings.AddRange(value.Warnings);
    }

    /// <summary>One weight that learns a slope, and a bystander that no output shows.</summary>
    private sealed class Regression : ITraining
    {
        public const int Batch = 4;
        public const float Rate = 0.2f;

        private readonly Variable _weight = new("weight", []), _bystander = new("bystander", [], [1]);
        private readonly Feed _x = new("x", [Batch]), _y = new("y", [Batch]), _factor = new("factor", []);
        private readonly TrainingStep _step;
        private long _batch;
        private int _feeds = int.MaxValue;
        private CancellationTokenSource? _end;

        public Regression()
        {
            var updates = new Updates();
            Tensor loss = (_weight * (Tensor)_x - _y).Square().Mean();
            updates.Assign(_weight, _weight - Rate * Gradients.Of(loss, [_weight.Value])[0]);
            updates.Assign(_bystander, _bystander * (Tensor)_factor);
            _step = new TrainingStep(new Step([loss], updates), ["loss"]);
        }

        public int[] Broken { get; init; } = [];

        public int[] Poisoned { get; init; } = [];

        public IReadOnlyList<Variable> Variables => [_weight, _bystander];

        public int SamplesPerStep => Batch;

        public string DataFingerprint => "line";

        public static (float X, float Y) Sample(long number)
        {
            float x = 0.5f + number * 7 % 11 / 11f;
            return (x, 2 * x + (number % 5 - 2) / 20f);
        }

        public void EndAfter(int feeds, CancellationTokenSource end) => (_feeds, _end) = (feeds, end);

        public TrainingStep StepAt(long step) => _step;

        public void Open(TrainingOpening opening)
        {
        }

        public void Begin(long sampleCursor) => _batch = sampleCursor / Batch;

        public void Feed(Bindings bindings, long step, CancellationToken cancellation)
        {
            if (_feeds-- == 0) _end!.Cancel();
            cancellation.ThrowIfCancellationRequested();
            (float X, float Y)[] samples = [.. Enumerable.Range(0, Batch).Select(i => Sample(_batch * Batch + i))];
            float[] x = [.. samples.Select(sample => sample.X)];
            if (Broken.Contains((int)_batch)) x[1] = float.NaN;
            bindings.Set(_x, x).Set(_y, samples.Select(sample => sample.Y).ToArray());
            bindings.Set(_factor, Poisoned.Contains((int)_batch) ? float.PositiveInfinity : 1.5f);
            _batch++;
        }

        public ValidationScore? Validate(Device device, CancellationToken cancellation) => null;

        public void WriteSample(Device device, string path, CancellationToken cancellation)
        {
        }

        public void WriteModel(string path) => File.WriteAllText(path, "");

        public void Dispose()
        {
        }
    }
}
