using System.Diagnostics;
using Mezzotint.Storage;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint.Training;

/// <summary>How often the trainer does what it does beside stepping.</summary>
/// <param name="Steps">Steps in all.</param>
/// <param name="LogEvery">Steps from one line of metrics to the next.</param>
/// <param name="CheckpointEvery">Steps from one checkpoint to the next.</param>
/// <param name="KeepCheckpoints">How many checkpoints are kept.</param>
/// <param name="ValidateEvery">Steps from one scoring to the next.</param>
/// <param name="SampleEvery">Steps from one sample picture to the next.</param>
public sealed record TrainingIntervals(long Steps, int LogEvery, int CheckpointEvery, int KeepCheckpoints, int ValidateEvery, int SampleEvery);

/// <summary>
/// Runs a training in its run's folder: steps, metrics, validation, samples, checkpoints. Whenever it is stopped and resumed, the tensors and the
/// metrics but for times are those of a training that was never stopped.
/// </summary>
/// <param name="training">What is trained.</param>
/// <param name="run">Where it is kept.</param>
/// <param name="device">Where it runs.</param>
/// <param name="intervals">How often things happen.</param>
/// <param name="seed">The recipe's seed, for the checkpoint.</param>
public sealed class Trainer(ITraining training, RunDirectory run, Device device, TrainingIntervals intervals, ulong seed)
{
    private readonly Stopwatch _clock = new();
    private double _secondsBefore;
    private double? _best;
    private long? _bestStep;
    private ValidationScore? _score;
    private IReadOnlyList<float>? _unfinished;

    /// <summary>The file in a run's folder that holds the model that scored best (without a validation folder: the latest).</summary>
    public static string ModelPath(RunDirectory run) => Path.Combine(run.Path, "model.safetensors");

    /// <summary>Trains from the run's latest checkpoint, or from the beginning, to the last step.</summary>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Ends the training, after the step in flight or within a validation or sample, with a checkpoint.</param>
    /// <exception cref="TrainingException">A loss or gradient is not finite; nothing of that step is kept.</exception>
    /// <exception cref="CheckpointException">The checkpoint is not of this training.</exception>
    /// <exception cref="Data.TrainingDataException">A file to learn from is lost; the run can be resumed when it is back.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the run can be resumed.</exception>
    public void Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        long step = Restore();
        long saved = step;
        var plans = new Dictionary<TrainingStep, Plan>(ReferenceEqualityComparer.Instance);
        var rate = new StepRate();
        _clock.Restart();
        try
        {
            training.Begin(step * training.SamplesPerStep);
            if (_unfinished is not null) Finish();
            while (step < intervals.Steps)
            {
                cancellation.ThrowIfCancellationRequested();
                var bindings = new Bindings();
                training.Feed(bindings, step + 1, cancellation);
                TrainingStep next = training.StepAt(step + 1);
                if (!plans.TryGetValue(next, out Plan? plan)) plans[next] = plan = device.Plan(next.Step);
                RunResult result = plan.Run(bindings);
                if (!result.Finite) throw NotFinite(step + 1, next, result);
                step++;
                rate.Count(_clock.Elapsed);
                _unfinished = [.. next.OutputNames.Select((_, i) => result.Scalar(i))];
                Finish();
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or MezzotintException and not (StorageException or TrainingException))
        {
            // Where it is the disk that is at fault, or the numbers, the last checkpoint is the best there is.
            if (step > saved) Save(step);
            throw;
        }

        // What follows a step.
        void Finish()
        {
            List<KeyValuePair<string, double>> values =
                [.. training.StepAt(step).OutputNames.Zip(_unfinished!, (name, value) => KeyValuePair.Create(name, (double)value))];
            string? message = Occasions(step, values, cancellation);
            bool wasSaved = step == saved;
            _unfinished = null;
            if (IsDue(intervals.CheckpointEvery, step) || wasSaved)
            {
                Save(step);
                saved = step;
            }

            progress?.Report(new TrainingProgress(
                step, intervals.Steps, rate.PerSecond, rate.PerSecond * training.SamplesPerStep, rate.Remaining(intervals.Steps - step),
                values, _score, _best, message));
        }
    }

    private bool IsDue(int every, long step) => step % every == 0 || step == intervals.Steps;

