using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mezzotint.Storage;

namespace Mezzotint.Comparisons;

/// <summary>
/// A comparison as a page: side by side, with a slider between any two, scores in a table; or as a blind vote, which shuffles pairs and
/// sides, counts what is preferred, and names the models at the end. One HTML file that needs no network.
/// </summary>
public static class ComparisonPage
{
    private const string Resources = "Mezzotint.Comparisons.";

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="comparison">What is compared.</param>
    /// <param name="path">The HTML file.</param>
    /// <param name="blind">Whether it is a blind vote.</param>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static void Write(ModelComparison comparison, string path, bool blind = false) => AtomicFile.Write(path, stream =>
    {
        using var text = new StreamWriter(stream, leaveOpen: true);
        Write(comparison, text, blind);
    });

    /// <summary>Writes the page.</summary>
    /// <param name="comparison">What is compared.</param>
    /// <param name="page">Receives it.</param>
    /// <param name="blind">Whether it is a blind vote.</param>
    public static void Write(ModelComparison comparison, TextWriter page, bool blind = false)
    {
        string title = WebUtility.HtmlEncode(blind ? $"Blind vote: {comparison.Title}" : comparison.Title);
        page.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <style>
            {Resource("page.css")}</style>
            </head>
            <body>
            <main>
            <h1>{title}</h1>
            <p id="hint"></p>
            <div class="bar"><label>zoom <select id="zoom"><option value="0">fit</option><option value="1">1:1</option><option value="2">2:1</option><option value="4">4:1</option><option value="8">8:1</option></select></label></div>
            <section id="ballot" hidden></section>
            <div id="compare" hidden>
            <nav><button id="side">Side by side</button><button id="slide">Slider</button><span class="grow"></span>
            <button id="previous" aria-label="previous">&#8592;</button><span class="count" id="where"></span><button id="next" aria-label="next">&#8594;</button></nav>
            <h2 id="name"></h2>
            <div id="view"></div>
            <section id="scores"></section>
            <section id="strip"></section>
            </div>
            <noscript>This page needs JavaScript to be switched on.</noscript>
            </main>
            <script type="application/json" id="data">
            """);

        // The writer escapes what would end the script: names are people's own.
        page.Write("{\"rows\":[");
        for (int i = 0; i < comparison.Rows.Count; i++)
        {
            if (i > 0) page.Write(",\n");
            page.Write(Row(comparison.Rows[i]).ToJsonString());
        }

        page.Write("],\n");
        page.Write(About(comparison, blind).ToJsonString()[1..]);
        page.Write($"</script>\n<script>\n{Resource("page.js")}</script>\n</body>\n</html>\n");
    }

    private static JsonObject About(ModelComparison comparison, bool blind) => new()
    {
        ["id"] = comparison.Identity(),
        ["votes"] = BlindVotes.Format,
        ["blind"] = blind,
        ["models"] = new JsonArray([.. comparison.Models.Select(model => new JsonObject { ["name"] = model.Name, ["weights"] = model.Weights })]),
        ["scores"] = new JsonArray(
        [
            .. comparison.Scores.Select(score => new JsonObject { ["name"] = score.Name, ["higher"] = score.HigherIsBetter, ["protocol"] = score.Protocol }),
        ]),
        ["means"] = new JsonArray(
        [
            .. comparison.Models.Select((_, model) => new JsonArray([.. comparison.Scores.Select((_, score) => Number(comparison.Mean(model, score)))])),
        ]),
    };

    private static JsonObject Row(ComparisonRow row) => new()
    {
        ["name"] = row.Name,
        ["input"] = row.Input is { } input ? Picture(input) : null,
        ["truth"] = row.Truth is { } truth ? Picture(truth) : null,
        ["made"] = new JsonArray([.. row.Made.Select(Picture)]),
        ["scores"] = new JsonArray([.. row.Scores.Select(scores => new JsonArray([.. scores.Select(Number)]))]),
    };

    private static JsonObject Picture(ComparedPicture picture) => new()
    {
        ["width"] = picture.Width,
        ["height"] = picture.Height,
        ["src"] = $"data:image/png;base64,{Convert.ToBase64String(picture.Png.Span)}",
    };

    /// <summary>A score: of equal pictures "equal", and nothing where it is none.</summary>
    private static JsonNode? Number(double value) => double.IsNaN(value) ? null : double.IsInfinity(value) ? "equal" : value;

    private static string Resource(string name)
    {
        using Stream stream = typeof(ComparisonPage).Assembly.GetManifestResourceStream(Resources + name)
            ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The page's {name} is missing from the assembly."));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
