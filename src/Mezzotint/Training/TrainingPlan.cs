using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>What a training will take, known from its steps before it runs and without its data.</summary>
public sealed record TrainingPlan
{
    // A training whose steps differ repeats them within far fewer.
    private const long StepsLookedAt = 100_000;

    // Two batches are prepared ahead of the one in use.
    private const int BatchesHeld = 3;

    // The runtime, compiled code and kernels, libvips: as measured, rounded up.
    private const long ProgramBytes = 320_000_000;

    private readonly IReadOnlyList<(Plan Plan, double Share)> _plans;

    private readonly HashSet<Variable> _changing;

    private TrainingPlan(IReadOnlyList<(Plan Plan, double Share)> plans, HashSet<Variable> changing) => (_plans, _changing) = (plans, changing);

    /// <summary>The plan of each kind of step, in the order in which they come first.</summary>
    public IReadOnlyList<Plan> Steps => [.. _plans.Select(kind => kind.Plan)];

    /// <summary>Values that the optimizers move; 0 where the training does not tell.</summary>
    public long Parameters { get; private init; }

    /// <summary>Floating-point operations of a step; of steps of several kinds, the mean.</summary>
    public long Operations => (long)_plans.Sum(kind => kind.Share * kind.Plan.Cost.Operations);

    /// <summary>Bytes that a step reads and writes in memory; of steps of several kinds, the mean.</summary>
    public long Bytes => (long)_plans.Sum(kind => kind.Share * kind.Plan.Cost.Bytes);

    /// <summary>Kernels of the longest step.</summary>
    public int Kernels => _plans.Max(kind => kind.Plan.Cost.Kernels);

    /// <summary>Bytes that the device allocates for the steps: activations and gradients, packed weights, scratch.</summary>
    public long DeviceBytes =>
        _plans.Max(kind => kind.Plan.Cost.PeakBytes) + PackedBytes + _plans.Max(kind => kind.Plan.Cost.ScratchBytes);

    private long PackedBytes { get; init; }

    /// <summary>Bytes of weights, moments, averages and statistics.</summary>
    public long VariableBytes { get; private init; }

    /// <summary>Bytes of the batches that are held.</summary>
    public long BatchBytes => BatchesHeld * _plans.Max(kind => kind.Plan.Cost.FeedBytes);

    /// <summary>Bytes that the steps take in all, at the most.</summary>
    public long MemoryBytes => DeviceBytes + VariableBytes + BatchBytes;

    /// <summary>
    /// Bytes of pictures beside the steps at the most: decoded ones that are kept, as far as the recipe lets them be, and those of a
    /// sample.
    /// </summary>
    public long PictureBytes { get; private init; }

    /// <summary>
    /// Bytes that the whole process takes at the most: the steps, pictures, a checkpoint as it is written, and the program itself with its
    /// compiled code. Validations of pictures larger than those that are learned from may take more.
    /// </summary>
    public long ProcessBytes => MemoryBytes + PictureBytes + VariableBytes + ProgramBytes;

    /// <summary>
    /// How many pixels of the input an output pixel sees each way; null where it sees all, or the training has no such thing.
    /// </summary>
    public int? ReceptiveFieldRadius { get; private init; }

    /// <summary>Plans a training's steps.</summary>
    /// <param name="training">The training; its data need not be open.</param>
    /// <param name="device">Where it would run.</param>
    /// <param name="steps">How many steps it has.</param>
    public static TrainingPlan Of(ITraining training, Device device, long steps)
    {
        long looked = Math.Clamp(steps, 1, StepsLookedAt);
        var kinds = new Dictionary<TrainingStep, long>(ReferenceEqualityComparer.Instance);
        for (long step = 1; step <= looked; step++)
        {
            TrainingStep kind = training.StepAt(step);
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }

        (Plan Plan, double Share)[] plans = [.. kinds.Select(kind => (device.Plan(kind.Key.Step), kind.Value / (double)looked))];
        return new TrainingPlan(plans, [.. kinds.Keys.SelectMany(kind => kind.Step.Updates?.Variables ?? [])])
        {
            PackedBytes = device.PackedBytes(plans.Select(kind => kind.Plan)),
            Parameters = training.Parameters.Sum(parameter => parameter.Shape.Count),
            VariableBytes = sizeof(float) * training.Variables.Sum(variable => variable.Shape.Count),
            PictureBytes = training.PictureBytes,
            ReceptiveFieldRadius = (training as IReceptiveField)?.ReceptiveFieldRadius,
        };
    }

    /// <summary>
    /// Seconds that a step takes on this machine as it is now, about; of steps of several kinds, the mean. It is found by some of each
    /// kernel's work, in the memory that a step takes (<see cref="Plan.Rehearse"/>); variables hold anything afterwards. Waiting for data
    /// and validations are not in it. Null on a device that does not rehearse.
    /// </summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public double? SecondsPerStep(CancellationToken cancellation = default)
    {
        double seconds = 0;
        foreach ((Plan plan, double share) in _plans)
        {
            if (plan.Rehearse(_changing, cancellation) is not { } run) return null;
            seconds += share * run;
        }

        return seconds;
    }
}
