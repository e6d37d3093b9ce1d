using System.Buffers.Binary;
using Mezzotint.Data;
using Mezzotint.Imaging;
using Mezzotint.Networks;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Tests;

/// <summary>Small things to work with, made here.</summary>
internal static class Sample
{
    public const int Scale = 2;

    /// <summary>A recipe whose step takes milliseconds.</summary>
    public const string Recipe = """
        name: tiny
        scale: 2
        network:
          channels: 8
          blocks: 1
        data:
          crop: 8
          batch: 2
        optimizer:
          learningRate: 0.001
        schedule:
          warmupSteps: 4
        steps: 150
        checkpointEvery: 10
        validateEvery: 15
        sampleEvery: 50
        logEvery: 1
        """;

    private static readonly Dictionary<string, string> NoMore = [];

    /// <summary>A model that nobody trained.</summary>
    public static string WriteModel(TemporaryFolder folder, int scale = Scale)
    {
        string path = folder[scale == Scale ? "tiny.safetensors" : $"tiny-{scale}.safetensors"];
        var description = new CompactResNetDescription(scale, 8, 1);
        SuperResolver network = description.Build(seed: 1);
        ModelFile.Write(path, description, network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), NoMore);
        return path;
    }

    /// <summary>A picture of the scene, of any kind.</summary>
    public static Picture Picture(int width, int height, int channels = 3, int bitDepth = 8, int seed = 0)
    {
        float[] scene = TestScene.Render(width, height, seed);
        var samples = new float[width * height * channels];
        for (int pixel = 0; pixel < width * height; pixel++)
            for (int channel = 0; channel < channels; channel++)
                samples[pixel * channels + channel] = scene[pixel * 3 + channel % 3];
        return Imaging.Picture.FromFloats(samples, width, height, channels, bitDepth);
    }

    /// <summary>Writes a picture of the scene.</summary>
    public static string Write(
        TemporaryFolder folder, string name, int width = 20, int height = 13, int channels = 3, int bitDepth = 8, int seed = 0)
    {
        string path = folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Picture(width, height, channels, bitDepth, seed).Save(path);
        return path;
    }

    /// <summary>A PNG whose header says that it is larger than it is.</summary>
    public static string WriteBoast(TemporaryFolder folder, string name, int width, int height)
    {
        const int header = 12, size = 16, headerLength = 17;
        string path = Write(folder, name);
        byte[] file = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(size), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(size + sizeof(int)), height);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(header + headerLength), Checksum(file.AsSpan(header, headerLength)));
        File.WriteAllBytes(path, file);
        return path;
    }

    /// <summary>The CRC-32 of the PNG specification, bit by bit.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint checksum = ~0u;
        foreach (byte value in bytes)
        {
            checksum ^= value;
            for (int bit = 0; bit < 8; bit++) checksum = (checksum >> 1) ^ ((checksum & 1) * 0xEDB88320);
        }

        return ~checksum;
    }
}
