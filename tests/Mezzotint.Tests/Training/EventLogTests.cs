using System.Text.Json;

namespace Mezzotint.Tests.Training;

/// <summary>What TensorBoard is given, read with a reader of the tests' own.</summary>
public sealed class EventLogTests(TinyTraining training) : IClassFixture<TinyTraining>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Event_files_hold_every_number_of_the_metrics_and_every_sample()
    {
        string run = training.Undisturbed;
        List<EventRecord> all = EventFile.Read(Assert.Single(Directory.GetFiles(run, "*tfevents*")));
        Assert.Equal("brain.Event:2", all[0].FileVersion);
        Assert.True(Math.Abs((DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeMilliseconds((long)(all[0].WallTime * 1000))).TotalDays) < 1);
        Assert.Equal(Logged(run), Scalars(EventFile.Shown(run)));
        (long Step, byte[] Picture)[] pictures =
            [.. EventFile.Shown(run).SelectMany(one => one.Values.Where(value => value.Picture is not null).Select(value => (one.Step, value.Picture!)))];
        Assert.Equal([5, 10, 11], pictures.Select(picture => picture.Step));
        foreach ((long step, byte[] picture) in pictures) Assert.Equal(File.ReadAllBytes(Path.Combine(run, $"samples/step-{step:00000000}.png")), picture);
    }

    [Fact]
    public void After_interruptions_and_a_kill_no_step_is_shown_twice_or_not_at_all()
    {
        string run = _folder["run"];
        foreach (int step in (int[])[4, 5, 8])
        {
            using var end = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => training.Resume(run, end, endWithin: step));
        }

        var kill = new Reaper(20);
        kill.Over(() => training.Resume(run));
        Assert.True(kill.Came);
        training.Resume(run);
        training.IsMatchedBy(run, "interruptions");
        List<EventRecord> shown = EventFile.Shown(run);
        Assert.Equal(Logged(run), Scalars(shown));
        Assert.Equal([5, 10, 11], shown.Where(one => one.Values.Any(value => value.Picture is not null)).Select(one => one.Step));
    }

    private static List<(long, string, float)> Scalars(List<EventRecord> events) =>
        [.. events.SelectMany(one => one.Values.Where(value => value.Number is not null).Select(value => (one.Step, value.Tag, value.Number!.Value)))];

    private static List<(long, string, float)> Logged(string run) =>
    [
        .. File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).SelectMany(line =>
            line.EnumerateObject().Where(entry => entry.Name != "step")
                .Select(entry => (line.GetProperty("step").GetInt64(), entry.Name, (float)entry.Value.GetDouble()))),
    ];
}
