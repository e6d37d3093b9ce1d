using Mezzotint.Storage;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Training;

public sealed class RunDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Run => _folder["run"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_checkpoint_comes_back_as_it_was()
    {
        var checkpoint = At(7);
        checkpoint.Save(_folder["c"]);
        var back = Checkpoint.Load(_folder["c"]);
        Assert.Equal(checkpoint.State, back.State);
        Assert.Equal(checkpoint.Arrays[0].Data, back.Arrays[0].Data);
    }

    [Fact]
    public void A_new_run_goes_on_from_its_newest_checkpoint_with_the_metrics_cut_back_to_it()
    {
        using (var run = RunDirectory.Create(Run, "scale: 4\n"))
        {
            for (int step = 1; step <= 25; step++)
            {
                run.Append(step, [new("loss", 1.0 / step)]);
                if (step % 10 == 0)
                    run.Save(At(step), keep: 3);
            }
        }
        using (var resumed = RunDirectory.Resume(Run))
        {
            Assert.Equal(20, resumed.Latest!.State.Step);
            Assert.Equal("scale: 4\n", File.ReadAllText(resumed.RecipePath));
            resumed.Append(21, [new("loss", double.NaN)]);
        }
        string[] lines = File.ReadAllLines(Path.Combine(Run, "metrics.jsonl"));
        Assert.Equal(21, lines.Length);
        Assert.Equal("{\"step\":20,\"loss\":0.05}", lines[19]);
        Assert.Equal("{\"step\":21,\"loss\":\"NaN\"}", lines[20]);
    }

    [Fact]
    public void The_last_few_checkpoints_are_kept()
    {
        using var run = RunDirectory.Create(Run, "");
        foreach (int step in (int[])[1, 2, 3, 4, 5])
            run.Save(At(step), keep: 2);
        Assert.Equal([4L, 5L], run.Checkpoints.Steps());
        run.Save(At(3), keep: 2);
        Assert.Equal([3L], run.Checkpoints.Steps());
    }

    [Fact]
    public void Killed_at_any_byte_of_a_checkpoint_the_old_one_is_found_and_the_rest_cleared()
    {
        byte[] next;
        using (var run = RunDirectory.Create(Run, ""))
        {
            run.Save(At(1), keep: 3);
            next = File.ReadAllBytes(run.Save(At(2), keep: 3));
            File.Delete(run.Checkpoints.PathOf(2));
        }
        for (int length = 0; length <= next.Length; length += 13)
        {
            File.WriteAllBytes(Path.Combine(Run, "checkpoints", $".step-00000002.safetensors.{Environment.ProcessId}-00000000.partial"),
                next[..length]);
            using var resumed = RunDirectory.Resume(Run);
            Assert.Equal(1, resumed.Latest!.State.Step);
            Assert.Single(Directory.GetFileSystemEntries(Path.Combine(Run, "checkpoints")));
        }
    }

    [Fact]
    public void A_checkpoint_cut_or_altered_anywhere_is_passed_over_with_its_reason()
    {
        string path;
        using (var run = RunDirectory.Create(Run, ""))
        {
            run.Save(At(1), keep: 3);
            path = run.Save(At(2), keep: 3);
        }
        byte[] good = File.ReadAllBytes(path);
        for (int i = 0; i < good.Length; i += 11)
        {
            byte[] altered = (byte[])good.Clone();
            altered[^(i + 1)] ^= 0x10;
            foreach (byte[] bad in (byte[][])[good[..i], altered])
            {
                File.WriteAllBytes(path, bad);
                var reasons = new List<string>();
                var latest = new CheckpointFolder(Path.Combine(Run, "checkpoints")).Latest(reasons.Add)!;
                Assert.Equal(1, latest.State.Step);
                Assert.Single(reasons);
            }
        }
    }

    [Fact]
    public void A_run_whose_checkpoints_are_all_unreadable_is_not_begun_anew_in_silence()
    {
        using (var run = RunDirectory.Create(Run, ""))
            File.WriteAllText(run.Save(At(1), keep: 1), "broken");
        Assert.Contains("None of the 1 checkpoints", Assert.Throws<CheckpointException>(() => RunDirectory.Resume(Run)).Message);
    }

    [Fact]
    public void A_half_written_line_of_metrics_is_cut_off()
    {
        using (var run = RunDirectory.Create(Run, ""))
        {
            run.Append(1, [new("loss", 1)]);
            run.Append(2, [new("loss", 2)]);
            run.Save(At(2), keep: 1);
        }
        string metrics = Path.Combine(Run, "metrics.jsonl");
        string whole = File.ReadAllText(metrics);
        foreach (string tail in (string[])["{\"step\":", "{\"step\":2,\"lo", "{\"step\":2,\"loss\":2}", "\0\0\0\n",
            "{\"step\":3}\n{\"step\":1}\n", "[]\n"])
        {
            File.WriteAllText(metrics, whole + tail);
            RunDirectory.Resume(Run).Dispose();
            Assert.Equal(whole, File.ReadAllText(metrics));
        }
    }

    [Fact]
    public void A_run_is_written_by_one_process_at_a_time()
    {
        using var run = RunDirectory.Create(Run, "");
        Assert.Contains("in use", Assert.Throws<CheckpointException>(() => RunDirectory.Resume(Run)).Message);
    }

    [Fact]
    public async Task A_run_that_is_let_go_of_in_a_moment_is_waited_for()
    {
        var run = RunDirectory.Create(Run, "");
        Task<string> resumed = Task.Run(() =>
        {
            using var again = RunDirectory.Resume(Run);
            return again.Path;
        });
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(resumed.IsCompleted);
        run.Dispose();
        Assert.Equal(Run, await resumed);
    }

    [Fact]
    public void A_folder_with_a_run_or_with_other_files_is_not_written_over()
    {
        RunDirectory.Create(Run, "").Dispose();
        Assert.Contains("already holds a run", Assert.Throws<CheckpointException>(() => RunDirectory.Create(Run, "")).Message);
        Directory.CreateDirectory(_folder["mine"]);
        File.WriteAllText(_folder["mine/letter.txt"], "");
        Assert.Contains("letter.txt", Assert.Throws<CheckpointException>(() => RunDirectory.Create(_folder["mine"], "")).Message);
        Assert.Contains("no run", Assert.Throws<CheckpointException>(() => RunDirectory.Resume(_folder["mine"])).Message);
    }

    [Fact]
    public void A_start_that_was_killed_is_no_obstacle_to_the_next()
    {
        Directory.CreateDirectory(Path.Combine(Run, "samples"));
        File.WriteAllText(Path.Combine(Run, "run.lock"), "");
        File.WriteAllText(Path.Combine(Run, $".recipe.yaml.{Environment.ProcessId}-00000000.partial"), "sca");
        RunDirectory.Create(Run, "scale: 4\n").Dispose();
        Assert.Equal("scale: 4\n", File.ReadAllText(Path.Combine(Run, "recipe.yaml")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_folder["file"], "");
        Assert.Contains(_folder["file"], Assert.ThrowsAny<MezzotintException>(() => RunDirectory.Create(_folder["file/run"], "")).Message);
    }

    [Fact]
    public void Weights_that_are_no_checkpoint_are_refused()
    {
        Safetensors.Write(_folder["w"], [new("a", [], [1])]);
        Assert.Contains("no state of a training", Assert.Throws<CheckpointException>(() => Checkpoint.Load(_folder["w"])).Message);
    }

    private static Checkpoint At(long step) => new(
        [new NamedArray("weight", [3], [step, 0.5f, -1]), new NamedArray("adam.mean", [2, 2], [1, 2, 3, step])],
        new TrainingState
        {
            Step = step,
            Seed = ulong.MaxValue,
            SampleCursor = step * 16,
            BestScore = 30.123456789012345,
            BestStep = 1,
            VectorWidth = 16,
            ElapsedSeconds = 0.1,
        });
}
