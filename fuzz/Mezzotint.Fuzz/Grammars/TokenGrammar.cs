using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mezzotint.Fuzz.Grammars;

/// <summary>Text in words, numbers, quoted texts, marks and indentations.</summary>
/// <param name="words">Words that mean something in the format.</param>
internal sealed partial class TokenGrammar(params string[] words) : Grammar
{
    private static readonly string[] Tricks =
    [
        "../../etc/passwd", "/dev/zero", "..\\..\\x", "C:\\x", "a/../../b", "~", "null", "true", "NaN", ".inf", "1e400", "1e-400", "-0", "0x7f", "1_000", "'", "\"",
        "&a", "*a", "!!python/object:os.system", "<<", "---", "...", "\t", "\0", "\u001b[2J", "\u202e", "\ud83d\ude00", "%", "{}", "[]", "|", ">", "#",
        "\\u0000", "\\ud800", "9007199254740993", "",
    ];

    /// <inheritdoc/>
    protected override Document? Split(byte[] file) => Split(file, 0, file.Length, (tokens, _) => tokens);

    /// <summary>The tokens of a part of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="begin">Where the text begins.</param>
    /// <param name="end">The byte after it.</param>
    /// <param name="compose">Makes the file of the new text and what follows it.</param>
    public static Document Split(byte[] file, int begin, int end, Func<byte[], byte[], byte[]> compose)
    {
        string text = Encoding.UTF8.GetString(file, begin, end - begin);
        List<byte[]> parts = [.. Token().Matches(text).Select(match => Encoding.UTF8.GetBytes(match.Value))];
        return new Document(parts, tokens => compose(Document.Concatenate(tokens), file[end..]));
    }

    /// <summary>Changes a token; <see cref="ChangePart"/> for other grammars.</summary>
    public byte[] ChangeToken(byte[] token, Dice dice) => ChangePart(token, dice);

    /// <inheritdoc/>
    protected override byte[] ChangePart(byte[] part, Dice dice)
    {
        string text = Encoding.UTF8.GetString(part);
        bool quoted = text is ['"', .., '"'] && text.Length > 1;
        string changed = dice.Below(6) switch
        {
            0 => dice.Number().ToString(CultureInfo.InvariantCulture),
            1 => dice.Of(Tricks),
            2 or 3 when words.Length > 0 => dice.Of(words),
            4 when double.TryParse(text, CultureInfo.InvariantCulture, out double number) =>
                (number + dice.Below(5) - 2).ToString(CultureInfo.InvariantCulture),
            4 => string.Concat(Enumerable.Repeat(text.Trim('"'), dice.Few(dice.OneIn(20) ? 2000 : 4))),
            _ => Encoding.Latin1.GetString(ByteMutations.Change(part, part, dice)),
        };
        return Encoding.UTF8.GetBytes(quoted && !dice.OneIn(8) ? $"\"{changed.Trim('"')}\"" : changed);
    }

    [GeneratedRegex("""\r?\n[ -]*|"[^"\n]*"|'[^'\n]*'|-?[0-9][0-9_.]*(?:[eE][-+]?[0-9]+)?|[A-Za-z_.][\w./-]*|\s+|.""", RegexOptions.Singleline)]
    private static partial Regex Token();
}
