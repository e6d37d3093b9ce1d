using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Mezzotint.Data;
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
public sealed record TrainingIntervals(long Steps, int LogEvery, int CheckpointEvery, int KeepCheckpoints, int ValidateEvery, int SampleEvery)
{
    /// <summary>How often the training is rolled back because numbers are not finite, before it ends with an error.</summary>
    public int MaxRollbacks { get; init; }
}

/// <summary>
/// Runs a training in its run's folder: steps, metrics, validation, samples, checkpoints. Whenever it is stopped and resumed, the tensors
/// and the metrics but for times are those of a training that was never stopped.
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
    private TrainingHealth _health = new();
    private int _rollbacks;
    private long _skippedBatches;
    private long? _failedStep;

    /// <summary>The command that puts the model to use, for the report; null for none.</summary>
    public string? Use { get; init; }

    /// <summary>The file in a run's folder that holds the model that scored best (without a validation folder: the latest).</summary>
    public static string ModelPath(RunDirectory run) => Path.Combine(run.Path, "model.safetensors");

    /// <summary>Trains from the run's latest checkpoint, or from the beginning, to the last step.</summary>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Ends the training, after the step in flight or within a validation or sample, with a checkpoint.</param>
    /// <exception cref="TrainingException">
    /// A loss or gradient is not finite, and going back has not helped or is not wanted; nothing of that step is kept.
    /// </exception>
    /// <exception cref="CheckpointException">The checkpoint is not of this training.</exception>
    /// <exception cref="Data.TrainingDataException">A file to learn from is lost; the run can be resumed when it is back.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the run can be resumed.</exception>
    public void Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        long step = Restore();
        long saved = step;
        var plans = new Dictionary<TrainingStep, Plan>(ReferenceEqualityComparer.Instance);
        Flight? ahead = null;
        var rate = new StepRate();
        var warnings = new List<string>();
        _clock.Restart();
        try
        {
            training.Begin((step + _skippedBatches) * training.SamplesPerStep);
            if (_unfinished is not null) Finish();
            while (step < intervals.Steps)
            {
                if (ahead is null) cancellation.ThrowIfCancellationRequested();
                (TrainingStep taken, RunResult result) = ahead ?? Launch(step + 1, null);
                ahead = null;

                // A device that computes beside this program is given the next step before this one's outcome is known, unless the weights
                // that this one leaves are looked at. What keeps it from that is told when this one has been counted.
                ExceptionDispatchInfo? hindrance = null;
                if (result.IsUnderWay && step + 1 < intervals.Steps && !IsVouchedFor(step + 1) && !cancellation.IsCancellationRequested)
                {
                    try
                    {
                        ahead = Launch(step + 2, result);
                    }
                    catch (Exception fault) when (fault is OperationCanceledException or MezzotintException)
                    {
                        hindrance = ExceptionDispatchInfo.Capture(fault);
                    }
                }

                if (!result.Finite || (IsVouchedFor(step + 1) && !IsFinite()))
                {
                    (step, string happened) = RollBack(step, taken, result);
                    saved = Math.Min(saved, step);
                    warnings.Add(happened);
                    if (ahead is not null) training.Begin((step + _skippedBatches) * training.SamplesPerStep);
                    ahead = null;
                    hindrance?.Throw();
                    continue;
                }

                step++;
                rate.Count(_clock.Elapsed);
                _unfinished = [.. taken.OutputNames.Select((_, i) => result.Scalar(i))];
                Finish();
                hindrance?.Throw();
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or MezzotintException and not (StorageException or TrainingException))
        {
            // Where it is the disk that is at fault, or the numbers, the last checkpoint is the best there is.
            if (step > saved && IsFinite()) Save(step);
            throw;
        }

        Flight Launch(long number, RunResult? before)
        {
            var bindings = new Bindings();
            training.Feed(bindings, number, cancellation);
            TrainingStep next = training.StepAt(number);
            if (!plans.TryGetValue(next, out Plan? plan)) plans[next] = plan = device.Plan(next.Step);
            return new Flight(next, before is null ? plan.Run(bindings) : plan.RunAfter(before, bindings));
        }

        // What follows a step.
        void Finish()
        {
            List<KeyValuePair<string, double>> values =
                [.. training.StepAt(step).OutputNames.Zip(_unfinished!, (name, value) => KeyValuePair.Create(name, (double)value))];
            (string? message, IReadOnlyList<string> troubles) = Occasions(step, values, cancellation);
            warnings.AddRange(troubles);
            bool wasSaved = step == saved;
            _unfinished = null;
            if (IsDue(intervals.CheckpointEvery, step) || wasSaved)
            {
                Save(step);
                saved = step;
            }

            progress?.Report(new TrainingProgress(
                step, intervals.Steps, rate.PerSecond, rate.PerSecond * training.SamplesPerStep, rate.Remaining(intervals.Steps - step),
                values, _score, _best, message)
            {
                Warnings = [.. warnings],
            });
            warnings.Clear();
        }
    }

    /// <summary>A step that a device has been asked for.</summary>
    private sealed record Flight(TrainingStep Taken, RunResult Result);

    private bool IsDue(int every, long step) => step % every == 0 || step == intervals.Steps;

    /// <summary>Whether weights go out of the process after a step: into a checkpoint, a model, a picture.</summary>
    private bool IsVouchedFor(long step) => IsDue(intervals.CheckpointEvery, step) || IsDue(intervals.ValidateEvery, step) || IsDue(intervals.SampleEvery, step);

    private bool IsFinite() => training.Variables.All(variable => Array.TrueForAll(variable.ToArray(), float.IsFinite));

    /// <summary>
    /// Goes back to the last good state. A step that was not taken has changed nothing: its batch is left out. If the next batch fails
    /// there too, it is the weights that are at fault, and the training goes on from the regular checkpoint before, with batches that it
    /// has not seen: with the same it would come to the same. What is done depends on the recipe and the data alone, and not on where the
    /// training was interrupted.
    /// </summary>
    /// <returns>The step that has been done, and what is to be said.</returns>
    private (long Step, string Happened) RollBack(long step, TrainingStep taken, RunResult result)
    {
        long failed = step + 1;
        if (_rollbacks >= intervals.MaxRollbacks) throw NotFinite(failed, taken, result);
        string what = result.Finite ? "left weights" : "gave values", which = result.Finite ? "" : $" ({Values(taken, result)})";
        string happened = $"Step {failed} {what} that are not finite{which}";
        if (!result.Finite && _failedStep != failed)
        {
            (_failedStep, _skippedBatches, _rollbacks) = (failed, _skippedBatches + 1, _rollbacks + 1);
            return (step, $"{happened}: its batch is left out ({_rollbacks} of {intervals.MaxRollbacks} rollbacks).");
        }

        Checkpoint good = run.Checkpoints.LatestRegular(step, intervals.CheckpointEvery) ?? throw NotFinite(failed, taken, result);
        Take(good);
        _skippedBatches += failed - good.State.Step;
        _rollbacks++;
        _failedStep = null;
        run.GoBackTo(good.State.Step);
        Recall();
        return (good.State.Step,
            $"{happened}: the training goes on from step {good.State.Step} with other batches ({_rollbacks} of {intervals.MaxRollbacks} rollbacks).");
    }

    private void Recall()
    {
        _health = new TrainingHealth();
        foreach (MetricsLine line in MetricsLine.Read(run.MetricsPath)) _ = _health.Observe(line.Values);
    }

    /// <summary>What happens at a step beside stepping, in an order that makes a checkpoint follow everything it vouches for.</summary>
    private (string? Message, IReadOnlyList<string> Warnings) Occasions(long step, List<KeyValuePair<string, double>> values, CancellationToken cancellation)
    {
        string? message = null;
        var line = new List<KeyValuePair<string, double>>();
        if (IsDue(intervals.LogEvery, step))
        {
            line.AddRange(values);
            if (_rollbacks > 0) line.AddRange([new("rollbacks", _rollbacks), new("skipped_batches", _skippedBatches)]);
        }

        if (IsDue(intervals.ValidateEvery, step))
        {
            _score = training.Validate(device, cancellation);
            if (_score is not null)
            {
                foreach (ValidationScore score in _score.Beside.Prepend(_score)) line.Add(KeyValuePair.Create(score.Name, score.Value));
                message = $"{_score.Label} {_score.Value:0.000}{(_score.Unit.Length > 0 ? " " : "")}{_score.Unit} on the validation data";
            }

            bool better = _score is null || _score.Beats(_best);
            if (better) (_best, _bestStep) = (_score is { Value: var value } && double.IsFinite(value) ? value : null, step);
            if (better || _score is { Chooses: false }) training.WriteModel(ModelPath(run));
        }

        bool samples = IsDue(intervals.SampleEvery, step);
        if (samples)
        {
            training.WriteSample(device, run.SamplePath(step), cancellation);
            if (training.Diversity(device, cancellation) is { } diversity) line.Add(new(TrainingHealth.Diversity, diversity));
        }

        IReadOnlyList<string> warnings = [];
        if (line.Count > 0)
        {
            warnings = _health.Observe(line);
            run.Append(step, [.. line, KeyValuePair.Create("seconds", Math.Round(Seconds, 1))], warnings);
        }

        if (samples)
        {
            run.AppendSample(step);
            Report(step).Write(run.ReportPath);
        }

        return (message, warnings);
    }

    private RunReport Report(long step) => RunReport.Of(run.Path) with
    {
        Step = step,
        Steps = intervals.Steps,
        Seconds = Seconds,
        SamplesPerStep = training.SamplesPerStep,
        DataFingerprint = training.DataFingerprint,
        Use = Use,
    };

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    private void Save(long step)
    {
        var arrays = training.Variables.Select(v => new NamedArray(v.Name, v.Shape.ToArray(), v.ToArray()));
        var state = new TrainingState
        {
            Step = step,
            Seed = seed,
            SampleCursor = (step + _skippedBatches) * training.SamplesPerStep,
            Rollbacks = _rollbacks,
            SkippedBatches = _skippedBatches,
            FailedStep = _failedStep,
            DataFingerprint = training.DataFingerprint,
            BestScore = _best,
            BestStep = _bestStep,
            VectorWidth = (int)Tensors.Cpu.CpuDevice.WidestVectors,
            Unfinished = _unfinished,
            ElapsedSeconds = Seconds,
        };
        run.Save(new Checkpoint([.. arrays], state), intervals.KeepCheckpoints, intervals.CheckpointEvery);
    }

    private long Restore()
    {
        IReadOnlyList<DataFile> files = training.DataFiles;
        if (run.Latest is not { } checkpoint)
        {
            DataManifest.Write(run.DataPath, files);
            return 0;
        }

        // Runs of before have no list, or, of some families, an empty one.
        IReadOnlyList<DataFile> before = DataManifest.Read(run.DataPath) ?? [];
        string? difference = before.Count == 0 ? null : DataManifest.Difference(before, files);
        if (difference is not null || checkpoint.State.DataFingerprint != training.DataFingerprint)
            throw new CheckpointException($"The data are not those that the run '{run.Path}' began with{(difference is null ? "" : $" ({difference})")}; "
                + "put them back as they were, or begin a new run.");
        if (before.Count == 0) DataManifest.Write(run.DataPath, files);
        Take(checkpoint);

        // A process killed between saving this checkpoint and removing an older one left that.
        run.Checkpoints.Prune(checkpoint.State.Step, intervals.KeepCheckpoints, intervals.CheckpointEvery);
        _best = checkpoint.State.BestScore;
        _bestStep = checkpoint.State.BestStep;
        _unfinished = checkpoint.State.Unfinished;
        _secondsBefore = checkpoint.State.ElapsedSeconds;
        (_rollbacks, _skippedBatches, _failedStep) = (checkpoint.State.Rollbacks, checkpoint.State.SkippedBatches, checkpoint.State.FailedStep);
        Recall();
        return checkpoint.State.Step;
    }

    /// <summary>Makes the variables what they were.</summary>
    private void Take(Checkpoint checkpoint)
    {
        Dictionary<string, NamedArray> arrays = checkpoint.Arrays.ToDictionary(array => array.Name);
        foreach (Variable variable in training.Variables)
        {
            if (!arrays.TryGetValue(variable.Name, out NamedArray? array) || !array.Shape.AsSpan().SequenceEqual(variable.Shape.Span))
                throw new CheckpointException($"The checkpoint of step {checkpoint.State.Step} in '{run.Path}' does not hold '{variable.Name}' {variable.Shape}.");
            variable.Set(array.Data);
        }
    }

    private TrainingException NotFinite(long step, TrainingStep taken, RunResult result) => new(
        $"Step {step} {(result.Finite ? "left weights that are not finite" : $"gave values that are not finite ({Values(taken, result)}), so it was not taken")}"
        + $"{(_rollbacks == 0 ? "" : $", after {_rollbacks} rollbacks")}; resume '{run.Path}' with a lower learning rate or a clipNorm for its optimizer.");

    private static string Values(TrainingStep taken, RunResult result) => string.Join(
        ", ", taken.OutputNames.Select((name, i) => string.Create(CultureInfo.InvariantCulture, $"{name} {result.Scalar(i)}")));

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
