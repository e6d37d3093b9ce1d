using Mezzotint.Training;

namespace Mezzotint.Tests.Training;

public sealed class LearningRateScheduleTests
{
    private static LearningRateSchedule Make(ScheduleKind kind, int steps = 100, int warmup = 0, double final = 0) =>
        new(kind, 0.5, steps, warmup, [10, 50], 0.1, final);

    [Fact]
    public void Constant_stays() => Assert.All([0L, 50, 99, 1000], step => Assert.Equal(0.5, Make(ScheduleKind.Constant).At(step)));

    [Fact]
    public void Step_falls_at_each_milestone()
    {
        var schedule = Make(ScheduleKind.Step);
        Assert.Equal([0.5, 0.5, 0.05, 0.05, 0.005], new long[] { 0, 9, 10, 49, 50 }.Select(step => Math.Round(schedule.At(step), 12)));
    }

    [Fact]
    public void Linear_stays_for_a_share_of_the_training_and_falls_to_nothing_with_its_end()
    {
        LearningRateSchedule schedule = new(ScheduleKind.Linear, 0.5, 200, 0, [], 1, 0);
        Assert.Equal([0.5, 0.5, 0.5, 0.25, 0.005, 0], new long[] { 0, 50, 100, 150, 199, 200 }.Select(step => Math.Round(schedule.At(step), 12)));
        Assert.Equal(0.5, (schedule with { ConstantShare = 1 }).At(199));
    }

    [Fact]
    public void Cosine_begins_full_is_half_way_in_the_middle_and_ends_at_the_final_fraction()
    {
        var schedule = Make(ScheduleKind.Cosine, steps: 101, final: 0.2);
        Assert.Equal([0.5, 0.3, 0.1, 0.1], new long[] { 0, 50, 100, 500 }.Select(step => Math.Round(schedule.At(step), 12)));
        Assert.All(Enumerable.Range(1, 100), step => Assert.True(schedule.At(step) < schedule.At(step - 1)));
    }

    [Fact]
    public void Warm_up_rises_linearly_and_never_begins_with_nothing()
    {
        var schedule = Make(ScheduleKind.Cosine, warmup: 4);
        Assert.Equal([0.125, 0.25, 0.375, 0.5, 0.5], new long[] { 0, 1, 2, 3, 4 }.Select(schedule.At));
    }

    [Fact]
    public void A_training_of_one_step_has_a_rate() => Assert.True(double.IsFinite(Make(ScheduleKind.Cosine, steps: 1, final: 0.5).At(0)));
}