    /// <summary>What happens at a step beside stepping, in an order that makes a checkpoint follow everything it vouches for.</summary>
    private string? Occasions(long step, List<KeyValuePair<string, double>> values, CancellationToken cancellation)
    {
        string? message = null;
        var line = new List<KeyValuePair<string, double>>();
        if (IsDue(intervals.LogEvery, step)) line.AddRange(values);
        if (IsDue(intervals.ValidateEvery, step))
        {
            _score = training.Validate(device, cancellation);
            if (_score is not null)
            {
                foreach (ValidationScore score in _score.Beside.Prepend(_score)) line.Add(KeyValuePair.Create(score.Name, score.Value));
                message = $"{_score.Label} {_score.Value:0.000}{(_score.Unit.Length > 0 ? " " : "")}{_score.Unit} on the validation data";
            }

            bool better = _score is null || _score.Beats(_best);
            if (better) (_best, _bestStep) = (_score?.Value, step);
            if (better || _score is { Chooses: false }) training.WriteModel(ModelPath(run));
        }

        if (IsDue(intervals.SampleEvery, step)) training.WriteSample(device, run.SamplePath(step), cancellation);
        if (line.Count > 0) run.Append(step, [.. line, KeyValuePair.Create("seconds", Math.Round(Seconds, 1))]);
        return message;
    }

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    private void Save(long step)
    {
        var arrays = training.Variables.Select(v => new NamedArray(v.Name, v.Shape.ToArray(), v.ToArray()));
        var state = new TrainingState
        {
            Step = step,
            Seed = seed,
            SampleCursor = step * training.SamplesPerStep,
            DataFingerprint = training.DataFingerprint,
            BestScore = _best,
            BestStep = _bestStep,
            VectorWidth = (int)Tensors.Cpu.CpuDevice.WidestVectors,
            Unfinished = _unfinished,
            ElapsedSeconds = Seconds,
        };
        run.Save(new Checkpoint([.. arrays], state), intervals.KeepCheckpoints);
    }

    private long Restore()
    {
        IReadOnlyList<DataFile> files = training.DataFiles;
        if (run.Latest is not { } checkpoint)
        {
            DataManifest.Write(run.DataPath, files);
            return 0;
        }

        IReadOnlyList<DataFile>? before = DataManifest.Read(run.DataPath);
        string? difference = before is null ? null : DataManifest.Difference(before, files);
        if (difference is not null || checkpoint.State.DataFingerprint != training.DataFingerprint)
            throw new CheckpointException($"The data are not those that the run '{run.Path}' began with{(difference is null ? "" : $" ({difference})")}; "
                + "put them back as they were, or begin a new run.");
        if (before is null) DataManifest.Write(run.DataPath, files);
        Dictionary<string, NamedArray> arrays = checkpoint.Arrays.ToDictionary(array => array.Name);
        foreach (Variable variable in training.Variables)
        {
            if (!arrays.TryGetValue(variable.Name, out NamedArray? array) || !array.Shape.AsSpan().SequenceEqual(variable.Shape.Span))
                throw new CheckpointException($"The checkpoint of step {checkpoint.State.Step} in '{run.Path}' does not hold '{variable.Name}' {variable.Shape}.");
            variable.Set(array.Data);
        }

        // A process killed between saving this checkpoint and removing an older one left that.
        run.Checkpoints.Prune(checkpoint.State.Step, intervals.KeepCheckpoints);
        _best = checkpoint.State.BestScore;
        _bestStep = checkpoint.State.BestStep;
        _unfinished = checkpoint.State.Unfinished;
        _secondsBefore = checkpoint.State.ElapsedSeconds;
        return checkpoint.State.Step;
    }

    private TrainingException NotFinite(long step, TrainingStep taken, RunResult result)
    {
        string values = string.Join(", ", taken.OutputNames.Select((name, i) => $"{name} {result.Scalar(i)}"));
        return new TrainingException(
            $"Step {step} gave values that are not finite ({values}), so it was not taken; resume '{run.Path}' with a lower learning rate or a clipNorm for its optimizer.");
    }

    /// <summary>The rate over the last few seconds.</summary>
    private sealed class StepRate
    {
        private const int Window = 64;
        private readonly Queue<TimeSpan> _times = new();

        public double PerSecond => _times.Count < 2 ? 0 : (_times.Count - 1) / Math.Max(1e-9, (_times.Last() - _times.Peek()).TotalSeconds);

        public void Count(TimeSpan now)
        {
            _times.Enqueue(now);
            if (_times.Count > Window) _times.Dequeue();
        }

        public TimeSpan Remaining(long steps) => PerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(steps / PerSecond);
    }
}
