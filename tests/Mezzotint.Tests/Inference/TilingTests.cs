using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Inference;

/// <summary>Every network in tiles against the same network on the whole picture, evaluated here without the code that cuts.</summary>
public sealed class TilingTests : IDisposable
{
    private readonly CpuDevice _device = new(2);

    public static TheoryData<string, int> Networks => new()
    {
        { "compact", 2 }, { "compact", 3 }, { "compact", 4 }, { "srresnet", 2 }, { "srresnet", 3 }, { "srresnet", 4 }, { "rrdb", 2 }, { "rrdb", 4 },
    };

    public void Dispose() => _device.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_picture_in_tiles_is_the_picture_computed_whole_to_the_bit(string kind, int scale)
    {
        SuperResolver network = Make(kind, scale);
        // Wider than a tile with both its margins, so that there are tiles that see no edge, and odd.
        int margin = ReceptiveField.Tiles(3, scale, input => network.Apply(input, Pass.Inference))!.Value.Margin;
        (int Width, int Height)[] sizes = [(2 * margin + 37, 23), (19, 2 * margin + 29), (7, 5)];
        (int Side, int BitDepth)[] ways = [(24, 8), (37, 16), (4, 8)];
        foreach (((int width, int height), (int side, int bitDepth)) in sizes.Zip(ways))
        {
            Picture picture = Noise(width, height, 3, bitDepth), expected = Whole(network, picture);
            var upscaler = new Upscaler(network, _device, new UpscaleOptions { TileSide = side });
            Assert.Equal(Words(expected), Words(upscaler.Upscale(picture, cancellation: TestContext.Current.CancellationToken)));
        }
    }

    [Theory]
    [InlineData("compact", 4), InlineData("srresnet", 2), InlineData("rrdb", 2)]
    public void A_self_ensemble_in_tiles_is_the_mean_of_the_picture_in_its_orientations_computed_whole(string kind, int scale)
    {
        SuperResolver network = Make(kind, scale);
        int margin = ReceptiveField.Tiles(3, scale, input => network.Apply(input, Pass.Inference))!.Value.Margin;
        foreach ((int width, int height) in ((int, int)[])[(2 * margin + 37, 22), (23, 2 * margin + 29), (3, 5)])
        {
            Picture picture = Noise(width, height, 3, 16);
            var sum = new float[width * height * scale * scale * 3];
            for (int way = 0; way < 8; way++) // upright and turned by quarters, then the same of the mirror image
            {
                bool mirrored = way >= 4;
                Samples turned = new(picture.ToFloats(), width, height);
                if (mirrored) turned = turned.Mirror();
                for (int quarter = 0; quarter < way % 4; quarter++) turned = turned.Quarter();
                Tensor image = Tensor.Of([1, turned.Height, turned.Width, 3], turned.Values);
                Samples made = new(_device.Evaluate(network.Apply(image, Pass.Inference)), turned.Width * scale, turned.Height * scale);
                for (int quarter = way % 4; quarter < 4; quarter++) made = made.Quarter();
                if (mirrored) made = made.Mirror();
                for (int i = 0; i < sum.Length; i++) sum[i] += made.Values[i];
            }

            Picture expected = Picture.FromFloats([.. sum.Select(value => value / 8)], width * scale, height * scale, 3, 16);
            foreach (int side in (int[])[8, 37, 1000])
            {
                var upscaler = new Upscaler(network, _device, new UpscaleOptions { TileSide = side, SelfEnsemble = true });
                Picture ensemble = upscaler.Upscale(picture, cancellation: TestContext.Current.CancellationToken);
                Assert.Equal(Words(expected), Words(ensemble));
                Assert.Equal($"scale {scale}, self-ensemble", ensemble.Metadata.Text["Mezzotint settings"]);
            }
        }
    }

