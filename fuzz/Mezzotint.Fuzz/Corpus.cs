using Mezzotint.Fuzz.Readers;

namespace Mezzotint.Fuzz;

/// <summary>The files that fuzzing begins with: sound ones of every sort, and those that once went wrong.</summary>
internal static class Corpus
{
    /// <summary>A reader's, by name.</summary>
    public static IReadOnlyList<byte[]> Of(Reader reader)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "corpus", reader.Name);
        return [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
    }
}
