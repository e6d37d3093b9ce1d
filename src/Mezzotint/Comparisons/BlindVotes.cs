using System.Text.Json;
using Mezzotint.Evaluation;

namespace Mezzotint.Comparisons;

/// <summary>How often people preferred one of two models to the other.</summary>
/// <param name="First">A model.</param>
/// <param name="Second">Another.</param>
/// <param name="FirstPreferred">Votes for the first.</param>
/// <param name="SecondPreferred">Votes for the second.</param>
/// <param name="Undecided">Votes that saw no difference.</param>
public sealed record Preference(string First, string Second, int FirstPreferred, int SecondPreferred, int Undecided)
{
    /// <summary>Of the votes that decided, the share of the first's; not a number where none decided.</summary>
    public double Share => (double)FirstPreferred / (FirstPreferred + SecondPreferred);

    /// <summary>Where that share lies, at 95 %.</summary>
    public BinomialInterval Interval => BinomialInterval.Of(FirstPreferred, FirstPreferred + SecondPreferred);

    /// <summary>The model that is preferred beyond chance; null where the votes do not tell.</summary>
    public string? Preferred => Interval.Holds(0.5) ? null : FirstPreferred > SecondPreferred ? First : Second;
}

/// <summary>The votes of blind comparisons, as their pages export them.</summary>
/// <param name="Models">The models.</param>
/// <param name="Preferences">Each pair's votes.</param>
/// <param name="Voters">How many sittings were counted.</param>
/// <param name="Again">Files whose sitting had been counted before.</param>
public sealed record BlindVotes(IReadOnlyList<ComparedModel> Models, IReadOnlyList<Preference> Preferences, int Voters, IReadOnlyList<string> Again)
{
    /// <summary>What <c>format</c> of an exported file is.</summary>
    public const string Format = "mezzotint-votes";

    private const int MostModels = 256;

    /// <summary>
    /// Sums files of votes. One sitting that was exported several times is counted once, by the file with the most votes.
    /// </summary>
    /// <param name="files">The files, at least one.</param>
    /// <exception cref="EvaluationException">A file is missing or of another kind, or they are of other models.</exception>
    public static BlindVotes Read(IReadOnlyList<string> files)
    {
        (string File, Sitting Sitting)[] all = [.. files.Select(file => (file, Parse(file)))];
        foreach ((string file, Sitting sitting) in all.Skip(1))
        {
            if (DifferenceOf(all[0].Sitting.Models, sitting.Models) is { } difference)
                throw new EvaluationException(
                    $"The votes of '{all[0].File}' and '{file}' are of other models: {difference}; sum those of the same models.");
        }

        var counted = all.GroupBy(one => one.Sitting.Session).Select(group => group.MaxBy(one => one.Sitting.Votes.Count)).ToList();
        string[] names = [.. all[0].Sitting.Models.Select(model => model.Name)];
        Dictionary<Vote, int> votes = counted.SelectMany(one => one.Sitting.Votes).CountBy(vote => vote).ToDictionary();
        var preferences = new List<Preference>();
        for (int i = 0; i < names.Length; i++)
        {
            for (int j = i + 1; j < names.Length; j++)
                preferences.Add(new Preference(names[i], names[j], Votes(names[i], names[j], names[i]), Votes(names[i], names[j], names[j]), Votes(names[i], names[j], null)));
        }

        return new BlindVotes(
            all[0].Sitting.Models, preferences, counted.Count, [.. all.Where(one => !counted.Contains(one)).Select(one => one.File)]);

        int Votes(string one, string other, string? preferred) =>
            votes.GetValueOrDefault(new Vote(one, other, preferred)) + votes.GetValueOrDefault(new Vote(other, one, preferred));
    }

    private static string? DifferenceOf(IReadOnlyList<ComparedModel> a, IReadOnlyList<ComparedModel> b)
    {
        foreach (ComparedModel model in a)
        {
            ComparedModel? other = b.FirstOrDefault(one => one.Name == model.Name);
            if (other is null) return $"'{model.Name}' is in one alone";
            if (other.Weights != model.Weights) return $"'{model.Name}' has other weights";
        }

        return b.FirstOrDefault(model => a.All(one => one.Name != model.Name)) is { } more ? $"'{more.Name}' is in one alone" : null;
    }

    private static Sitting Parse(string file) => StoredJson.Read(file, "votes of a blind comparison", root =>
    {
        if (root.GetProperty("format").GetString() != Format)
            throw new EvaluationException($"'{file}' holds no votes; the page of 'mezzo compare --blind' exports some.");
        ComparedModel[] models =
        [
            .. root.GetProperty("models").EnumerateArray().Select(model => new ComparedModel(Text(model, "name"), model.GetProperty("weights").GetString())),
        ];
        HashSet<string> names = [.. models.Select(model => model.Name)];
        if (names.Count != models.Length || names.Count > MostModels) throw new FormatException("its models are too many, or one is there twice");
        return new Sitting(Text(root, "session"), models, [.. root.GetProperty("votes").EnumerateArray().Select(vote => VoteOf(vote, file, names))]);
    });

    private static Vote VoteOf(JsonElement vote, string file, HashSet<string> models)
    {
        (string left, string right, string choice) = (Text(vote, "left"), Text(vote, "right"), Text(vote, "choice"));
        if (left == right || !models.Contains(left) || !models.Contains(right) || choice is not ("left" or "right" or "same"))
            throw new EvaluationException(
                $"'{file}' has a vote between '{left}' and '{right}' for '{choice}', which is none; export the votes again.");
        return new Vote(left, right, choice switch { "left" => left, "right" => right, _ => null });
    }

    private static string Text(JsonElement element, string key) => StoredJson.Text(element.GetProperty(key));

    private sealed record Sitting(string Session, IReadOnlyList<ComparedModel> Models, IReadOnlyList<Vote> Votes);

    private sealed record Vote(string Left, string Right, string? Preferred);
}
