using Mezzotint.Data.Pairs;
using Mezzotint.Fuzz.Grammars;

namespace Mezzotint.Fuzz.Readers;

/// <summary>Palettes of label maps.</summary>
internal sealed class PaletteReader : Reader
{
    private static readonly Grammar Own = new TokenGrammar("#ff0000", "\"#00ff00\"", ":", "255", "256", "0", "#", "---", "\n", " ", "\r\n", "\t", "\u0661");

    /// <inheritdoc/>
    public override string Name => "palette";

    /// <inheritdoc/>
    public override string Extension => ".yaml";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => Own;

    /// <inheritdoc/>
    public override string Read(string path, byte[] bytes)
    {
        Palette palette = Palette.Read(path);
        WrongSuccessException.Unless(palette.Entries.Count > 0, "a palette without a class was read");
        for (int i = 0; i < palette.Entries.Count; i++)
        {
            PaletteEntry entry = palette.Entries[i];
            WrongSuccessException.Unless(entry.Colour is >= 0 and <= 0xFFFFFF && palette.Find(entry.Colour) == i, $"class {i} is not found by its colour");
            WrongSuccessException.Unless(entry.Name.Length > 0 && !entry.Name.Any(char.IsControl), $"class {i} has no name, or none that can be shown");
        }

        return $"{palette.Entries.Count}";
    }
}
