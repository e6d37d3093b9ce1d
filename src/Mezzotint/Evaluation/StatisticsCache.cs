using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Mezzotint.Data;
using Mezzotint.Storage;
using Mezzotint.Weights;

namespace Mezzotint.Evaluation;

/// <summary>
/// Keeps the statistics of features of data sets, so that those of true images are taken once. What is kept is named by the images'
/// samples, the weights and the layer themselves: nothing that changes finds what was kept of something else.
/// </summary>
/// <param name="folder">Where files are kept; made when the first is. Anything in it may be removed at any time.</param>
public sealed class StatisticsCache(string folder)
{
    /// <summary>The environment variable that names another folder than the user's.</summary>
    public const string FolderVariable = "MEZZOTINT_CACHE";

    private const string Version = "Mezzotint statistics 1";
    private const int HashBytes = 32;

    /// <summary>
    /// The user's: <c>mezzotint/statistics</c> in the folder for caches, or in that which <see cref="FolderVariable"/> names.
    /// </summary>
    public static StatisticsCache OfUser() => new(Path.Combine(
        Named(FolderVariable)
            ?? Path.Combine(
                Named("XDG_CACHE_HOME") ?? (OperatingSystem.IsLinux()
                    ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache")
                    : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)),
                "mezzotint"),
        "statistics"));

    /// <summary>The statistics of the first images of a set: those that were kept, or else taken now and kept.</summary>
    /// <param name="extraction">What sees their features.</param>
    /// <param name="images">The set.</param>
    /// <param name="count">How many, at most all.</param>
    /// <param name="imagesHash">What <see cref="HashOf"/> gives of them.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="EvaluationException">There are fewer images, or they have colours and the network takes grey.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FeatureStatistics Statistics(
        FeatureExtraction extraction, IImageSet images, int count, string imagesHash, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        string key = string.Create(
            CultureInfo.InvariantCulture,
            $"{Version}\n{extraction.Network.GetType().Name}\n{FeatureNetworks.HashOf(extraction.Network)}\n{extraction.Network.Preparation}\n{extraction.Layer}\n{count}\n{imagesHash}");
        string path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + ".statistics");
        if (Read(path) is { } kept)
        {
            progress?.Report(1);
            return kept;
        }

        FeatureStatistics statistics = extraction.Statistics(images, count, progress, cancellation);
        Keep(path, statistics);
        return statistics;
    }

    /// <summary>The SHA-256, in hexadecimal, of the size and the samples of the first images of a set.</summary>
    /// <param name="images">The set.</param>
    /// <param name="count">How many, at most all.</param>
    /// <param name="cancellation">Ends the work between two images.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string HashOf(IImageSet images, int count, CancellationToken cancellation = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{images.Width}x{images.Height}x{images.Channels}\n")));
        var samples = new float[images.Width * images.Height * images.Channels];
        for (int i = 0; i < Math.Min(count, images.Count); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            images.Read(i, samples);
            hash.AppendData(MemoryMarshal.AsBytes<float>(samples));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What a file holds; null where there is none or it is damaged, since it can be taken again.</summary>
    private static FeatureStatistics? Read(string path)
    {
        try
        {
            if (!File.Exists(path)) return null;
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.Length < HashBytes + sizeof(int) || !SHA256.HashData(bytes.AsSpan(HashBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, HashBytes)))
                return null;
            return FeatureStatistics.Read(bytes.AsSpan(HashBytes + sizeof(int)), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(HashBytes)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps statistics; where the folder cannot be written to, they are just not kept.</summary>
    private void Keep(string path, FeatureStatistics statistics)
    {
        using var content = new MemoryStream();
        Span<byte> size = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(size, statistics.Size);
        content.Write(size);
        statistics.Write(content);
        byte[] bytes = content.ToArray();
        try
        {
            Disk.MakeFolder(folder);
            AtomicFile.Write(path, stream =>
            {
                stream.Write(SHA256.HashData(bytes));
                stream.Write(bytes);
            });
        }
        catch (Exception fault) when (fault is StorageException or IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? path : null;
}
