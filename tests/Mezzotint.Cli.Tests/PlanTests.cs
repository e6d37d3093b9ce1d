using System.Text.Json;

namespace Mezzotint.Cli.Tests;

public sealed class PlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PlanTests() => File.WriteAllText(_folder["tiny.yaml"], Sample.Recipe);

    private string Recipe => _folder["tiny.yaml"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_recipe_is_planned_without_its_data()
    {
        JsonElement plan = Call.Of("plan", Recipe, "--json", "--threads", "1").Json;
        Assert.Equal(("tiny", "super-resolution", 150),
            (plan.GetProperty("name").GetString(), plan.GetProperty("family").GetString(), plan.GetProperty("steps").GetInt32()));
        // The compact network of 8 channels and a block: 3 to 8, 8 to 8 twice, 8 to 12, each 3x3; biases; one more convolution at most.
        Assert.InRange(plan.GetProperty("parameters").GetInt64(), 2_000, 4_000);
        Assert.InRange(plan.GetProperty("receptive_field_radius").GetInt32(), 4, 6);
        Assert.True(plan.GetProperty("seconds_per_step").GetDouble() > 0);
        long twice = Call.Of("plan", Recipe, "--json", "--set", "data.batch=64").Json.GetProperty("operations").GetInt64();
        long once = Call.Of("plan", Recipe, "--json", "--set", "data.batch=32").Json.GetProperty("operations").GetInt64();
        Assert.InRange(twice / (double)once, 1.8, 2.0);
    }

    [Fact]
    public void The_process_takes_the_steps_the_kept_pictures_and_the_program()
    {
        long[] processes = [.. new[] { 64, 96 }.Select(megabytes =>
        {
            System.Text.Json.JsonElement plan = Call.Of("plan", Recipe, "--json", "--set", $"data.cacheMegabytes={megabytes}").Json;
            long steps = plan.GetProperty("memory_bytes").GetInt64(), process = plan.GetProperty("process_bytes").GetInt64();
            Assert.True(process > steps + (megabytes << 20));
            return process;
        })];
        Assert.Equal(32 << 20, processes[1] - processes[0]);
    }

    [Fact]
    public void For_people_it_is_a_table()
    {
        Call call = Call.Of("plan", Recipe);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        foreach (string part in new[] { "tiny, super-resolution", "parameters", "peak memory", "a pixel sees", "time of the training" })
            Assert.Contains(part, call.Output, StringComparison.Ordinal);
        Assert.Contains("time", Call.Of("plan", Sample.WriteModel(_folder), "--size", "40x30").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verbosely_it_names_the_kernels_of_a_training_and_of_a_network()
    {
        foreach (Call call in new[] { Call.Of("plan", Recipe, "--verbose"), Call.Of("plan", Sample.WriteModel(_folder), "--size", "40x30", "--verbose") })
            foreach (string part in new[] { "Algorithm", "Winograd F(4x4, 3x3)" })
                Assert.Contains(part, call.Output, StringComparison.Ordinal);
        Assert.Contains("conv2d-weight-gradient", Call.Of("plan", Recipe, "--verbose").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_a_model_and_a_recipe_have_means_the_model_unless_the_training_is_asked_for()
    {
        Assert.True(Call.Of("plan", "bicubic-x4", "--size", "32x32", "--json").Json.TryGetProperty("width", out _));
        Assert.True(Call.Of("plan", "bicubic-x4", "--training", "--json").Json.TryGetProperty("steps", out _));
    }

    [Fact]
    public void A_training_that_will_not_fit_is_refused_before_it_starts_with_what_to_make_smaller()
    {
        Sample.Write(_folder, "photos/a.png", 48, 40);
        Call.Of("train", Recipe, "--data", _folder["photos"], "--run", _folder["run"], "--memory", "100M")
            .Refuses("and there are 100; make smaller with --set one of network.channels (8), data.crop (8), data.batch (2).");
        Assert.False(Directory.Exists(_folder["run"]));
        Call planned = Call.Of("plan", Recipe, "--memory", "100M", "--json");
        Assert.Equal(ExitCode.Refused, planned.ExitCode);
        Assert.Equal(JsonValueKind.Null, planned.Json.GetProperty("seconds_per_step").ValueKind); // it was not tried
        Assert.Equal(ExitCode.Done, Call.Of("plan", Recipe, "--memory", "1G").ExitCode);
    }

    [Theory]
    [InlineData("mps", "There is no device 'mps' here: mezzo computes on the CPU and on NVIDIA GPUs")]
    [InlineData("abacus", "--device takes cpu, cuda or cuda:N, and not 'abacus'")]
    public void A_device_that_is_not_there_is_refused_by_every_verb_that_computes(string device, string sentence)
    {
        foreach (string[] call in (string[][])[["plan", Recipe], ["train", Recipe], ["resume", "run"], ["upscale", "a.png"], ["restore", "a.png"], ["evaluate", "upscale", "--hr", "photos", "--scale", "4"]])
        {
            Call refused = Call.Of([.. call, "--device", device]);
            Assert.Equal(ExitCode.Refused, refused.ExitCode);
            Assert.Contains(sentence, refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCode.Done, Call.Of("plan", Recipe, "--device", "cpu").ExitCode);
    }

    [Fact]
    public void A_GPU_that_is_not_there_is_a_request_refused_in_one_sentence()
    {
        Call refused = Call.Of("plan", Recipe, "--device", "cuda:9999");
        Assert.Equal(ExitCode.Refused, refused.ExitCode);
        Assert.Matches("NVIDIA|NVRTC|GPU 9999", refused.Error);
        Assert.Single(refused.Error.Trim().Split('\n'));
    }

    [Fact]
    public void A_training_of_so_many_minutes_writes_its_steps_into_the_recipe_and_trains_them()
    {
        Sample.Write(_folder, "photos/a.png", 48, 40);
        Call call = Call.Of("train", Recipe, "--data", _folder["photos"], "--run", _folder["run"], "--minutes", "0.02");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        string line = File.ReadLines(Path.Combine(_folder["run"], "recipe.yaml")).Single(text => text.StartsWith("steps: ", StringComparison.Ordinal));
        string steps = line["steps: ".Length..];
        Assert.Contains($"Trained {steps} steps.", call.Error, StringComparison.Ordinal);
        Assert.Contains($"\"step\":{steps},", File.ReadLines(Path.Combine(_folder["run"], "metrics.jsonl")).Last(), StringComparison.Ordinal);
        Call.Of("train", Recipe, "--data", _folder["photos"], "--hours", "1", "--steps", "3").Refuses("leave out all but one");
        Call.Of("train", Recipe, "--data", _folder["photos"], "--hours", "soon").Refuses("--hours takes a number above 0");
    }
}
