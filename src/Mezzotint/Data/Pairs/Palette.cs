using System.Globalization;
using System.Text.RegularExpressions;
using Mezzotint.Imaging;
using Mezzotint.Imaging.Files;

namespace Mezzotint.Data.Pairs;

/// <summary>A class of a palette.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Colour">Its colour, 0xRRGGBB.</param>
public sealed record PaletteEntry(string Name, int Colour);

/// <summary>The colours that stand for classes, in the classes' order.</summary>
public sealed partial class Palette
{
    private readonly Dictionary<int, int> _classes = [];

    /// <summary>A palette.</summary>
    /// <param name="entries">The classes, from 0 up.</param>
    /// <exception cref="TrainingDataException">There is none, or two have one colour.</exception>
    public Palette(IReadOnlyList<PaletteEntry> entries)
    {
        if (entries.Count == 0) throw new TrainingDataException("A palette needs at least one colour.");
        Entries = entries;
        for (int i = 0; i < entries.Count; i++)
        {
            if (!_classes.TryAdd(entries[i].Colour, i))
            {
                string other = entries[_classes[entries[i].Colour]].Name;
                throw new TrainingDataException(
                    $"The palette gives '{entries[i].Name}' the colour #{entries[i].Colour:x6} that '{other}' has; give it another.");
            }
        }
    }

    /// <summary>The classes, from 0 up.</summary>
    public IReadOnlyList<PaletteEntry> Entries { get; }

    /// <summary>
    /// Reads a palette's file: a class a line, as YAML's <c>"#ff0000": wall</c> or as text, <c>#ff0000 wall</c> or <c>255 0 0 wall</c>;
    /// lines that begin with "# " are comments.
    /// </summary>
    /// <exception cref="TrainingDataException">The file is missing, or a line is none of these.</exception>
    public static Palette Read(string path)
    {
        string[] lines;
        try
        {
            lines = InputFile.Length(path) == 0 ? [] : File.ReadAllLines(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TrainingDataException($"The palette '{path}' cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }

        var entries = new List<PaletteEntry>();
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line is "#" or "---" || line.StartsWith("# ", StringComparison.Ordinal)) continue;
            entries.Add(Parse(line) ?? throw new TrainingDataException(
                $"{path}:{i + 1}: '{line}' is no class of a palette; write its colour and its name, as in \"#ff0000\": wall."));
        }

        return entries.Count > 0
            ? new Palette(entries)
            : throw new TrainingDataException($"The palette '{path}' has no class; write a colour and a name a line.");
    }

    /// <summary>So many colours that are told apart easily, for maps that have none of their own.</summary>
    public static Palette Distinct(int count)
    {
        // Hues a golden angle apart, in three lightnesses: neighbours in number are far apart in colour.
        var entries = new List<PaletteEntry>();
        var taken = new HashSet<int>();
        for (int i = 0; entries.Count < count; i++)
        {
            double hue = i * 0.618_033_988_75 % 1, high = i % 3 == 0 ? 1 : i % 3 == 1 ? 0.75 : 0.5, low = i % 2 == 0 ? 0.1 : 0.35;
            int colour = 0;
            for (int channel = 0; channel < 3; channel++)
            {
                double wave = Math.Clamp(Math.Abs((hue * 6 + channel * 2) % 6 - 3) - 1, 0, 1);
                colour = (colour << 8) | (int)Math.Round(255 * high * (low + (1 - low) * wave));
            }

            if (taken.Add(colour)) entries.Add(new PaletteEntry(entries.Count.ToString(CultureInfo.InvariantCulture), colour));
        }

        return new Palette(entries);
    }

    /// <summary>The class of exactly this colour; -1 for none.</summary>
    /// <param name="colour">0xRRGGBB.</param>
    public int Find(int colour) => _classes.GetValueOrDefault(colour, -1);

    /// <summary>The class whose colour is nearest.</summary>
    /// <param name="colour">0xRRGGBB.</param>
    public int Nearest(int colour)
    {
        int found = Find(colour);
        if (found >= 0) return found;
        int least = int.MaxValue;
        for (int i = 0; i < Entries.Count; i++)
        {
            int other = Entries[i].Colour;
            int red = (other >> 16) - (colour >> 16), green = ((other >> 8) & 255) - ((colour >> 8) & 255), blue = (other & 255) - (colour & 255);
            int distance = red * red + green * green + blue * blue;
            if (distance < least) (least, found) = (distance, i);
        }

        return found;
    }

    /// <summary>A map in these colours; black where a number has none.</summary>
    public Picture Colour(LabelMap map)
    {
        byte[] pixels = new byte[map.Values.Length * 3];
        for (int i = 0; i < map.Values.Length; i++)
        {
            int value = map.Values[i], colour = value >= 0 && value < Entries.Count ? Entries[value].Colour : 0;
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = ((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour);
        }

        return Picture.FromSamples(pixels, map.Width, map.Height, 3);
    }

    private static PaletteEntry? Parse(string line)
    {
        if (Hexadecimal().Match(line) is { Success: true } hexadecimal)
        {
            int colour = int.Parse(hexadecimal.Groups[1].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return Entry(hexadecimal.Groups[2].Value, colour);
        }

        if (Decimal().Match(line) is not { Success: true } numbers) return null;
        int[] channels = [.. Enumerable.Range(1, 3).Select(i => int.Parse(numbers.Groups[i].ValueSpan, CultureInfo.InvariantCulture))];
        return channels.Any(channel => channel > 255)
            ? null
            : Entry(numbers.Groups[4].Value, (channels[0] << 16) | (channels[1] << 8) | channels[2]);
    }

    /// <summary>A class by its name, without quotes and with single blanks; null where that is none, or cannot be shown.</summary>
    private static PaletteEntry? Entry(string name, int colour)
    {
        name = Blanks().Replace(name.Trim().Trim('"', '\'').Trim(), " ");
        return name.Length == 0 || name.Any(char.IsControl) ? null : new PaletteEntry(name, colour);
    }

    [GeneratedRegex("""\s+""")]
    private static partial Regex Blanks();

    [GeneratedRegex("""^["']?#([0-9a-fA-F]{6})["']?\s*:?\s+(\S.*)$""")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex("""^([0-9]{1,3})[\s,]+([0-9]{1,3})[\s,]+([0-9]{1,3})\s*[:,]?\s+(\S.*)$""")]
    private static partial Regex Decimal();
}
