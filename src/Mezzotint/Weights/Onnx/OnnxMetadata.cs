namespace Mezzotint.Weights.Onnx;

/// <summary>What an ONNX file says of the model that it holds.</summary>
/// <param name="Name">The model's name; the graph bears it too.</param>
public sealed record OnnxMetadata(string Name)
{
    /// <summary>What the model does, for people; null for nothing. How images go in and come out is always added.</summary>
    public string? Description { get; init; }

    /// <summary>The terms under which the weights may be used; null where they are not known.</summary>
    public string? Licence { get; init; }

    /// <summary>More for the file's <c>metadata_props</c>, by key.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}
