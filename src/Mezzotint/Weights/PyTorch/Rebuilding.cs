namespace Mezzotint.Weights.PyTorch;

/// <summary>
/// What the functions that a pickle calls would have made, for the few that make data. None is called: there is nothing to call. Every
/// other is refused by its name.
/// </summary>
internal static class Rebuilding
{
    private const string RebuildFromType = "torch._tensor._rebuild_from_type_v2";

    /// <summary>Classes whose objects are mere values, and which are kept as labels.</summary>
    private static readonly HashSet<string> Inert = new(StringComparer.Ordinal)
    {
        "torch.device", "torch.serialization._get_layout", "numpy.dtype", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
        "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct", "_codecs.encode", "pathlib.PosixPath",
        "pathlib.WindowsPath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath", "pathlib._local.PosixPath", "pathlib._local.WindowsPath",
        "datetime.datetime", "datetime.date", "datetime.timedelta", "builtins.complex", "builtins.slice", "builtins.range",
        "builtins.bytearray", "__builtin__.bytearray",
    };

    /// <summary>What a function makes of its arguments.</summary>
    /// <exception cref="WeightsException">The function is none of those that make data, or its arguments are not what it takes.</exception>
    public static object? Call(PickleClass function, object?[] arguments)
    {
        string name = function.ToString();
        if (Inert.Contains(name)) return new PickleObject(function) { State = arguments };
        if (name == RebuildFromType && arguments is [PickleClass inner, _, object?[] innerArguments, ..] && inner.ToString() != RebuildFromType)
            return Call(inner, innerArguments);
        return (name, arguments) switch
        {
            ("collections.OrderedDict", []) => new PickleDictionary(),
            ("collections.OrderedDict", [List<object?> pairs]) => Dictionary(pairs),
            ("collections.defaultdict", _) => new PickleDictionary(),
            ("collections.Counter", [PickleDictionary counts]) => counts,
            ("builtins.set" or "__builtin__.set" or "builtins.frozenset" or "__builtin__.frozenset", [List<object?> elements]) => elements,
            ("torch.jit._pickle.build_intlist" or "torch.jit._pickle.build_doublelist" or "torch.jit._pickle.build_boollist"
                or "torch.jit._pickle.build_tensorlist", [List<object?> elements]) => elements,
            ("torch.jit._pickle.restore_type_tag", [var value, _]) => value,
            ("torch.Size", [object?[] extents]) => extents,
            ("copyreg._reconstructor" or "copy_reg._reconstructor", [PickleClass type, ..]) => new PickleObject(type),
            ("torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2", [StorageReference storage, long offset, var shape, var strides, ..]) =>
                new TensorReference(storage, offset, Numbers(shape), Numbers(strides)),
            ("torch._utils._rebuild_tensor_v3", [StorageReference storage, long offset, var shape, var strides, _, _, PickleClass type, ..]) =>
                new TensorReference(Retyped(storage, TensorTypes.OfType(type)), offset, Numbers(shape), Numbers(strides)),
            ("torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state", [TensorReference data, ..]) => data,
            ("torch.autograd.variable.Variable" or "torch.nn.parameter.Parameter", [TensorReference data, ..]) => data,
            _ => throw new WeightsException(
                $"it asks for '{name}' to be run to make its data, and no code in a file is ever run; save the state dictionary alone"),
        };
    }

    private static PickleDictionary Dictionary(List<object?> pairs)
    {
        var dictionary = new PickleDictionary();
        foreach (object? pair in pairs)
        {
            (object? key, object? value) = pair switch
            {
                object?[] and [var first, var second] => (first, second),
                List<object?> and [var first, var second] => (first, second),
                _ => throw new WeightsException("a dictionary in it is made of something that is not pairs"),
            };
            dictionary.Set(key, value);
        }
        return dictionary;
    }

    /// <summary>A storage without a type, counted in bytes, as one of numbers.</summary>
    private static StorageReference Retyped(StorageReference storage, NumberFormat format) => storage.Format.Bytes == 1 && storage.Offset == 0
        ? storage with { Format = format, Elements = storage.Elements / format.Bytes }
        : throw new WeightsException($"its storage '{storage.Key}' has two types");

    private static long[] Numbers(object? tuple) =>
        tuple is object?[] items && items.All(item => item is long)
            ? [.. items.Cast<long>()]
            : throw new WeightsException("a tensor has a shape or strides that are not whole numbers");
}
