using Mezzotint.Weights;

namespace Mezzotint.Fuzz.Readers;

/// <summary>What holds of arrays whatever file they come from.</summary>
internal static class Arrays
{
    /// <summary>Shapes account for numbers, names are there once, formats are known.</summary>
    public static void Check(IReadOnlyList<NamedArray> arrays, IReadOnlyDictionary<string, string> formats)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (NamedArray array in arrays)
        {
            Int128 elements = array.Shape.Aggregate((Int128)1, (product, extent) => product * extent);
            WrongSuccessException.Unless(array.Shape.All(extent => extent >= 0) && elements == array.Data.Length, $"'{array.Name}' has {array.Data.Length} numbers for {elements}");
            WrongSuccessException.Unless(array.Name.Length > 0 && names.Add(array.Name), $"'{array.Name}' is there twice, or has no name");
            WrongSuccessException.Unless(formats.ContainsKey(array.Name), $"'{array.Name}' has no format");
        }
    }

    /// <summary>Looks into the file as a user would, and compares.</summary>
    /// <returns>The kind of network that the file is taken for.</returns>
    public static string Inspect(string path, IReadOnlyList<NamedArray> arrays)
    {
        WeightsInspection inspection = WeightsInspection.Of(path);
        long broken = arrays.Sum(array => (long)array.Data.Count(number => !float.IsFinite(number)));
        WrongSuccessException.Unless(inspection.NotFinite == broken, $"{inspection.NotFinite} numbers are said not to be finite, and {broken} are not");
        WrongSuccessException.Unless(inspection.Arrays.Count == arrays.Count, "inspection has other arrays than reading");
        return $"{inspection.Architecture?.Split(' ')[0]} {inspection.Network is not null} {inspection.Remark is not null}";
    }

    /// <summary>The bytes of a number.</summary>
    public static int BytesOf(string format) => format switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        _ => 1,
    };
}
