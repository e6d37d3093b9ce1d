namespace Mezzotint.Weights;

/// <summary>The card of a model: <c>README.md</c> beside its file, with keys and values between two lines of dashes at its top.</summary>
internal static class ModelCard
{
    private const string FileName = "README.md";
    private const string Fence = "---";

    /// <summary>The terms of a model's weights as its card names them, or null where there is no card or it names none.</summary>
    /// <param name="model">The model's file.</param>
    public static string? Licence(string model)
    {
        string card = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, FileName);
        if (!File.Exists(card) || File.ReadAllLines(card) is not [Fence, .. var rest]) return null;
        string[] keys = [.. rest.TakeWhile(line => line != Fence)];
        return Value(keys, "license_name: ") ?? Value(keys, "license: ");
    }

    private static string? Value(string[] lines, string key) =>
        lines.FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim();
}
