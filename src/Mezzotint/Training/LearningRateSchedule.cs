namespace Mezzotint.Training;

/// <summary>How the learning rate falls over a training.</summary>
public enum ScheduleKind
{
    /// <summary>It stays as it is.</summary>
    Constant,

    /// <summary>It is multiplied by a factor at each milestone.</summary>
    Step,

    /// <summary>
    /// It falls along half a cosine from its full value to a final fraction of it (Loshchilov and Hutter, SGDR, without restarts).
    /// </summary>
    Cosine,

    /// <summary>It stays as it is for a share of the training and then falls in a straight line to 0 (Isola et al. 2017).</summary>
    Linear,
}

/// <summary>
/// The learning rate at each step, a pure function of the step: nothing to save, and a resumed training has the rate it would have had.
/// </summary>
/// <param name="Kind">How the rate falls.</param>
/// <param name="LearningRate">The full rate.</param>
/// <param name="Steps">The steps of the whole training; the cosine ends with the last.</param>
/// <param name="WarmupSteps">Over so many first steps the rate rises linearly to what it would be without.</param>
/// <param name="Milestones">For <see cref="ScheduleKind.Step"/>: the steps from which the rate is multiplied, ascending.</param>
/// <param name="Factor">For <see cref="ScheduleKind.Step"/>: by what.</param>
/// <param name="FinalFraction">For <see cref="ScheduleKind.Cosine"/>: what is left of the full rate at the end.</param>
public sealed record LearningRateSchedule(
    ScheduleKind Kind, double LearningRate, long Steps, long WarmupSteps,
    IReadOnlyList<long> Milestones, double Factor, double FinalFraction)
{
    /// <summary>
    /// For <see cref="ScheduleKind.Linear"/>: the share of the steps after the warm-up over which the rate stays. Default: 0.5.
    /// </summary>
    public double ConstantShare { get; init; } = 0.5;

    /// <summary>The rate of one step.</summary>
    /// <param name="step">The number of steps done before it: the first is 0.</param>
    public double At(long step)
    {
        double warmup = step < WarmupSteps ? (step + 1.0) / WarmupSteps : 1;
        return LearningRate * warmup * Kind switch
        {
            ScheduleKind.Step => Math.Pow(Factor, Milestones.Count(milestone => step >= milestone)),
            ScheduleKind.Cosine => Cosine(step),
            ScheduleKind.Linear => Line(step),
            _ => 1,
        };
    }

    private double Cosine(long step)
    {
        double progress = Steps <= WarmupSteps + 1 ? 1 : Math.Clamp((step - WarmupSteps) / (double)(Steps - WarmupSteps - 1), 0, 1);
        return FinalFraction + (1 - FinalFraction) * (1 + Math.Cos(Math.PI * progress)) / 2;
    }

    private double Line(long step)
    {
        double first = WarmupSteps + ConstantShare * (Steps - WarmupSteps);
        return Math.Clamp((Steps - step) / Math.Max(1, Steps - first), 0, 1);
    }
}
