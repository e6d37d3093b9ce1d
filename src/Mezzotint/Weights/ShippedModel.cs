using Mezzotint.Networks;

namespace Mezzotint.Weights;

/// <summary>A model that comes with Mezzotint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its file.</param>
/// <param name="Network">The network it is for.</param>
/// <param name="Bytes">The size of the file.</param>
/// <param name="Summary">What the first line of its card (<c>README.md</c> beside it) says, headings aside; empty without a card.</param>
public sealed record ShippedModel(string Name, string Path, NetworkDescription Network, long Bytes, string Summary)
{
    private const string CardName = "README.md";

    /// <summary>Reads what a model's file and card say.</summary>
    /// <exception cref="WeightsException">The file is no good.</exception>
    internal static ShippedModel Read(string name, string path)
    {
        string card = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, CardName);
        IEnumerable<string> lines = File.Exists(card) ? File.ReadLines(card).Select(line => line.Trim()) : [];
        string summary = lines.FirstOrDefault(line => line is not ("" or ['#', ..])) ?? "";
        return new ShippedModel(name, path, ModelFile.Describe(path), new FileInfo(path).Length, summary);
    }
}
