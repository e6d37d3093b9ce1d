using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mezzotint.Storage;
using Mezzotint.Weights;

namespace Mezzotint.Training;

/// <summary>
/// A training at one instant: named arrays and a <see cref="TrainingState"/>. On disk it is one safetensors file, with the state as JSON
/// and a digest of everything in its metadata: one file is replaced by one rename, so there is no instant at which half of a checkpoint
/// can be seen.
/// </summary>
/// <param name="Arrays">Weights, moments, averages: everything that a step updates.</param>
/// <param name="State">The rest.</param>
public sealed record Checkpoint(IReadOnlyList<NamedArray> Arrays, TrainingState State)
{
    private const string StateKey = "mezzotint.state";
    private const string DigestKey = "mezzotint.sha256";

    /// <summary>Writes it whole or not at all; when this returns it is on the disk.</summary>
    /// <exception cref="StorageException">It could not be written; a file that was there is intact.</exception>
    public void Save(string path)
    {
        string json = JsonSerializer.Serialize(State, TrainingJson.Default.TrainingState);
        Safetensors.Write(path, Arrays, new Dictionary<string, string> { [StateKey] = json, [DigestKey] = Digest(json, Arrays) });
    }

    /// <summary>Reads one back.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged, or no checkpoint.</exception>
    public static Checkpoint Load(string path)
    {
        try
        {
            var file = Safetensors.Read(path);
            if (!file.Metadata.TryGetValue(StateKey, out string? json) || !file.Metadata.TryGetValue(DigestKey, out string? digest))
                throw new CheckpointException($"'{path}' holds weights but no state of a training.");
            if (digest != Digest(json, file.Arrays))
                throw new CheckpointException($"The checkpoint '{path}' is damaged: its contents do not match their digest.");
            return new Checkpoint(file.Arrays, JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingState)
                ?? throw new CheckpointException($"The checkpoint '{path}' has no state."));
        }
        catch (WeightsException fault)
        {
            throw new CheckpointException(fault.Message, fault);
        }
        catch (JsonException fault)
        {
            throw new CheckpointException($"The checkpoint '{path}' has a state that cannot be read; it may be of another version.", fault);
        }
    }

    /// <summary>Reads only the state of one, without a look at its arrays.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged, or no checkpoint.</exception>
    public static TrainingState LoadState(string path)
    {
        try
        {
            return Safetensors.ReadMetadata(path).TryGetValue(StateKey, out string? json)
                && JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingState) is { } state
                ? state : throw new CheckpointException($"'{path}' holds weights but no state of a training.");
        }
        catch (Exception fault) when (fault is WeightsException or JsonException)
        {
            throw new CheckpointException($"The checkpoint '{path}' has no state that can be read.", fault);
        }
    }

    private static string Digest(string state, IReadOnlyList<NamedArray> arrays)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(state));
        foreach (var array in arrays)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(array.Name));
            hash.AppendData(MemoryMarshal.AsBytes(array.Shape.AsSpan()));
            for (int done = 0; done < array.Data.Length;)
            {
                int count = Math.Min(array.Data.Length - done, 1 << 24);
                hash.AppendData(MemoryMarshal.AsBytes(array.Data.AsSpan(done, count)));
                done += count;
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
