using Mezzotint.Storage;

namespace Mezzotint.Tests.Training;

/// <summary>Whenever a training is killed, and however often, its resume ends as the training that nobody disturbed, to the bit.</summary>
public sealed class KillTests(TinyTraining training) : IClassFixture<TinyTraining>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_training_killed_at_any_call_that_changes_the_disk_and_three_times_more_as_it_resumes_ends_the_same()
    {
        var whole = new Reaper(int.MaxValue);
        whole.Over(() => training.Begin(_folder["whole"]));
        training.IsMatchedBy(_folder["whole"], "no kill");
        Assert.Superset(Enum.GetValues<DiskCall>().Except([DiskCall.Cut]).ToHashSet(), whole.Calls.ToHashSet());

        int kills = 0;
        for (int at = 1; at <= whole.Calls.Count; at++)
        {
            string run = _folder[$"run-{at}"];
            var first = new Reaper(at);
            first.Over(() => training.Begin(run));
            Assert.True(first.Came);
            kills++;
            foreach (int again in (int[])[1 + at * 7 % 19, 1 + at * 5 % 17, 1 + at * 3 % 13])
            {
                var next = new Reaper(again);
                next.Over(() => training.Resume(run));
                kills += next.Came ? 1 : 0;
            }

            training.Resume(run);
            training.IsMatchedBy(run, $"death at call {at} ({whole.Calls[at - 1]})");
            Directory.Delete(run, recursive: true);
        }

        TestContext.Current.SendDiagnosticMessage("{0} kills", kills);
        Assert.True(kills >= 200, $"only {kills} kills");
    }

    [Fact]
    public void A_training_that_dies_at_every_call_in_turn_ends_the_same()
    {
        // Each sitting lives one call longer than the one before it, so that the resume itself is killed at each of its calls, cuts
        // included.
        var seen = new HashSet<DiskCall>();
        string run = _folder["run"];
        for (int lives = 1; ; lives++)
        {
            var reaper = new Reaper(lives);
            reaper.Over(() => training.Resume(run));
            seen.UnionWith(reaper.Calls);
            if (!reaper.Came) break;
        }

        training.IsMatchedBy(run, "death at every call");
        Assert.Superset(Enum.GetValues<DiskCall>().ToHashSet(), seen);
    }

    [Fact]
    public void A_training_on_a_device_that_is_given_steps_ahead_is_the_same()
    {
        using var device = new LateDevice();
        training.Begin(_folder["late"], device: device);
        training.IsMatchedBy(_folder["late"], "steps ahead");
        Assert.InRange(device.RunsAhead, 3, training.Recipe.Steps);
    }
}
