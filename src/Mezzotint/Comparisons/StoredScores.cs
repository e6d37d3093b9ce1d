using System.Globalization;
using System.Text.Json;
using Mezzotint.Evaluation;

namespace Mezzotint.Comparisons;

/// <summary>A score as an evaluation has stored it.</summary>
/// <param name="Name">What it is called: <c>fid</c>, <c>psnr_y</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Protocol">How it was taken.</param>
public sealed record StoredScore(string Name, double Value, Protocol Protocol)
{
    private static readonly HashSet<string> Distances = new(StringComparer.Ordinal)
    {
        "fid", "kid", "lpips", "l1", "perceptual", "negative_elbo", "reconstruction", "kl", "importance_weighted_nll", "finest", "mean",
    };

    /// <summary>Each picture's own value, by name; empty where the evaluation kept none.</summary>
    public IReadOnlyDictionary<string, double> Images { get; init; } = new Dictionary<string, double>();

    /// <summary>The protocol as the evaluation printed it.</summary>
    public string Words { get; init; } = Protocol.Description;

    /// <summary>Whether more is better.</summary>
    public bool HigherIsBetter => !Distances.Contains(Name.Split(' ')[0]);
}

/// <summary>The scores of one evaluation, as <c>mezzo evaluate ... --json</c> prints them.</summary>
/// <param name="File">The file.</param>
/// <param name="Judged">What was evaluated.</param>
/// <param name="Scores">Its scores.</param>
public sealed record StoredScores(string File, string Judged, IReadOnlyList<StoredScore> Scores)
{
    private const string PartEnd = "; ";
    private const string PerceptualDistanceName = "perceptual", PerceptualDistancePart = "distance of the features";
    private const string LpipsName = "lpips", LpipsPart = "LPIPS";

    private static readonly string[] Quality = ["psnr_y", "ssim_y", "psnr_rgb", "ssim_rgb", "psnr", "ssim", "l1", "perceptual", "lpips"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="EvaluationException">It is missing, or holds no scores.</exception>
    public static StoredScores Read(string file) => StoredJson.Read(file, "scores that 'mezzo evaluate ... --json' prints", root =>
    {
        StoredScore[] scores = [.. Of(root)];
        if (scores.Length == 0) throw new FormatException("no score is in it");
        if (scores.CountBy(score => score.Name).FirstOrDefault(count => count.Value > 1).Key is { } twice) throw new FormatException($"'{twice}' is in it twice");
        return new StoredScores(file, NameOf(root) ?? Path.GetFileNameWithoutExtension(file), scores);
    });

    /// <summary>Refuses scores that are not to be put side by side.</summary>
    /// <param name="others">Others, whose every score is compared with the one of its name here.</param>
    /// <exception cref="EvaluationException">A protocol differs, or the pictures do; the term is named. Or they have no score in
    /// common.</exception>
    public void RequireSame(IEnumerable<StoredScores> others)
    {
        foreach (StoredScores other in others)
        {
            bool any = false;
            foreach (StoredScore score in Scores)
            {
                if (other.Scores.FirstOrDefault(one => one.Name == score.Name) is not { } counterpart) continue;
                any = true;
                if (DifferenceOf(score, counterpart) is { } difference)
                    throw new EvaluationException(
                        $"{score.Name} of '{File}' and of '{other.File}' cannot be put side by side: {difference}; take both by one protocol.");
            }

            if (!any)
            {
                throw new EvaluationException(
                    $"'{File}' and '{other.File}' have no score in common: one has {Names(this)}, the other {Names(other)}; take the same scores of both.");
            }
        }

        static string Names(StoredScores scores) => string.Join(", ", scores.Scores.Select(score => score.Name));
    }

    private static string? DifferenceOf(StoredScore a, StoredScore b)
    {
        if (a.Protocol.DifferenceTo(b.Protocol) is { } difference) return difference;
        if (a.Images.Keys.FirstOrDefault(name => !b.Images.ContainsKey(name)) is { } lone) return $"the picture '{lone}' is in the first alone";
        return b.Images.Keys.FirstOrDefault(name => !a.Images.ContainsKey(name)) is { } other ? $"the picture '{other}' is in the second alone" : null;
    }

    private static IEnumerable<StoredScore> Of(JsonElement root)
    {
        if (root.TryGetProperty("mean", out JsonElement mean)) return OfMeans(root, mean);
        if (root.TryGetProperty("levels", out JsonElement levels)) return OfLevels(root, levels);
        return root.GetProperty("scores").EnumerateArray().SelectMany(score => score.TryGetProperty("metric", out _) ? [OfMetric(root, score)] : OfBound(root, score));
    }

    /// <summary>Enlarged pictures and translations: a mean, a protocol in words, and each picture's figures.</summary>
    private static IEnumerable<StoredScore> OfMeans(JsonElement root, JsonElement mean)
    {
        JsonElement images = root.TryGetProperty("images", out JsonElement pictures) ? pictures : root.GetProperty("pairs");
        foreach (string name in Quality)
        {
            if (!mean.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null) continue;
            string words = StoredJson.Text(root.GetProperty("protocol"));
            yield return new StoredScore(name, Number(value), InWords(name, words))
            {
                Words = words,
                Images = OfImages(images, image => image.GetProperty(name)),
            };
        }
    }

    private static StoredScore OfMetric(JsonElement root, JsonElement score)
    {
        string name = StoredJson.Text(score.GetProperty("metric"));
        JsonElement value = score.TryGetProperty("value", out JsonElement own) ? own : score.GetProperty("mean");
        Protocol protocol = score.TryGetProperty("terms", out JsonElement terms)
            ? new Protocol(name, [.. terms.EnumerateObject().Select(term => new ProtocolTerm(StoredJson.Text(term.Name), StoredJson.Text(term.Value)))])
            : InWords(name, StoredJson.Text(score.GetProperty("protocol")));
        var images = new Dictionary<string, double>();
        if (root.TryGetProperty("images", out JsonElement pictures) && pictures.ValueKind == JsonValueKind.Array)
            images = OfImages(pictures, image => image.GetProperty("scores").GetProperty(name));
        return new StoredScore(name, Number(value), protocol) { Words = StoredJson.Text(score.GetProperty("protocol")), Images = images };
    }

    private static Dictionary<string, double> OfImages(JsonElement images, Func<JsonElement, JsonElement> score)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (JsonElement image in images.EnumerateArray())
        {
            string name = StoredJson.Text(image.GetProperty("name"));
            if (!values.TryAdd(name, Number(score(image)))) throw new FormatException($"the picture '{name}' is in it twice");
        }

        return values;
    }

