namespace Mezzotint.Fuzz.Grammars;

/// <summary>Pictures of whichever format their first bytes show.</summary>
internal static class PictureGrammar
{
    private static readonly Grammar Png = new PngGrammar(), Jpeg = new JpegGrammar(), Boxes = new BoxGrammar();

    /// <summary>The grammar of a file.</summary>
    public static Grammar Of(byte[] file) => file switch
    {
        [0x89, ..] => Png,
        [0xFF, ..] => Jpeg,
        [(byte)'R', (byte)'I', ..] or [0, ..] => Boxes,
        _ => Grammar.Bytes,
    };
}
