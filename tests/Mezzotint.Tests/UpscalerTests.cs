using Mezzotint.Data;
using Mezzotint.Imaging;
using Mezzotint.Weights;

namespace Mezzotint.Tests;

public sealed class UpscalerTests
{
    public static TheoryData<string> Models => [.. ModelLibrary.Models.Where(model => model.Scale is not null).Select(model => model.Name)];

    [Fact]
    public void The_line_of_the_readme_enlarges_a_file()
    {
        using var folder = new TemporaryFolder();
        Scene(24, 16).Save(folder["in.jpg"]);
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        const string line = "Upscaler.Load(\"photo-x4\").Upscale(Picture.Load(\"in.jpg\")).Save(\"out.png\");";
        Assert.Contains(line, readme, StringComparison.Ordinal);

        string before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder.Path;
#pragma warning disable xUnit1051 // the line is run as it is written there
            Upscaler.Load("photo-x4").Upscale(Picture.Load("in.jpg")).Save("out.png");
#pragma warning restore xUnit1051
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Picture enlarged = Picture.Load(folder["out.png"]);
        Assert.Equal((96, 64), (enlarged.Width, enlarged.Height));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_keeps_the_tone_of_the_picture(string model)
    {
        // A model that takes noise away may take a little of what it took for noise; one of 255 is what 8 bits can tell.
        double bound = model.StartsWith("bicubic", StringComparison.Ordinal) ? 0.5 : 1;
        Upscaler upscaler = Upscaler.Load(model);
        Picture picture = Scene(72, 56);
        Picture back = upscaler.Upscale(picture, cancellation: TestContext.Current.CancellationToken).Resize(72, 56);
        float[] before = picture.ToFloats(), after = back.ToFloats();
        for (int channel = 0; channel < 3; channel++)
        {
            double shift = 0;
            for (int i = channel; i < before.Length; i += 3) shift += after[i] - before[i];
            shift /= before.Length / 3;
            Assert.True(Math.Abs(shift) < bound / 255, $"channel {channel} of {model} is {shift * 255:F3} of 255 lighter than it was");
        }
    }

    [Fact]
    public void Streams_and_raw_samples_serve_as_files_do()
    {
        Upscaler upscaler = Upscaler.Load("bicubic-x4");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Picture picture = Scene(20, 15);
        Picture expected = upscaler.Upscale(picture, cancellation: cancellation);

        using var input = new MemoryStream();
        using var output = new MemoryStream();
        picture.Save(input, PictureFormat.Png);
        input.Position = 0;
        upscaler.Upscale(Picture.Load(input), cancellation: cancellation).Save(output, PictureFormat.Png);
        output.Position = 0;
        Assert.Equal(expected.ToFloats(), Picture.Load(output).ToFloats());

        var samples = new byte[20 * 15 * 3];
        picture.CopyTo(samples);
        var enlarged = new byte[16 * samples.Length];
        upscaler.Upscale(Picture.FromSamples(samples, 20, 15, 3), cancellation: cancellation).CopyTo(enlarged);
        var wanted = new byte[enlarged.Length];
        expected.CopyTo(wanted);
        Assert.Equal(wanted, enlarged);
    }

    [Fact]
    public async Task Callers_at_the_same_time_get_what_they_would_get_alone()
    {
        Upscaler upscaler = Upscaler.Load("bicubic-x4");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Picture[] pictures = [.. Enumerable.Range(0, 8).Select(i => Scene(12 + i % 3, 10 + i % 2, seed: i))];
        Picture[] alone = [.. pictures.Select(picture => upscaler.Upscale(picture, cancellation: cancellation))];
        Picture[] together = await Task.WhenAll(pictures.Select(picture => Task.Run(() => upscaler.Upscale(picture, cancellation: cancellation))));
        for (int i = 0; i < pictures.Length; i++) Assert.Equal(alone[i].ToFloats(), together[i].ToFloats());
    }

    [Fact]
    public void Progress_rises_to_one_and_a_cancelled_call_ends_between_tiles_and_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        Upscaler upscaler = Upscaler.Load("bicubic-x4", options: new UpscaleOptions { TileSide = 8 });
        using var source = new CancellationTokenSource();
        var told = new List<double>();
        upscaler.Upscale(Scene(20, 12), new Told(told.Add), TestContext.Current.CancellationToken);
        Assert.Equal(6, told.Count);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1]);

        told.Clear();
        var stopping = new Told(share =>
        {
            told.Add(share);
            if (told.Count == 2) source.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => upscaler.UpscaleTo(Scene(20, 12), folder["out.png"], null, stopping, source.Token));
        Assert.Equal(2, told.Count);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_hash_of_weights_is_that_of_their_values_and_not_of_their_file()
    {
        using var folder = new TemporaryFolder();
        string model = ModelLibrary.Find("bicubic-x4");
        var description = ModelFile.Describe(model);
        var network = ModelFile.ReadSuperResolver(model);
        var values = network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)).ToList();
        ModelFile.Write(folder["copy.safetensors"], description, values, new Dictionary<string, string> { ["note"] = "another file" });
        string hash = Upscaler.Load("bicubic-x4").WeightsHash;
        Assert.Equal(hash, Upscaler.Load(folder["copy.safetensors"]).WeightsHash);

        float[] changed = values[0].Value.ToArray();
        changed[0] += 1;
        values[0].Value.Set(changed);
        Assert.NotEqual(hash, new Upscaler(network).WeightsHash);
    }

    private static string Root
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Mezzotint.slnx"))) folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }

    private static Picture Scene(int width, int height, int seed = 0) =>
        Picture.FromFloats(TestScene.Render(width, height, seed), width, height, 3);

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
