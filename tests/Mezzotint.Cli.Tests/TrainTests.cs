using System.Text.Json.Nodes;
using Mezzotint.Imaging;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

/// <summary>A training that nobody disturbed, to compare others with.</summary>
public sealed class UndisturbedRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public UndisturbedRun()
    {
        for (int seed = 0; seed < 3; seed++) Sample.Write(_folder, $"photos/{seed}.png", 48, 40, seed: seed);
        Sample.Write(_folder, "validation/a.png", 40, 32, seed: 9);
        File.WriteAllText(_folder["tiny.yaml"], Sample.Recipe);
        Call = Cli.Tests.Call.Of(Arguments(_folder["run"]));
    }

    internal Call Call { get; }

    public string Path => _folder["run"];

    public string Recipe => _folder["tiny.yaml"];

    public string Photos => _folder["photos"];

    /// <summary>The same training in another folder.</summary>
    public string[] Arguments(string run) => ["train", Recipe, "--data", Photos, "--validation", _folder["validation"], "--run", run];

    public void Dispose() => _folder.Dispose();
}

public sealed class TrainTests(UndisturbedRun undisturbed) : IClassFixture<UndisturbedRun>, IDisposable
{
    private const string LastCheckpoint = "checkpoints/step-00000150.safetensors";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_is_a_folder_with_everything_in_it()
    {
        Assert.Equal(ExitCode.Done, undisturbed.Call.ExitCode);
        string model = Path.Combine(undisturbed.Path, "model.safetensors");
        Assert.Equal(model, undisturbed.Call.Output.Trim());
        Assert.Equal(2, ModelFile.ReadScale(model));
        Assert.True(File.Exists(Path.Combine(undisturbed.Path, LastCheckpoint)));
        Assert.True(Picture.Load(Path.Combine(undisturbed.Path, "samples/step-00000150.png")).Width > 0);
        string recipe = File.ReadAllText(Path.Combine(undisturbed.Path, "recipe.yaml"));
        Assert.Contains($"train: [{undisturbed.Photos}]", recipe, StringComparison.Ordinal);
        Assert.Equal(150, Metrics(undisturbed.Path).Count);
        Assert.Contains("loss", undisturbed.Call.Error, StringComparison.Ordinal);
        Assert.Contains("learning rate", undisturbed.Call.Error, StringComparison.Ordinal);
        Assert.Contains("PSNR", undisturbed.Call.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_a_model()
    {
        string input = Sample.Write(_folder, "in.png");
        Assert.Equal(ExitCode.Done, Call.Of("upscale", input, "--model", undisturbed.Path, "-o", _folder["out.png"]).ExitCode);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_training_that_is_interrupted_and_resumed_equals_one_that_was_not(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are Unix's");
        Assert.SkipWhen(signal == "INT" && Running.IgnoresInterrupts, "a shell's background jobs ignore SIGINT");
        string run = _folder["run"];
        using (var training = new Running(undisturbed.Arguments(run)))
        {
            training.Until(() => StepsLogged(run) >= 7);
            training.Signal(signal);
            Call call = training.End();
            Assert.Equal(ExitCode.Interrupted, call.ExitCode);
            Assert.Contains($"mezzo resume {run}", call.Error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCode.Done, Call.Of("resume", run).ExitCode);
        Equal(undisturbed.Path, run);
    }

    [Fact]
    public void A_training_that_is_killed_and_resumed_equals_one_that_was_not()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are Unix's");
        string run = _folder["run"];
        using (var training = new Running(undisturbed.Arguments(run)))
        {
            training.Until(() => StepsLogged(run) >= 27); // past two checkpoints, and most likely between two
            training.Signal("KILL");
            training.End();
        }

        Assert.Equal(ExitCode.Done, Call.Of("resume", run).ExitCode);
        Equal(undisturbed.Path, run);
    }

    [Fact]
    public void A_training_that_is_killed_again_and_again_at_random_instants_equals_one_that_was_not()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are Unix's");
        // More, for an hour's proof: MEZZOTINT_KILLS=200.
        int kills = int.TryParse(Environment.GetEnvironmentVariable("MEZZOTINT_KILLS"), out int wanted) ? wanted : 4;
        var random = new Random(kills);
        int done = 0, runs = 0;
        while (done < kills)
        {
            string run = _folder[$"run-{runs++}"];
            for (bool ended = false; !ended && done < kills;)
            {
                bool begun = File.Exists(Path.Combine(run, "recipe.yaml"));
                using var training = new Running(begun ? ["resume", run] : undisturbed.Arguments(run));
                // A sitting ends when so many lines more are written, and a while later: within a step, a validation, a write.
                long lines = StepsLogged(run) + random.Next(1, 60);
                ended = !training.UntilOrEnd(() => StepsLogged(run) >= lines);
                if (ended) break;
                Thread.Sleep(TimeSpan.FromMilliseconds(random.NextDouble() * 8));
                training.Signal("KILL");
                ended = training.End().ExitCode == ExitCode.Done; // the signal came too late
                if (!ended) done++;
            }

            Assert.Equal(ExitCode.Done, Call.Of("resume", run).ExitCode);
            Equal(undisturbed.Path, run);
            Directory.Delete(run, recursive: true);
        }
    }

    [Fact]
    public void A_training_whose_folder_is_emptied_between_two_sittings_names_the_files_it_misses()
    {
        string run = _folder["run"], photos = _folder["photos"];
        Directory.CreateDirectory(photos);
        foreach (string file in Directory.EnumerateFiles(undisturbed.Photos)) File.Copy(file, Path.Combine(photos, Path.GetFileName(file)));
        Assert.Equal(ExitCode.Done, Call.Of("train", undisturbed.Recipe, "--data", photos, "--run", run, "--steps", "12").ExitCode);
        File.Move(Path.Combine(photos, "1.png"), _folder["1.png"]);
        Call lost = Call.Of("resume", run, "--steps", "14");
        Assert.Equal(ExitCode.Refused, lost.ExitCode);
        Assert.Contains("(lost: '1.png'); put them back", lost.Error, StringComparison.Ordinal);
        foreach (string file in Directory.EnumerateFiles(photos)) File.Delete(file);
        Call.Of("resume", run, "--steps", "14").Refuses("The run began with 3 files: '0.png', '1.png', '2.png'; put them back.");
    }

    [Fact]
    public void A_training_that_is_cancelled_before_its_first_step_can_be_resumed()
    {
        string run = _folder["run"];
        Call interrupted = Call.Of(interactive: false, new CancellationToken(canceled: true), undisturbed.Arguments(run));
        Assert.Equal(ExitCode.Interrupted, interrupted.ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of("resume", run, "--threads", "1").ExitCode);
        Equal(undisturbed.Path, run);
    }

    [Fact]
    public void A_complete_run_says_so_and_goes_on_when_given_more_steps()
    {
        string run = _folder["run"];
        Assert.Equal(ExitCode.Done, Call.Of([.. undisturbed.Arguments(run), "--steps", "3"]).ExitCode);
        Assert.Equal(3, Metrics(run).Count);
        Call complete = Call.Of("resume", run);
        Assert.Equal(ExitCode.Done, complete.ExitCode);
        Assert.Contains("is complete: 3 of 3 steps", complete.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, Call.Of("resume", run, "--steps", "5").ExitCode);
        Assert.Equal(5, Metrics(run).Count);
        Call.Of("resume", run, "--steps", "4").Refuses("is at step 5 already");
        Assert.Contains("is complete: 5 of 5 steps", Call.Of("resume", run).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_trial_of_a_recipe_shortens_its_warm_up()
    {
        Call call = Call.Of([.. undisturbed.Arguments(_folder["run"]), "--steps", "3"]);
        Assert.Contains("The warm-up of 4 steps is shortened to 0", call.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_on_degraded_photographs_resumes_to_the_same_bits()
    {
        string[] Arguments(string run, string steps) =>
        [
            .. undisturbed.Arguments(run), "--set", "data.degradation=photograph", "--set", "schedule.kind=constant", "--steps", steps,
        ];
        Assert.Equal(ExitCode.Done, Call.Of(Arguments(_folder["whole"], "20")).ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of(Arguments(_folder["parts"], "7")).ExitCode);
        Assert.Equal(ExitCode.Done, Call.Of("resume", _folder["parts"], "--steps", "20").ExitCode);
        Assert.Equal(Timeless(_folder["whole"]).Last(), Timeless(_folder["parts"]).Last());
        Assert.NotEqual(Timeless(undisturbed.Path).First(), Timeless(_folder["whole"]).First());
    }

    [Fact]
    public void A_training_begins_with_another_ones_weights()
    {
        Call call = Call.Of(
            [.. undisturbed.Arguments(_folder["run"]), "--init", undisturbed.Path, "--steps", "1", "--set", "optimizer.learningRate=1e-9"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Contains($"Beginning with the weights of '{undisturbed.Path}'.", call.Error, StringComparison.Ordinal);
        Assert.Contains($"init: {undisturbed.Path}", File.ReadAllText(Path.Combine(_folder["run"], "recipe.yaml")), StringComparison.Ordinal);
        Dictionary<string, NamedArray> given = Model(undisturbed.Path), begun = Model(_folder["run"]);
        foreach ((string name, NamedArray array) in given)
            Assert.All(array.Data.Zip(begun[name].Data), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Another_scale_takes_the_body_more_blocks_begin_anew_and_another_network_is_refused()
    {
        Call call = Call.Of([.. undisturbed.Arguments(_folder["run"]), "--init", undisturbed.Path, "--steps", "1", "--set", "scale=3"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Contains("not there, or of another shape, and so new here: tail.", call.Error, StringComparison.Ordinal);
        call = Call.Of([.. undisturbed.Arguments(_folder["deeper"]), "--init", undisturbed.Path, "--steps", "1", "--set", "network.blocks=4"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Contains(
            "so new here: body.1.conv1, body.1.conv2, body.2.conv1, body.2.conv2 and 2 more.", call.Error, StringComparison.Ordinal);
        Call.Of([.. undisturbed.Arguments(_folder["other"]), "--init", _folder["deeper"]])
            .Refuses("are for a compact network of 4 blocks of 8 channels, and the recipe's is a compact network of 1 blocks of 8");
        Call.Of([.. undisturbed.Arguments(_folder["other"]), "--init", _folder["gone"]]).Refuses("There is no model");
        Assert.False(Directory.Exists(_folder["other"]));
    }

    [Fact]
    public void A_person_who_watches_sees_a_bar_and_gets_the_same_result()
    {
        Call call = Call.Of(interactive: true, CancellationToken.None, [.. undisturbed.Arguments(_folder["run"]), "--steps", "3"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Equal(Path.Combine(_folder["run"], "model.safetensors"), call.Output.Trim());
    }

    [Fact]
    public void Settings_change_the_recipe_and_an_unknown_one_is_refused()
    {
        string[] settings = ["--set", "steps=2", "--set", "schedule.warmupSteps=0", "--set", "loss=mse"];
        Assert.Equal(ExitCode.Done, Call.Of([.. undisturbed.Arguments(_folder["run"]), .. settings]).ExitCode);
        Assert.Contains("loss: mse", File.ReadAllText(_folder["run/recipe.yaml"]), StringComparison.Ordinal);
        Call.Of([.. undisturbed.Arguments(_folder["other"]), "--set", "optimizer.learningrate=1"])
            .Refuses("did you mean 'optimizer.learningRate'?");
        Assert.False(Directory.Exists(_folder["other"]));
    }

    [Fact]
    public void A_training_without_photographs_is_refused_and_leaves_no_run()
    {
        Call.Of("train", undisturbed.Recipe, "--run", _folder["run"]).Refuses("--data");
        Call.Of("train", undisturbed.Recipe, "--data", _folder["gone"], "--run", _folder["run"]).Refuses("There is no folder");
        Call.Of("train", "bicubic-x4", "--data", _folder["gone"], "--run", _folder["run"]).Refuses("There is no folder");
        Assert.Empty(_folder.Content);
    }

    [Fact]
    public void A_run_has_a_page_and_another_is_written_where_it_is_wanted()
    {
        Assert.Contains($"mezzo upscale photo.jpg --model {undisturbed.Path}", File.ReadAllText(Path.Combine(undisturbed.Path, "report.html")), StringComparison.Ordinal);
        Call call = Call.Of("report", undisturbed.Path, "-o", _folder["page.html"]);
        Assert.Equal((ExitCode.Done, _folder["page.html"]), (call.ExitCode, call.Output.Trim()));
        Assert.Contains("150 of 150", File.ReadAllText(_folder["page.html"]), StringComparison.Ordinal);
        Call.Of("report", _folder["none"]).Refuses("holds no run");
    }

    [Fact]
    public void A_folder_that_holds_a_run_is_not_begun_again() =>
        Call.Of(undisturbed.Arguments(undisturbed.Path)).Refuses("already holds a run");

    [Fact]
    public void A_training_whose_numbers_run_away_fails_with_a_sentence()
    {
        Call call = Call.Of([.. undisturbed.Arguments(_folder["run"]), "--set", "optimizer.learningRate=1", "--set", "network.blocks=16"]);
        Assert.Equal(ExitCode.Failed, call.ExitCode);
        Assert.Contains("not finite", call.Error, StringComparison.Ordinal);
    }

    private static long StepsLogged(string run)
    {
        string path = Path.Combine(run, "metrics.jsonl");
        if (!File.Exists(path)) return 0;
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd().Count(letter => letter == '\n');
    }

    private static List<JsonObject> Metrics(string run) =>
        [.. File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>Asserts that two runs ended alike to the bit, and logged alike but for the times.</summary>
    private static void Equal(string expected, string actual)
    {
        Assert.Equal(Timeless(expected), Timeless(actual));
        Dictionary<string, NamedArray> wanted = Arrays(expected), found = Arrays(actual);
        Assert.Equal(wanted.Keys.Order(), found.Keys.Order());
        foreach ((string name, NamedArray array) in wanted)
            Assert.True(array.Data.AsSpan().SequenceEqual(found[name].Data), $"'{name}' differs");
        foreach (string file in new[] { "model.safetensors", "samples/step-00000150.png" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(expected, file)), File.ReadAllBytes(Path.Combine(actual, file)));
    }

    private static IEnumerable<string> Timeless(string run) => Metrics(run).Select(line =>
    {
        line.Remove("seconds");
        return line.ToJsonString();
    });

    private static Dictionary<string, NamedArray> Model(string run) =>
        Safetensors.Read(Path.Combine(run, "model.safetensors")).Arrays.ToDictionary(array => array.Name);

    private static Dictionary<string, NamedArray> Arrays(string run) =>
        Safetensors.Read(Path.Combine(run, LastCheckpoint)).Arrays.ToDictionary(array => array.Name);
}
