using System.Globalization;
using System.Net;
using System.Text;
using Mezzotint.Imaging;
using Mezzotint.Storage;

namespace Mezzotint.Data.Examination;

/// <summary>
/// A report as a page for people, with small pictures of what was found. One HTML file that needs no network and no script.
/// </summary>
public static class DataReportPage
{
    private const int MostNamed = 200, MostPictures = 12;
    private const int Thumbnail = 112;
    private const long LargestPixels = 60_000_000;
    private const double Megabyte = 1e6;

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="recipe">The recipe's name.</param>
    /// <param name="path">The HTML file.</param>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static void Write(DataReport report, string recipe, string path) => AtomicFile.WriteText(path, Html(report, recipe));

    /// <summary>The page.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="recipe">The recipe's name.</param>
    public static string Html(DataReport report, string recipe)
    {
        var page = new StringBuilder();
        string title = $"{string.Join(", ", report.Needs.Train)} for {recipe}";
        Line(
            page, $"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        Line(
            page, $"<meta name=\"color-scheme\" content=\"light dark\">\n<title>{Text(title)}</title>\n<style>{Style}</style>\n</head>\n<body>\n<main>");
        Line(page, $"<h1>{Text(title)}</h1>");
        Line(
            page, $"<dl><div><dt>To learn from</dt><dd>{report.TrainCount:N0}</dd></div><div><dt>Never learned from</dt><dd>{report.ValidationCount:N0}</dd></div>");
        Line(
            page, $"<div><dt>Files read</dt><dd>{report.Files:N0}</dd></div><div><dt>Megabytes</dt><dd>{report.Bytes / Megabyte:N1}</dd></div></dl>");
        if (report.IsClean) Line(page, $"<p class=\"clean\">Nothing would break or spoil the training.</p>");
        foreach (IGrouping<FindingGravity, Finding> group in report.Findings.GroupBy(finding => finding.Gravity))
        {
            Line(page, $"<section class=\"{group.Key.ToString().ToLowerInvariant()}\"><h2>{Text(Heading(group.Key))}</h2>");
            foreach (Finding finding in group) Write(page, finding);
            Line(page, $"</section>");
        }

        Classes(page, report);
        Line(page, $"</main>\n</body>\n</html>");
        return page.ToString();
    }

    private static string Heading(FindingGravity gravity) => gravity switch
    {
        FindingGravity.Breaks => "Would break the training",
        FindingGravity.Spoils => "Would spoil the training",
        _ => "To know",
    };

    private static void Write(StringBuilder page, Finding finding)
    {
        Line(page, $"<article><h3>{Text(finding.Title)}</h3><p>{Text(finding.Remedy)}</p>");
        string[] pictures = [.. finding.Files.Take(MostPictures).Select(Figure).OfType<string>()];
        if (pictures.Length > 0) Line(page, $"<div class=\"pictures\">{string.Concat(pictures)}</div>");
        Line(page, $"<details{(pictures.Length == 0 ? " open" : "")}><summary>{finding.Files.Count:N0} named</summary><ul>");
        foreach (FoundFile file in finding.Files.Take(MostNamed))
            Line(page, $"<li><code>{Text(file.Path)}</code>{(file.Detail.Length > 0 ? ": " : "")}{Text(file.Detail)}</li>");
        if (finding.Files.Count > MostNamed) Line(page, $"<li>and {finding.Files.Count - MostNamed:N0} more</li>");
        Line(page, $"</ul></details></article>");
    }

    private static string? Figure(FoundFile file)
    {
        if (Small(file.Path) is not { } own) return null;
        string? partner = file.Partner is { } other ? Small(other) : null;
        return $"<figure>{own}{partner}<figcaption>{Text(Path.GetFileName(file.Path))}</figcaption></figure>";
    }

