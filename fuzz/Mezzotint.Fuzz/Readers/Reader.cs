using Mezzotint.Fuzz.Grammars;
using Mezzotint.Imaging;

namespace Mezzotint.Fuzz.Readers;

/// <summary>One of Mezzotint's readers as it is fuzzed: what it is given, what it may answer, what must hold of what it made.</summary>
internal abstract class Reader
{
    /// <summary>Every reader.</summary>
    public static IReadOnlyList<Reader> All { get; } =
    [
        new SafetensorsReader(), new PickleReader(), new ZipReader(), new ModelReader(), new PublishedReader(), new RecipeReader(), new IdxReader(), new PaletteReader(),
        new LabelMapReader(), new ScoresReader(), new VotesReader(), new ImageReader(),
    ];

    /// <summary>The name by which it is asked for, and of its folder in the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>The extension that files are given.</summary>
    public abstract string Extension { get; }

    /// <summary>What knows a file's format.</summary>
    public abstract Grammar GrammarOf(byte[] file);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What is in it.</param>
    /// <returns>What sort of thing was read, in few words: two that are alike in them are taken for the same.</returns>
    /// <exception cref="WrongSuccessException">Something was read that cannot be in such a file.</exception>
    public abstract string Read(string path, byte[] bytes);

    /// <summary>How many bytes may be allocated while a file is read.</summary>
    public virtual long AllocationBound(int fileBytes) => (16L << 20) + 256L * fileBytes;

    /// <summary>Whether an answer is one that is documented.</summary>
    public static bool IsDocumented(Exception fault) => fault is MezzotintException or PictureException;

    /// <summary>Whether a text may be shown on a line as it is.</summary>
    protected static bool IsShown(string text) => MezzotintException.Shown(text) == text;

    /// <summary>A number's order of magnitude.</summary>
    protected static int Magnitude(long number) => number <= 0 ? 0 : 1 + (int)Math.Log2(number);
}
