using System.Text.Json;
using Mezzotint.Imaging;
using Mezzotint.Storage;
using Mezzotint.Training;

namespace Mezzotint.Cli.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void The_version_is_one_line_on_standard_output()
    {
        Call call = Call.Of("--version");
        Assert.Equal(ExitCode.Done, call.ExitCode);
        Assert.Matches(@"^mezzo \d+\.\d+\.\d+\s*$", call.Output);
        Assert.Empty(call.Error);
    }

    [Theory]
    [InlineData("upscale")]
    [InlineData("restore")]
    [InlineData("evaluate", "upscale")]
    [InlineData("train")]
    [InlineData("resume")]
    [InlineData("report")]
    [InlineData("models")]
    [InlineData("export")]
    [InlineData("plan")]
    public void Every_verb_explains_itself(params string[] verb)
    {
        Call call = Call.Of([.. verb, "--help"]);
        Assert.Equal(ExitCode.Done, call.ExitCode);
        // The usage begins with the name of the program that runs, which here is that of the tests.
        Assert.Matches($@"Usage:\s+\S+ {string.Join(' ', verb)} ", call.Output);
        Assert.Empty(call.Error);
    }

    [Theory]
    [InlineData("needs a verb (upscale, ")]
    [InlineData("'bogus' is none of the verbs of 'mezzo'", "bogus")]
    [InlineData("see 'mezzo upscale --help'", "upscale")]
    [InlineData("There is no option '--frob'", "upscale", "a.png", "--frob")]
    [InlineData("--scale takes a number above 0, up to 64, and not 'abc'", "upscale", "a.png", "--scale", "abc")]
    [InlineData("--scale takes a number above 0, up to 64, and not '0'", "upscale", "a.png", "--scale", "0")]
    [InlineData("--threads takes a whole number", "upscale", "a.png", "--threads", "-1")]
    [InlineData("'mezzo evaluate' needs a verb (upscale, vae, fid, translate, samples, pairs, swd, augmentation)", "evaluate")]
    [InlineData("'--hr' is required", "evaluate", "upscale", "--scale", "4")]
    [InlineData("There is no option '--fast'", "train", "--fast")]
    [InlineData("There is no recipe 'nothing'", "train", "nothing", "--data", ".")]
    [InlineData("holds no run", "resume", "nowhere")]
    public void A_request_that_makes_no_sense_is_refused_with_one_sentence(string part, params string[] arguments) =>
        Call.Of(arguments).Refuses(part);

    [Fact]
    public void A_trace_is_printed_only_when_asked_for()
    {
        Assert.DoesNotContain(" at Mezzotint.", Call.Of("resume", "nowhere").Error, StringComparison.Ordinal);
        Assert.Contains(" at Mezzotint.", Call.Of("resume", "nowhere", "--verbose").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_exception_has_its_exit_code()
    {
        Assert.Equal(2, Fault.Of(new PictureException("broken")).ExitCode);
        Assert.Equal(2, Fault.Of(new MezzotintException("wrong")).ExitCode);
        Assert.Equal(2, Fault.Of(new StorageException("unwritable")).ExitCode);
        Assert.Equal(1, Fault.Of(new TrainingException("NaN")).ExitCode);
        Assert.Equal(1, Fault.Of(new PictureException("no libvips", new DllNotFoundException())).ExitCode);
        Assert.Equal(1, Fault.Of(new IOException("pipe")).ExitCode);
        Assert.Equal(1, Fault.Of(new UnauthorizedAccessException("denied")).ExitCode);
        Assert.Equal(1, Fault.Of(new InsufficientMemoryException()).ExitCode);
        Assert.Equal(1, Fault.Of(new InvalidOperationException("bug")).ExitCode);
        Assert.Equal(130, Fault.Of(new TaskCanceledException()).ExitCode);
    }

    [Fact]
    public void What_nobody_foresaw_is_said_to_be_so()
    {
        Fault fault = Fault.Of(new InvalidOperationException("Two\nlines."));
        Assert.Equal(
            "mezzo failed unexpectedly: InvalidOperationException: Two lines; run it with --verbose for the details, and report it.",
            fault.Sentence);
    }

    [Fact]
    public void Models_are_listed_for_people_and_for_programs()
    {
        Call people = Call.Of("models"), programs = Call.Of("models", "--json");
        Assert.Equal((0, 0), (people.ExitCode, programs.ExitCode));
        JsonElement[] models = [.. programs.Json.GetProperty("models").EnumerateArray()];
        Assert.Contains(ModelChoice.Default, models.Select(model => model.GetProperty("name").GetString()));
        foreach (JsonElement model in models)
        {
            string card = model.GetProperty("summary").GetString()!;
            Assert.Matches(@"^\w.*\.$", card);
            Assert.Contains(model.GetProperty("name").GetString()!, people.Output, StringComparison.Ordinal);
            Assert.Contains(card, people.Output, StringComparison.Ordinal);
        }
    }
}