    /// <summary>A small copy of a picture within the page; null where there is none to be had.</summary>
    private static string? Small(string path)
    {
        try
        {
            if (!File.Exists(path) || !PictureFormats.HasPictureExtension(path)) return null;
            PictureHeader header = Picture.ReadHeader(path);
            if ((long)header.Width * header.Height > LargestPixels) return null;
            Picture picture = TrainingChannels.Shown(Picture.Load(path)).WithBitDepth(8).Flatten();
            double factor = Math.Min(1, Thumbnail / (double)Math.Max(picture.Width, picture.Height));
            picture = picture.Resize(Math.Max(1, (int)(picture.Width * factor)), Math.Max(1, (int)(picture.Height * factor)));
            using var bytes = new MemoryStream();
            picture.WithMetadata(PictureMetadata.None).Save(bytes, PictureFormat.Png);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"<img alt=\"{Text(path)}\" width=\"{picture.Width}\" height=\"{picture.Height}\" src=\"data:image/png;base64,{Convert.ToBase64String(bytes.ToArray())}\">");
        }
        catch (PictureException)
        {
            return null; // that it is broken is what the page says
        }
    }

    private static void Classes(StringBuilder page, DataReport report)
    {
        if (report.Classes.Count == 0) return;
        string unit = report.ClassesArePixels ? "pixels" : "images";
        long most = Math.Max(1, report.Classes.Max(one => one.Train));
        Line(
            page, $"<section><h2>Classes</h2><table><thead><tr><th>Class</th><th>{unit} to learn from</th><th></th><th>never learned from</th></tr></thead><tbody>");
        foreach (ClassCount one in report.Classes)
        {
            Line(
                page, $"<tr><td>{Text(one.Name)}</td><td class=\"n\">{one.Train:N0}</td><td class=\"bar\"><i style=\"width:{100.0 * one.Train / most:0.#}%\"></i></td>");
            Line(page, $"<td class=\"n\">{one.Validation:N0}</td></tr>");
        }

        Line(page, $"</tbody></table></section>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Line(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private const string Style = """

        :root { color-scheme: light dark; --page: #fbfbfa; --ink: #1d2126; --soft: #5c656f; --rule: #dfe2e5; --panel: #fff;
          --breaks: #b3261e; --spoils: #b26a00; --note: #1f6fb4; --clean: #2f8554; }
        @media (prefers-color-scheme: dark) { :root { --page: #15181b; --ink: #e6e8ea; --soft: #9aa4ae; --rule: #30363c; --panel: #1c2024;
          --breaks: #f2958d; --spoils: #e8b35a; --note: #69b1f0; --clean: #6cc48f; } }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 64px; }
        h1 { font-size: 1.5rem; margin: 0 0 12px; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 36px 0 12px; } h3 { font-size: 1rem; margin: 0; }
        dl { display: flex; flex-wrap: wrap; gap: 10px; margin: 0; }
        dl div, article { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: 8px 14px; }
        dt { color: var(--soft); font-size: .82rem; } dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
        .clean { color: var(--clean); font-weight: 600; }
        article { border-left-width: 4px; margin: 10px 0; padding: 12px 16px; } article p { margin: 4px 0 10px; }
        .breaks article { border-left-color: var(--breaks); } .spoils article { border-left-color: var(--spoils); } .note article { border-left-color: var(--note); }
        .breaks h2 { color: var(--breaks); } .spoils h2 { color: var(--spoils); }
        .pictures { display: flex; flex-wrap: wrap; gap: 12px; margin: 8px 0; } figure { margin: 0; max-width: 240px; }
        figure img { border: 1px solid var(--rule); margin-right: 2px; vertical-align: bottom; } figcaption { color: var(--soft); font-size: .8rem; overflow-wrap: anywhere; }
        ul { padding-left: 20px; margin: 8px 0 0; } li { font-size: .88rem; overflow-wrap: anywhere; } summary { color: var(--soft); cursor: pointer; font-size: .88rem; }
        table { border-collapse: collapse; width: 100%; } th { text-align: left; color: var(--soft); font-weight: 400; font-size: .88rem; }
        td, th { padding: 3px 10px 3px 0; border-bottom: 1px solid var(--rule); } .n { text-align: right; font-variant-numeric: tabular-nums; }
        .bar { width: 40%; } .bar i { display: block; height: 10px; background: var(--note); border-radius: 2px; }

        """;
}
