using Mezzotint.Data;
using Mezzotint.Data.Pairs;
using Mezzotint.Fuzz.Grammars;
using Mezzotint.Imaging;

namespace Mezzotint.Fuzz.Readers;

/// <summary>Label maps in numbers, in a palette's indices and in colours, and maps of instances.</summary>
internal sealed class LabelMapReader : Reader
{
    private const int Classes = 6;

    private static readonly LabelScheme Numbers = new(Classes, [255]), Colours = new(Classes, palette: Palette.Distinct(Classes));

    /// <inheritdoc/>
    public override string Name => "labels";

    /// <inheritdoc/>
    public override string Extension => ".png";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => PictureGrammar.Of(file);

    /// <inheritdoc/>
    public override long AllocationBound(int fileBytes) => (1L << 30) + 256L * fileBytes; // a palette's picture of one colour may be large in few bytes

    /// <inheritdoc/>
    public override string Read(string path, byte[] bytes)
    {
        PictureHeader header = Picture.ReadHeader(path);
        if ((long)header.Width * header.Height > 1 << 22) throw new PictureException("It is larger than this is tried on.");
        string numbers = Try(() => Checked(Numbers.Read(path), header, Classes)), colours = Try(() => Checked(Colours.Read(path), header, Classes));
        string instances = Try(() => Checked(LabelMap.ReadInstances(path), header, int.MaxValue));
        return $"{numbers} {colours} {instances}";
    }

    private static string Checked(LabelMap map, PictureHeader header, int most)
    {
        WrongSuccessException.Unless((map.Width, map.Height) == (header.Width, header.Height), "the map has another size than its header says");
        WrongSuccessException.Unless(map.Values.All(value => value >= 0 && value <= most), "a label is out of range");
        return $"{Magnitude(map.Values.Max())}";
    }

    private static string Try(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (IsDocumented(fault))
        {
            return fault is TrainingDataException ? "no labels" : "no picture";
        }
    }
}
