using Mezzotint.Imaging.Files;
using Mezzotint.Networks;

namespace Mezzotint.Weights;

/// <summary>A model that comes with Mezzotint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its file.</param>
/// <param name="Network">The network it is for.</param>
/// <param name="Bytes">The size of the file.</param>
/// <param name="Summary">The first sentence of its card (<c>README.md</c> beside it); empty without a card.</param>
public sealed record ShippedModel(string Name, string Path, NetworkDescription Network, long Bytes, string Summary)
{
    private const string CardName = "README.md";

    /// <summary>How many times it enlarges, each way; null where it does something else.</summary>
    public int? Scale => (Network as SuperResolverDescription)?.Scale;

    /// <summary>Reads what a model's file and card say.</summary>
    /// <exception cref="WeightsException">The file is no good.</exception>
    internal static ShippedModel Read(string name, string path)
    {
        string card = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, CardName);
        string summary = InputFile.Length(card) > 0 ? FirstSentence(File.ReadAllLines(card)) : "";
        return new ShippedModel(name, path, ModelFile.Describe(path), new FileInfo(path).Length, summary);
    }

    /// <summary>The first sentence of a card's text, which begins behind the table of keys between dashes and the headings.</summary>
    private static string FirstSentence(string[] lines)
    {
        int begin = lines is ["---", ..] ? Array.IndexOf(lines, "---", 1) + 1 : 0;
        IEnumerable<string> text = lines.Skip(begin).Select(line => line.Trim()).SkipWhile(line => line is "" or ['#', ..]);
        string paragraph = string.Join(' ', text.TakeWhile(line => line.Length > 0));
        int end = paragraph.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? paragraph : paragraph[..(end + 1)];
    }
}