    [Theory]
    [InlineData(1, 8), InlineData(2, 8), InlineData(4, 8), InlineData(2, 16), InlineData(4, 16)]
    public void Grey_and_alpha_in_tiles_and_written_by_rows_are_those_of_the_picture_at_once(int channels, int bitDepth)
    {
        using var folder = new TemporaryFolder();
        SuperResolver network = Make("compact", 3);
        Picture picture = Noise(45, 34, channels, bitDepth);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Picture whole = new Upscaler(network, _device, new UpscaleOptions { Whole = true }).Upscale(picture, cancellation: cancellation);
        var tiled = new Upscaler(network, _device, new UpscaleOptions { TileSide = 8 });
        tiled.UpscaleTo(picture, folder["out.png"], cancellation: cancellation);
        Assert.Equal(Words(whole), Words(tiled.Upscale(picture, cancellation: cancellation)));
        Assert.Equal(Words(whole), Words(Picture.Load(folder["out.png"])));
        Assert.Equal(bitDepth, whole.BitDepth);
        if (channels % 2 == 0) Assert.Equal(Words(Channel(picture, channels - 1).Resize(135, 102)), Words(Channel(whole, channels - 1)));
    }

    [Theory]
    [InlineData(1, 1, 16, 2), InlineData(3, 1, 16, 1), InlineData(1, 3, 8, 2), InlineData(1, 5, 16, 3), InlineData(5, 5, 16, 2), InlineData(2, 2, 16, 1)]
    [InlineData(4, 4, 16, 2), InlineData(3, 7, 16, 2)]
    public void Of_any_channels_the_picture_is_what_the_network_makes_of_them(int networkChannels, int channels, int bitDepth, int scale)
    {
        var network = new CompactResNet(scale, new Initialization(4), 8, 1, networkChannels);
        Picture picture = Noise(21, 17, channels, bitDepth);
        float[] samples = picture.ToFloats();
        int pixels = 21 * 17, larger = pixels * scale * scale;
        var expected = new float[larger * channels];
        bool together = networkChannels == channels;
        for (int group = 0; group < (together ? 1 : channels); group++)
        {
            var input = new float[pixels * networkChannels];
            for (int i = 0; i < input.Length; i++)
                input[i] = together ? samples[i] : samples[i / networkChannels * channels + group];
            float[] output = _device.Evaluate(network.Apply(Tensor.Of([1, 17, 21, networkChannels], input), Pass.Inference));
            for (int pixel = 0; pixel < larger; pixel++)
            {
                if (together) output.AsSpan(pixel * channels, channels).CopyTo(expected.AsSpan(pixel * channels));
                else expected[pixel * channels + group] = output.AsSpan(pixel * networkChannels, networkChannels).ToArray().Average();
            }
        }

        Picture made = new Upscaler(network, _device, new UpscaleOptions { TileSide = 8 }).Upscale(
            picture, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((21 * scale, 17 * scale, channels, bitDepth), (made.Width, made.Height, made.Channels, made.BitDepth));
        double full = bitDepth == 8 ? 255 : 65535; // a float's rounding may tip a sample to its neighbour
        Assert.All(
            made.ToFloats().Zip(expected), pair => Assert.True(Math.Abs(pair.First - Math.Clamp(pair.Second, 0, 1)) < 0.51 / full + 1e-7));
    }

    [Fact]
    public void A_network_of_bands_refuses_other_pictures()
    {
        var upscaler = new Upscaler(new CompactResNet(2, new Initialization(4), 8, 1, 5), _device);
        string message = Assert.Throws<PictureException>(() => upscaler.Check(Header(Noise(8, 8, 3, 8)))).Message;
        Assert.Contains("for pictures of 5 channels, and this one has 3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sixteen_bits_go_through_a_network_without_loss()
    {
        // A network at scale 1 whose detail is nothing gives back what it gets: all 65,536 values.
        var network = new CompactResNet(1, new Initialization(4), 8, 1, 1);
        foreach (Variable tail in network.Variables.Where(variable => variable.Name.StartsWith("tail", StringComparison.Ordinal)))
            tail.Set(new float[tail.Shape.Count]);
        Picture all = Picture.FromSamples([.. Enumerable.Range(0, 65_536).Select(value => (ushort)value)], 256, 256, 1);
        Assert.Equal(Words(all), Words(new Upscaler(network, _device).Upscale(all, cancellation: TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void Less_memory_makes_smaller_tiles_and_no_other_picture()
    {
        SuperResolver network = Make("compact", 2);
        Picture picture = Noise(90, 70, 3, 8), expected = Whole(network, picture);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        long least = Enumerable.Range(150, 100).First(megabytes => Allows(megabytes * 1_000_000L)) * 1_000_000L;
        var scarce = new Upscaler(network, _device, new UpscaleOptions { Memory = least });
        Assert.Equal(Words(expected), Words(scarce.Upscale(picture, cancellation: cancellation)));

        bool Allows(long bytes)
        {
            try
            {
                new Upscaler(network, _device, new UpscaleOptions { Memory = bytes }).Check(Header(picture));
                return true;
            }
            catch (PictureException)
            {
                return false;
            }
        }
    }

    private Picture Whole(SuperResolver network, Picture picture)
    {
        Tensor image = Tensor.Of([1, picture.Height, picture.Width, 3], picture.ToFloats());
        float[] samples = _device.Evaluate(network.Apply(image, Pass.Inference));
        return Picture.FromFloats(samples, picture.Width * network.Scale, picture.Height * network.Scale, 3, picture.BitDepth);
    }

    private static SuperResolver Make(string kind, int scale)
    {
        var seed = new Initialization(3);
        SuperResolver network = kind switch
        {
            "compact" => new CompactResNet(scale, seed, 16, 2),
            "srresnet" => new SrResNet(scale, seed, 16, 2),
            _ => new RrdbNet(scale, seed, 16, 1, 8),
        };
        // The residual branches begin near zero, which would hide most of what a pixel sees.
        foreach (Variable weights in network.Variables.Where(variable => variable.Shape.Rank == 4))
            weights.Set([.. weights.ToArray().Select(value => value * 2)]);
        return network;
    }

    private static Picture Noise(int width, int height, int channels, int bitDepth)
    {
        var random = new Random(width);
        return Picture.FromFloats([.. Enumerable.Range(0, width * height * channels).Select(_ => random.NextSingle())], width, height, channels, bitDepth);
    }

    private sealed record Samples(float[] Values, int Width, int Height)
    {
        public Samples Mirror() => Of(Width, Height, (x, y) => (Width - 1 - x, y));

        /// <summary>Turned clockwise by a quarter: the first column becomes the first row, from its end.</summary>
        public Samples Quarter() => Of(Height, Width, (x, y) => (y, Height - 1 - x));

        private Samples Of(int width, int height, Func<int, int, (int X, int Y)> source)
        {
            var values = new float[Values.Length];
            for (int y = 0, at = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    (int fromX, int fromY) = source(x, y);
                    for (int c = 0; c < 3; c++) values[at++] = Values[(fromY * Width + fromX) * 3 + c];
                }
            }

            return new Samples(values, width, height);
        }
    }

    private static Picture Channel(Picture picture, int channel)
    {
        ushort[] all = Words(picture);
        ushort[] one = [.. all.Where((_, i) => i % picture.Channels == channel)];
        return Picture.FromSamples(one, picture.Width, picture.Height, 1).WithBitDepth(picture.BitDepth);
    }

    private static ushort[] Words(Picture picture)
    {
        var words = new ushort[picture.Width * picture.Height * picture.Channels];
        picture.CopyTo(words);
        return words;
    }

    private static PictureHeader Header(Picture picture) =>
        new(PictureFormat.Png, picture.Width, picture.Height, picture.Channels, picture.BitDepth, picture.HasAlpha, 1);
}
