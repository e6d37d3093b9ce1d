using System.Globalization;
using System.Text;
using Mezzotint.Imaging.Files;
using Mezzotint.Layers;
using Mezzotint.Networks;

namespace Mezzotint.Weights;

/// <summary>
/// The card of a model: Markdown beside its file, with keys and values between two lines of dashes at its top, as model hubs have it.
/// </summary>
internal static class ModelCard
{
    private const string FileName = "README.md";
    private const string Fence = "---";
    private const string Licensed = "license: ", LicensedByName = "license_name: ";

    /// <summary>The terms of a model's weights as its card names them, or null where there is no card or it names none.</summary>
    /// <param name="model">The model's file.</param>
    public static string? Licence(string model)
    {
        string card = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, FileName);
        if (InputFile.Length(card) is null or 0 || File.ReadAllLines(card) is not [Fence, .. var rest]) return null;
        string[] keys = [.. rest.TakeWhile(line => line != Fence)];
        return Value(keys, LicensedByName) ?? Value(keys, Licensed);
    }

    /// <summary>The card of an exported model.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="network">The network.</param>
    /// <param name="description">What it is.</param>
    /// <param name="file">The exported file's name.</param>
    /// <param name="format">Its format, and how it is read, as the end of a sentence.</param>
    /// <param name="licence">The terms of the weights; null where they are not known.</param>
    /// <param name="about">What the model's file says of it.</param>
    public static string Of(
        string name, Module network, NetworkDescription description, string file, string format, string? licence, IReadOnlyDictionary<string, string> about)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        (string task, string tag) = description switch
        {
            SuperResolverDescription { Scale: 1 } => ("image-to-image", "image-restoration"),
            SuperResolverDescription => ("image-to-image", "super-resolution"),
            GeneratorDescription => ("unconditional-image-generation", "image-generation"),
            _ => ("image-to-image", "image-translation"),
        };
        var card = new StringBuilder();
        card.AppendLine(Fence).Append(Licensed).AppendLine(licence is null ? "unknown" : "other");
        if (licence is not null) card.Append(LicensedByName).AppendLine(Quoted(licence));
        card.AppendLine("library_name: mezzotint").AppendLine(culture, $"pipeline_tag: {task}").AppendLine("tags:").AppendLine(culture, $"  - {tag}");
        card.AppendLine(Fence).AppendLine().AppendLine(culture, $"# {Line(name)}").AppendLine();
        card.AppendLine(culture, $"{Named(description)} {Line(description.Summary)}, exported by Mezzotint.").AppendLine();
        card.AppendLine("| | |").AppendLine("|---|---|");
        card.AppendLine(culture, $"| file | `{Cell(file)}`: {format} |");
        card.AppendLine(culture, $"| parameters | {network.Parameters.Sum(parameter => parameter.Shape.Count):N0} |");
        card.AppendLine(culture, $"| weights | sha256:{ContentHash.Of(network)} |");
        foreach ((string key, string text) in about.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            if (text.Length <= 200 && !text.Contains('\n')) card.AppendLine(culture, $"| {Cell(key)} | {Cell(text)} |");
        card.AppendLine().AppendLine(culture, $"**Terms.** {(licence is null ? "The terms of these weights are not known here; those of their source and of the data they learned from apply." : $"{Line(licence)}.")}");
        return card.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>What the field calls a network, with its article, at the beginning of a sentence.</summary>
    private static string Named(NetworkDescription description) => description switch
    {
        ImdnDescription => "An IMDN (information multi-distillation network)",
        RrdbNetDescription => "An RRDBNet (ESRGAN's generator)",
        SrVggDescription => "An SRVGG-compact network",
        SrResNetDescription => "An SRResNet",
        BoundedSrResNetDescription => "An SRResNet with colours bounded by a hyperbolic tangent",
        VersionedSrResNetDescription version => $"An SRResNet ({version.Version}'s)",
        MsrResNetDescription => "An MSRResNet (SRResNet without norms)",
        EdsrDescription => "An EDSR (residual blocks without norms)",
        CompactResNetDescription => "A compact residual network",
        DcganDescription => "A DCGAN generator",
        DenseGeneratorDescription => "A generator of dense layers",
        ResNetGeneratorDescription => "A residual generator",
        HierarchicalDescription => "A hierarchical generator",
        VaeDescription => "A variational autoencoder",
        _ => $"A {description.Kind}",
    };

    private static string? Value(string[] lines, string key) =>
        lines.FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim().Trim('"');

    /// <summary>A text in YAML's quotes.</summary>
    private static string Quoted(string text) => $"\"{Line(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Line(string text) => text.ReplaceLineEndings(" ");

    private static string Cell(string text) => Line(text).Replace("|", "\\|", StringComparison.Ordinal).Replace("`", "'", StringComparison.Ordinal);
}
