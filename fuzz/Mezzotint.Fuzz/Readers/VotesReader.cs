using Mezzotint.Comparisons;
using Mezzotint.Fuzz.Grammars;

namespace Mezzotint.Fuzz.Readers;

/// <summary>Votes of blind comparisons.</summary>
internal sealed class VotesReader : Reader
{
    private static readonly Grammar Own = new TokenGrammar(
        "{", "}", "[", "]", ",", ":", "\"format\"", "\"mezzotint-votes\"", "\"session\"", "\"models\"", "\"name\"", "\"weights\"", "\"votes\"", "\"left\"", "\"right\"", "\"choice\"",
        "\"same\"", "\"photo-x4\"", "\"bicubic\"", "null", "true", "{}", "[]");

    /// <inheritdoc/>
    public override string Name => "votes";

    /// <inheritdoc/>
    public override string Extension => ".json";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => Own;

    /// <inheritdoc/>
    public override string Read(string path, byte[] bytes)
    {
        BlindVotes votes = BlindVotes.Read([path, path]);
        WrongSuccessException.Unless(votes.Voters == 1 && votes.Again.Count == 1, "a sitting was counted twice");
        WrongSuccessException.Unless(votes.Models.All(model => IsShown(model.Name)), "a text steers a terminal");
        WrongSuccessException.Unless(votes.Preferences.Count == votes.Models.Count * (votes.Models.Count - 1) / 2, "pairs of models are missing");
        int counted = votes.Preferences.Sum(pair => pair.FirstPreferred + pair.SecondPreferred + pair.Undecided);
        return $"{Magnitude(votes.Models.Count)} {Magnitude(counted)} {votes.Preferences.Any(pair => pair.Preferred is not null)}";
    }
}