    /// <summary>Autoencoders: figures in nats by each of two protocols.</summary>
    private static IEnumerable<StoredScore> OfBound(JsonElement root, JsonElement score)
    {
        string protocol = $"{StoredJson.Text(score.GetProperty("protocol"))}{PartEnd}images {root.GetProperty("images").GetInt32()}";
        string kind = score.GetProperty("binarized").GetBoolean() ? " binarized" : "";
        foreach (string name in new[] { "negative_elbo", "reconstruction", "kl", "importance_weighted_nll" })
        {
            if (score.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number)
                yield return new StoredScore($"{name}{kind}", value.GetDouble(), InWords(name, protocol)) { Words = protocol };
        }
    }

    private static IEnumerable<StoredScore> OfLevels(JsonElement root, JsonElement levels)
    {
        string protocol = string.Create(CultureInfo.InvariantCulture, $"{StoredJson.Text(root.GetProperty("protocol"))}{PartEnd}images {root.GetProperty("images").GetInt32()}");
        foreach (JsonElement level in levels.EnumerateArray())
        {
            int side = level.GetProperty("side").GetInt32();
            foreach (string name in new[] { "finest", "mean" })
                yield return new StoredScore($"{name} {side}x{side}", level.GetProperty("own").GetProperty(name).GetDouble(), InWords($"swd {side}", protocol)) { Words = protocol };
        }
    }

    /// <summary>
    /// A protocol that is stored in words. Its parts are its terms, so that the first part that differs is named; a part's first word is
    /// its key where no other part begins with it.
    /// </summary>
    private static Protocol InWords(string score, string words)
    {
        // What a further score was taken by, behind, is nothing to those before it.
        IEnumerable<string> parts = words.Split(PartEnd, StringSplitOptions.RemoveEmptyEntries);
        if (score != PerceptualDistanceName) parts = parts.Where(part => !part.StartsWith(PerceptualDistancePart, StringComparison.Ordinal));
        if (score != LpipsName) parts = parts.TakeWhile(part => !part.StartsWith(LpipsPart, StringComparison.Ordinal));
        var terms = new List<ProtocolTerm>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (string part in parts)
        {
            int space = part.IndexOf(' ', StringComparison.Ordinal);
            string word = (space > 0 ? part[..space] : part).TrimEnd(':', ','), key = word, value = space > 0 ? part[(space + 1)..] : "so";
            if (space < 0 && part is ['x', .. var scale] && scale.All(char.IsAsciiDigit)) (word, key, value) = ("scale", "scale", part);
            for (int number = 2; !keys.Add(key); number++) key = string.Create(CultureInfo.InvariantCulture, $"{word} ({number})");
            terms.Add(new ProtocolTerm(key, value));
        }

        return new Protocol(score, terms);
    }

    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when value.GetString() == "Infinity" => double.PositiveInfinity, // equal pictures
        _ => double.NaN,
    };

    private static string? NameOf(JsonElement root) =>
        root.TryGetProperty("model", out JsonElement model) ? StoredJson.Text(model) : root.TryGetProperty("judged", out JsonElement judged) ? StoredJson.Text(judged) : null;
}
