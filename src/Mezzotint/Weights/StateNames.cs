namespace Mezzotint.Weights;

/// <summary>What the names of a state's arrays begin with.</summary>
internal static class StateNames
{
    /// <summary>What trainings on several devices and compilers put before every name.</summary>
    private static readonly string[] Wrappers = ["module.", "_orig_mod."];

    /// <summary>How many characters of every name are wrappers'.</summary>
    public static int Wrapping(IReadOnlyCollection<string> names)
    {
        int skip = 0;
        while (names.Count > 0 && Wrappers.FirstOrDefault(wrapper => names.All(name => name.Length > skip + wrapper.Length
            && name.AsSpan(skip).StartsWith(wrapper, StringComparison.Ordinal))) is { } wrapper)
            skip += wrapper.Length;
        return skip;
    }

    /// <summary>What the names of a module begin with that was saved as a part of a larger one; null where none do.</summary>
    /// <param name="part">The module's name, as <c>netG_A</c>; of one within another, joined by dots.</param>
    /// <param name="names">All names.</param>
    public static string? Start(string part, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0) return null;
        string start = $"{names.First()[..Wrapping(names)]}{part}.";
        return names.Any(name => name.Length > start.Length && name.StartsWith(start, StringComparison.Ordinal)) ? start : null;
    }

    /// <summary>The name without such a start; null where it has another one.</summary>
    public static string? Within(string start, string name) =>
        name.Length > start.Length && name.StartsWith(start, StringComparison.Ordinal) ? name[start.Length..] : null;
}
