using System.Globalization;
using System.Text.Json.Nodes;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Weights;

/// <summary>
/// A model between two of the same network: each weight lies the same share of the way from the one's to the other's (Wang et al. 2018,
/// "ESRGAN", network interpolation). Where one of them began its training with the other, as a second stage with its first, what it makes
/// lies between what they make.
/// </summary>
public sealed class ModelBlend
{
    private const string AboutKey = "mezzotint.blend";

    private readonly NetworkDescription _description;
    private readonly Module _network;
    private readonly string _about;
    private readonly string? _licence;

    private ModelBlend(NetworkDescription description, Module network, double likeness, string about, string? licence)
    {
        (_description, _network, Likeness) = (description, network, likeness);
        (_about, _licence) = (about, licence);
    }

    /// <summary>
    /// The cosine of the angle between all weights of the one model and all of the other: near 1 where one was trained from the other, near 0
    /// for two that were drawn apart, between which lies nothing of use.
    /// </summary>
    public double Likeness { get; }

    /// <summary>Blends two models.</summary>
    /// <param name="from">The file of the one.</param>
    /// <param name="to">The file of the other.</param>
    /// <param name="share">How far from the one to the other, 0 to 1.</param>
    /// <exception cref="WeightsException">A file is no model's, or the two are of different networks.</exception>
    public static ModelBlend Of(string from, string to, double share)
    {
        if (share is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "A share is from 0 to 1.");
        NetworkDescription description = ModelFile.Describe(from);
        if (Difference(description, ModelFile.Describe(to)) is { } difference)
            throw new WeightsException($"There is nothing between '{from}' and '{to}', which are of different networks: {difference}.");
        Module network = ModelFile.Read(from), second = ModelFile.Read(to);
        string about = string.Create(
            CultureInfo.InvariantCulture, $"{share} of the way from sha256:{ContentHash.Of(network)} to sha256:{ContentHash.Of(second)}");
        string? licence = ModelCard.Licence(from) is { } one && ModelCard.Licence(to) is { } two ? one == two ? one : $"{one}, and {two}" : null;
        return new ModelBlend(description, network, Mix(network, second, share), about, licence);
    }

    /// <summary>Writes the model, whole or not at all.</summary>
    /// <param name="path">The file, of safetensors.</param>
    public void Write(string path) => ModelFile.Write(
        path, _description, _network.Variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), About);

    /// <summary>The model's card, in Markdown.</summary>
    /// <param name="path">The file it is written to.</param>
    public string Card(string path) => ModelCard.Of(
        Path.GetFileNameWithoutExtension(path), _network, _description, Path.GetFileName(path), "safetensors, which Mezzotint opens", _licence, About);

    private Dictionary<string, string> About => new() { [AboutKey] = _about };

    /// <summary>The first thing that tells two networks apart; null where they are the same.</summary>
    private static string? Difference(NetworkDescription one, NetworkDescription two)
    {
        if (one.Kind != two.Kind) return $"{one.Kind} and {two.Kind}";
        JsonObject first = JsonNode.Parse(one.ToJson())!.AsObject(), second = JsonNode.Parse(two.ToJson())!.AsObject();
        string? key = first.Select(entry => entry.Key).Union(second.Select(entry => entry.Key))
            .FirstOrDefault(key => !JsonNode.DeepEquals(first[key], second[key]));
        return key is null ? null : first[key] is JsonValue a && second[key] is JsonValue b ? $"{key} is {a.ToJsonString()} and {b.ToJsonString()}" : $"{key} differs";
    }

    /// <summary>Moves a network's weights towards another's.</summary>
    /// <returns>The cosine between them as they were.</returns>
    private static double Mix(Module network, Module other, double share)
    {
        Dictionary<string, Variable> targets = other.Variables.ToDictionary(variable => variable.Name);
        double dot = 0, first = 0, second = 0;
        foreach (Variable variable in network.Variables)
        {
            float[] values = variable.ToArray(), ends = targets[variable.Name].ToArray();
            for (int i = 0; i < values.Length; i++)
            {
                double a = values[i], b = ends[i];
                (dot, first, second) = (dot + a * b, first + a * a, second + b * b);
                values[i] = (float)((1 - share) * a + share * b);
            }

            variable.Set(values);
        }

        return first > 0 && second > 0 ? dot / Math.Sqrt(first * second) : 0;
    }
}
