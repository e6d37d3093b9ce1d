using Mezzotint.Weights.PyTorch;

namespace Mezzotint.Weights;

/// <summary>
/// What a PyTorch file (<c>.pth</c>, <c>.pt</c>, <c>.ckpt</c>) holds. Such a file is a program that makes its content when run; here it is
/// read by a machine that can only make tensors, dictionaries, lists, tuples, numbers and texts, so that a file from anywhere may be
/// opened. A pickled module is read as data, its class a mere label; what would need code to run is refused by name.
/// </summary>
/// <param name="Arrays">The arrays of the state that was read, by their names in it, in their order: half and double precision and integers
/// as the nearest floats. Axes are as PyTorch has them.</param>
/// <param name="Formats">How the file stores each array: F32, F16, BF16, F64, I64, I32, I16, I8, U8 or BOOL.</param>
/// <param name="Part">Where in the saved value that state lies.</param>
/// <param name="Parts">All states in the file, the sooner meant before the others.</param>
/// <remarks>Both forms are read: the zip archive of PyTorch 1.6 and later, and the pickles in a row of before.</remarks>
public sealed record PyTorchFile(
    IReadOnlyList<NamedArray> Arrays, IReadOnlyDictionary<string, string> Formats, PyTorchPart Part, IReadOnlyList<PyTorchPart> Parts)
{
    /// <summary>All tensors together take at most so many times the bytes of the file: a few may share a storage, but not all.</summary>
    private const int MostSharing = 4;

    /// <summary>Whether a file looks like PyTorch's, from its first bytes.</summary>
    /// <param name="start">The first bytes, at least four.</param>
    public static bool IsOne(ReadOnlySpan<byte> start) => IsZip(start) || start is [0x80, <= 5, 0x8a, 0x0a, ..];

    /// <summary>Reads a network's state from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="part">Which state, where there are several: its path as <see cref="Parts"/> has it, or the name of a module whose
    /// arrays are among its own; null for the one that is meant, as far as names tell: averaged weights before weights, never an optimizer's, and the largest of what is left.</param>
    /// <exception cref="WeightsException">The file is missing, broken, hostile, holds no such state, or would need code to run.</exception>
    public static PyTorchFile Read(string path, string? part = null) => WeightsStream.Open(path, stream =>
    {
        PyTorchContents contents = ReadContents(stream);
        FoundState[] states = [.. StateSearch.In(contents.Root).OrderBy(state => state.Rank).ThenByDescending(state => state.Elements)];
        FoundState state = Choose(states, part);
        CheckNames(state);
        CheckSizes(state, stream.Length);
        return new PyTorchFile(
            [.. state.Tensors.Select(entry => TensorData.Read(stream, contents.Locate(entry.Tensor.Storage), entry.Name, entry.Tensor))],
            state.Tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor.Storage.Format.Name, StringComparer.Ordinal),
            Describe(state), [.. states.Select(Describe)]);
    });

    private static bool IsZip(ReadOnlySpan<byte> start) => start is [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..];

    private static PyTorchContents ReadContents(FileStream stream)
    {
        Span<byte> start = stackalloc byte[4];
        int taken = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return IsZip(start[..taken]) ? ZipContainer.Read(stream) : LegacyContainer.Read(stream);
    }

    private static FoundState Choose(FoundState[] states, string? part)
    {
        if (states.Length == 0) throw new WeightsException("it holds no tensors");
        if (part is null) return states[0];
        return states.FirstOrDefault(state => state.Path == part) ?? states.Select(state => state.Within(part)).FirstOrDefault(state => state is not null)
            ?? throw new WeightsException($"it has no part '{part}'; its parts are {string.Join(", ", states.Take(10).Select(state => $"'{state.Path}'"))}");
    }

    private static void CheckNames(FoundState state)
    {
        if (state.Tensors.CountBy(entry => entry.Name, StringComparer.Ordinal).FirstOrDefault(count => count.Value > 1).Key is { } twice)
            throw new WeightsException($"it holds '{twice}' twice");
    }

    private static void CheckSizes(FoundState state, long fileBytes)
    {
        if (state.Tensors.Sum(entry => entry.Tensor.Span * entry.Tensor.Storage.Format.Bytes) > MostSharing * fileBytes)
            throw new WeightsException("its tensors repeat the same numbers many times over");
    }

    private static PyTorchPart Describe(FoundState state) => new(state.Path, state.Tensors.Count, state.Elements);
}
