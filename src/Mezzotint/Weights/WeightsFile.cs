namespace Mezzotint.Weights;

/// <summary>A file of weights, safetensors or PyTorch's, told apart by its first bytes.</summary>
/// <param name="Format"><c>safetensors</c> or <c>PyTorch</c>.</param>
/// <param name="Arrays">The arrays, in the order of the file, as the file has them.</param>
/// <param name="ElementTypes">How the file stores each array, by name: F32, F16, BF16, ...</param>
/// <param name="Metadata">The free text of a safetensors header; empty otherwise.</param>
/// <param name="Part">Where in a PyTorch file's value the arrays lie; empty for the value itself.</param>
/// <param name="Parts">All states that a PyTorch file holds; the file itself otherwise.</param>
public sealed record WeightsFile(
    string Format, IReadOnlyList<NamedArray> Arrays, IReadOnlyDictionary<string, string> ElementTypes,
    IReadOnlyDictionary<string, string> Metadata, string Part, IReadOnlyList<PyTorchPart> Parts)
{
    private const int StartBytes = 4;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="part">Which state of a PyTorch file, where it holds several, or which module, where one state is of several (the
    /// beginning of its arrays' names); null for what is meant, as far as names tell.</param>
    /// <exception cref="WeightsException">The file is missing, broken, hostile, or of neither format.</exception>
    public static WeightsFile Read(string path, string? part = null) => IsPyTorch(path) ? ReadPyTorch(path, part) : ReadSafetensors(path, part);

    /// <summary>Whether a file is PyTorch's, as its first bytes look.</summary>
    /// <exception cref="WeightsException">The file is missing or unreadable.</exception>
    public static bool IsPyTorch(string path) => WeightsStream.Open(path, stream =>
    {
        Span<byte> start = stackalloc byte[StartBytes];
        return PyTorchFile.IsOne(start[..stream.ReadAtLeast(start, StartBytes, throwOnEndOfStream: false)]);
    });

    private static WeightsFile ReadPyTorch(string path, string? part)
    {
        PyTorchFile file = PyTorchFile.Read(path, part);
        return new WeightsFile("PyTorch", file.Arrays, file.Formats, new Dictionary<string, string>(), file.Part.Path, file.Parts);
    }

    private static WeightsFile ReadSafetensors(string path, string? part)
    {
        SafetensorsFile file = Safetensors.Read(path);
        var whole = new PyTorchPart("", file.Arrays.Count, file.Arrays.Sum(array => (long)array.Data.Length));
        if (string.IsNullOrEmpty(part)) return new WeightsFile("safetensors", file.Arrays, file.Formats, file.Metadata, "", [whole]);
        string start = StateNames.Start(part, [.. file.Arrays.Select(array => array.Name)])
            ?? throw new WeightsException($"'{path}' has no part '{part}'; the names of its arrays begin otherwise ('mezzo inspect' lists them).");
        var arrays = new List<NamedArray>();
        var formats = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (NamedArray array in file.Arrays)
        {
            if (StateNames.Within(start, array.Name) is not { } name) continue;
            arrays.Add(new NamedArray(name, array.Shape, array.Data));
            formats[name] = file.Formats[array.Name];
        }

        return new WeightsFile("safetensors", arrays, formats, file.Metadata, part, [whole]);
    }
}
