using System.Runtime.InteropServices;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Storage;
using Mezzotint.Weights.Published;
using Mezzotint.Weights.PyTorch;
using Architecture = Mezzotint.Weights.Published.Architecture;

namespace Mezzotint.Weights;

/// <summary>
/// Writes networks as the field saves them: the state of the PyTorch module that is known for the architecture, with its names and its
/// order of axes, so that <c>load_state_dict</c> takes it.
/// </summary>
public static class PyTorchExport
{
    /// <summary>The arrays of a network as PyTorch has them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="description">What it is.</param>
    /// <exception cref="WeightsException">No PyTorch module is known for it.</exception>
    public static IReadOnlyList<NamedArray> StateOf(Module network, NetworkDescription description)
    {
        Architecture architecture = Find(description) ?? throw new WeightsException(
            $"No PyTorch module is known for a {description.Kind} network; known are {string.Join(", ", Architectures.All.Select(known => known.Name).Distinct())}.");
        return architecture.Save(network, description);
    }

    /// <summary>What the field calls a network, or null where no PyTorch module is known for it.</summary>
    public static string? NameOf(NetworkDescription description) => Find(description)?.Name;

    /// <summary>Writes a network's state as a PyTorch file, whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="network">The network.</param>
    /// <param name="description">What it is.</param>
    /// <exception cref="WeightsException">No PyTorch module is known for it, or it is too large.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static void Write(string path, Module network, NetworkDescription description) => Write(path, StateOf(network, description));

    /// <summary>
    /// Writes arrays as a PyTorch file, whole or not at all: a zip archive with an ordered dictionary of tensors, as <c>torch.save</c>
    /// makes it since version 1.6.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="arrays">The arrays, no name twice.</param>
    /// <exception cref="WeightsException">They are too large.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<NamedArray> arrays)
    {
        const string folder = "archive";
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("PyTorch files are written on little-endian machines.");
        AtomicFile.Write(path, stream =>
        {
            var archive = new ZipWriter(stream);
            archive.Add($"{folder}/data.pkl", PickleWriter.Of(arrays));
            for (int i = 0; i < arrays.Count; i++) archive.Add($"{folder}/data/{i}", MemoryMarshal.AsBytes<float>(arrays[i].Data));
            archive.Add($"{folder}/version", "3\n"u8);
            archive.Finish();
        });
    }

    private static Architecture? Find(NetworkDescription description) => Architectures.All.FirstOrDefault(known => known.Describes(description));
}
