using Mezzotint.Comparisons;
using Mezzotint.Fuzz.Grammars;

namespace Mezzotint.Fuzz.Readers;

/// <summary>Scores that evaluations have printed.</summary>
internal sealed class ScoresReader : Reader
{
    private static readonly Grammar Own = new TokenGrammar(
        "{", "}", "[", "]", ",", ":", "\"scores\"", "\"metric\"", "\"mean\"", "\"value\"", "\"terms\"", "\"protocol\"", "\"images\"", "\"pairs\"", "\"levels\"", "\"own\"",
        "\"name\"", "\"psnr_y\"", "\"ssim\"", "\"l1\"", "\"lpips\"", "\"binarized\"", "\"model\"", "\"judged\"", "\"Infinity\"", "null", "true", "{}", "[]", "1e999");

    /// <inheritdoc/>
    public override string Name => "scores";

    /// <inheritdoc/>
    public override string Extension => ".json";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => Own;

    /// <inheritdoc/>
    public override string Read(string path, byte[] bytes)
    {
        StoredScores scores = StoredScores.Read(path);
        scores.RequireSame([scores]);
        WrongSuccessException.Unless(scores.Scores.Count > 0, "there are no scores");
        foreach (StoredScore score in scores.Scores)
        {
            WrongSuccessException.Unless(IsShown(scores.Judged) && IsShown(score.Name) && IsShown(score.Words), "a text steers a terminal");
            WrongSuccessException.Unless(scores.Scores.Count(other => other.Name == score.Name) == 1, $"'{score.Name}' is there twice");
        }

        return $"{scores.Scores[0].Name.Length > 0} {Magnitude(scores.Scores.Count)} {Magnitude(scores.Scores[0].Images.Count)} {scores.Scores[0].Protocol.Terms.Count > 0}";
    }
}
