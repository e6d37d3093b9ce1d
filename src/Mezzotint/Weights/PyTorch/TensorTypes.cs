namespace Mezzotint.Weights.PyTorch;

/// <summary>PyTorch's names of element types, and the formats they are stored in.</summary>
internal static class TensorTypes
{
    private static readonly Dictionary<string, string> ByStorage = new(StringComparer.Ordinal)
    {
        ["FloatStorage"] = "F32",
        ["HalfStorage"] = "F16",
        ["BFloat16Storage"] = "BF16",
        ["DoubleStorage"] = "F64",
        ["LongStorage"] = "I64",
        ["IntStorage"] = "I32",
        ["ShortStorage"] = "I16",
        ["CharStorage"] = "I8",
        ["ByteStorage"] = "U8",
        ["BoolStorage"] = "BOOL",
        ["UntypedStorage"] = "U8",
    };

    private static readonly Dictionary<string, string> ByType = new(StringComparer.Ordinal)
    {
        ["float32"] = "F32",
        ["float"] = "F32",
        ["float16"] = "F16",
        ["half"] = "F16",
        ["bfloat16"] = "BF16",
        ["float64"] = "F64",
        ["double"] = "F64",
        ["int64"] = "I64",
        ["long"] = "I64",
        ["int32"] = "I32",
        ["int"] = "I32",
        ["int16"] = "I16",
        ["short"] = "I16",
        ["int8"] = "I8",
        ["uint8"] = "U8",
        ["bool"] = "BOOL",
    };

    /// <summary>The format of a class of storages, such as <c>torch.FloatStorage</c>.</summary>
    /// <exception cref="WeightsException">Its numbers are not read.</exception>
    public static NumberFormat OfStorage(PickleClass type) => Find(ByStorage, type);

    /// <summary>The format of an element type, such as <c>torch.bfloat16</c>.</summary>
    /// <exception cref="WeightsException">Its numbers are not read.</exception>
    public static NumberFormat OfType(PickleClass type) => Find(ByType, type);

    private static NumberFormat Find(Dictionary<string, string> names, PickleClass type) =>
        type.Module.StartsWith("torch", StringComparison.Ordinal) && names.TryGetValue(type.Name, out string? format)
            ? NumberFormat.All[format]
            : throw new WeightsException($"it holds numbers of the type '{type}', which are not read");
}
