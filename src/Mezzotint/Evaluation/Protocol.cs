namespace Mezzotint.Evaluation;

/// <summary>One of the things that a score depends on.</summary>
/// <param name="Key">What it is, in a word or two: <c>layer</c>.</param>
/// <param name="Value">How it was chosen.</param>
public sealed record ProtocolTerm(string Key, string Value);

/// <summary>How a score was taken. Scores of two protocols cannot be compared: each term moves them by more than methods differ.</summary>
/// <param name="Score">The score's name: <c>Frechet distance</c>.</param>
/// <param name="Terms">What it depends on, no key twice.</param>
public sealed record Protocol(string Score, IReadOnlyList<ProtocolTerm> Terms)
{
    /// <summary>The protocol in words, as results are stamped with it.</summary>
    public string Description => $"{Score}; {string.Join("; ", Terms.Select(term => $"{term.Key} {term.Value}"))}";

    /// <summary>The first thing in which two protocols differ, as a clause; null where scores by them can be compared.</summary>
    /// <param name="other">The other one.</param>
    public string? DifferenceTo(Protocol other)
    {
        if (Score != other.Score) return $"one is the {Score}, the other the {other.Score}";
        Dictionary<string, string> own = Values(), others = other.Values();
        foreach (string key in Terms.Concat(other.Terms).Select(term => term.Key))
        {
            string? here = own.GetValueOrDefault(key), there = others.GetValueOrDefault(key);
            if (here != there) return $"{key} is {here ?? "not said"} of one and {there ?? "not said"} of the other";
        }

        return null;
    }

    /// <summary>Refuses scores that cannot be compared with those of this protocol.</summary>
    /// <exception cref="EvaluationException">The other protocol differs; the term is named.</exception>
    public void RequireSame(Protocol other)
    {
        if (DifferenceTo(other) is { } difference)
            throw new EvaluationException($"These scores cannot be compared: {difference}; take both by one protocol.");
    }

    /// <summary>The description.</summary>
    public override string ToString() => Description;

    private Dictionary<string, string> Values() => Terms.DistinctBy(term => term.Key).ToDictionary(term => term.Key, term => term.Value);
}
