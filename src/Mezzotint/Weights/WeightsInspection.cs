using Mezzotint.Networks;
using Mezzotint.Weights.Published;

namespace Mezzotint.Weights;

/// <summary>An array in a file of weights.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its extents, as the file has them.</param>
/// <param name="ElementType">How its numbers are stored: F32, F16, BF16, ...</param>
public sealed record InspectedArray(string Name, IReadOnlyList<int> Shape, string ElementType);

/// <summary>What a file of weights holds, and what network it is likely of.</summary>
/// <param name="Format"><c>safetensors</c> or <c>PyTorch</c>.</param>
/// <param name="Arrays">Its arrays.</param>
/// <param name="Numbers">How many numbers they have together.</param>
/// <param name="NotFinite">How many of them are no finite numbers.</param>
/// <param name="Part">Where in a PyTorch file's value the arrays lie; empty for the value itself.</param>
/// <param name="Parts">All states that a PyTorch file holds.</param>
/// <param name="Metadata">The free text of a safetensors header.</param>
/// <param name="Architecture">The network it is of, in words; null where it is of none that is known.</param>
/// <param name="Network">The network's description; null where it is of none that can be built to make or enlarge pictures.</param>
/// <param name="Remark">What keeps it from being read as that network, or what it is nearest to; null where there is nothing to
/// say.</param>
public sealed record WeightsInspection(
    string Format, IReadOnlyList<InspectedArray> Arrays, long Numbers, long NotFinite, string Part, IReadOnlyList<PyTorchPart> Parts,
    IReadOnlyDictionary<string, string> Metadata, string? Architecture, NetworkDescription? Network, string? Remark)
{
    /// <summary>Looks into a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="part">Which state of a PyTorch file; null for the one that is meant, as far as names tell.</param>
    /// <exception cref="WeightsException">The file is missing, broken, hostile, or of no format that is read.</exception>
    public static WeightsInspection Of(string path, string? part = null)
    {
        WeightsFile file = WeightsFile.Read(path, part);
        (string? architecture, NetworkDescription? network, string? remark) = Recognise(path, file);
        return new WeightsInspection(
            file.Format,
            [.. file.Arrays.Select(array => new InspectedArray(array.Name, array.Shape, file.ElementTypes[array.Name]))],
            file.Arrays.Sum(array => (long)array.Data.Length),
            file.Arrays.Sum(array => (long)array.Data.Count(value => !float.IsFinite(value))),
            file.Part, file.Parts, file.Metadata, architecture, network, remark);
    }

    private static (string? Architecture, NetworkDescription? Network, string? Remark) Recognise(string path, WeightsFile file)
    {
        if (ModelFile.IsModel(file.Metadata))
        {
            NetworkDescription own = ModelFile.Describe(path, file.Metadata);
            return ($"{own.Kind} {own.Summary}, a model of Mezzotint", own, null);
        }

        var state = new PublishedState(path, file.Arrays);
        (Architecture Architecture, NetworkDescription Network, PublishedState State)? recognised;
        try
        {
            recognised = Architectures.Recognise(state);
        }
        catch (WeightsException several)
        {
            return ("several networks", null, several.Message);
        }

        if (recognised is not { } found)
        {
            if (FeatureNetworks.NameOf(state) is { } seeing) return (seeing, null, null);
            string likeness = Architectures.Likeness(state);
            return (null, null, $"{char.ToUpperInvariant(likeness[0])}{likeness[1..]}.");
        }

        string name = $"{found.Architecture.Name} {found.Network.Summary}"
            + (found.Network is SuperResolverDescription enlarging ? $", {enlarging.Scale} times" : "");
        try
        {
            found.Architecture.Build(found.State, found.Network);
            return (name, found.Network, null);
        }
        catch (MezzotintException fault)
        {
            return (name, null, fault.Message);
        }
    }
}
