namespace Mezzotint.Fuzz.Grammars;

/// <summary>
/// Changes files of a format so that what follows the change is still reached: lengths and checksums fit again, or lie alone.
/// </summary>
internal class Grammar
{
    /// <summary>Bytes alone, whatever the format.</summary>
    public static Grammar Bytes { get; } = new();

    /// <summary>A changed file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="other">Another one of the same format, to take pieces from.</param>
    /// <param name="dice">What is changed, and to what.</param>
    public byte[] Mutate(byte[] file, byte[] other, Dice dice)
    {
        if (!dice.OneIn(4) && Split(file) is { } document)
        {
            for (int i = dice.Few(4); i > 0; i--) Change(document.Parts, () => Split(other)?.Parts, dice);
            file = document.Join();
            if (!dice.OneIn(8)) return file;
        }

        for (int i = dice.Few(4); i > 0; i--) file = ByteMutations.Change(file, other, dice);
        return file;
    }

    /// <summary>The file's parts; null where it is not of the format.</summary>
    protected virtual Document? Split(byte[] file) => null;

    /// <summary>Changes one part itself.</summary>
    protected virtual byte[] ChangePart(byte[] part, Dice dice) => ByteMutations.Change(part, part, dice);

    private void Change(List<byte[]> parts, Func<List<byte[]>?> others, Dice dice)
    {
        if (parts.Count == 0) return;
        int at = dice.Below(parts.Count);
        switch (dice.Below(10))
        {
            case 0: parts.RemoveAt(at); break;
            case 1: parts.Insert(dice.Below(parts.Count + 1), parts[at]); break;
            case 2:
                int with = dice.Below(parts.Count);
                (parts[at], parts[with]) = (parts[with], parts[at]);
                break;
            case 3 when others() is { Count: > 0 } foreign: parts.Insert(at, dice.Of(foreign)); break;
            case 4 when others() is { Count: > 0 } foreign: parts[at] = dice.Of(foreign); break;
            case 5 when parts.Count < 4096:
                parts.InsertRange(at, Enumerable.Repeat(parts[at], dice.Few(64)));
                break;
            default: parts[at] = ChangePart(parts[at], dice); break;
        }
    }
}
