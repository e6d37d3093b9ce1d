using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Weights;

/// <summary>A trained network in one safetensors file: its weights, and in the metadata what network they are for and where they come from.</summary>
public static class ModelFile
{
    private const string NetworkKey = "mezzotint.network";

    /// <summary>Writes a model, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">What the weights are for.</param>
    /// <param name="values">The network's variables by name, with the values to keep (the averages, say).</param>
    /// <param name="about">More for the metadata: the recipe, the steps.</param>
    public static void Write(
        string path, NetworkDescription network, IEnumerable<KeyValuePair<string, Variable>> values, IReadOnlyDictionary<string, string> about)
    {
        var metadata = new SortedDictionary<string, string>(about.ToDictionary(), StringComparer.Ordinal) { [NetworkKey] = network.ToJson() };
        Safetensors.Write(path, values.Select(entry => new NamedArray(entry.Key, entry.Value.Shape.ToArray(), entry.Value.ToArray())), metadata);
    }

    /// <summary>What network a model is for, from its header alone.</summary>
    /// <exception cref="WeightsException">The file cannot be read, or describes no network.</exception>
    public static NetworkDescription Describe(string path) => Describe(path, Safetensors.ReadMetadata(path));

    /// <summary>Reads a model: the network it describes, with its weights.</summary>
    /// <exception cref="WeightsException">The file cannot be read, describes no network, or its arrays are not that network's.</exception>
    public static SuperResolver Read(string path)
    {
        SafetensorsFile file = Safetensors.Read(path);
        NetworkDescription description = Describe(path, file.Metadata);
        SuperResolver network;
        try
        {
            network = description.Build();
        }
        catch (MezzotintException fault)
        {
            throw new WeightsException($"'{path}' is for a network this version does not know: {fault.Message}", fault);
        }

        Dictionary<string, NamedArray> arrays = file.Arrays.ToDictionary(array => array.Name);
        foreach (Variable variable in network.Variables)
        {
            if (!arrays.Remove(variable.Name, out NamedArray? array))
                throw new WeightsException($"'{path}' lacks the array '{variable.Name}' {variable.Shape} of its network.");
            if (!array.Shape.AsSpan().SequenceEqual(variable.Shape.Span))
                throw new WeightsException($"'{path}' holds '{variable.Name}' as [{string.Join(", ", array.Shape)}], and its network takes {variable.Shape}.");
            variable.Set(array.Data);
        }

        return arrays.Count == 0
            ? network
            : throw new WeightsException($"'{path}' holds arrays that its network does not have: {string.Join(", ", arrays.Keys.Take(3))}.");
    }

    private static NetworkDescription Describe(string path, IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue(NetworkKey, out string? json) && NetworkDescription.FromJson(json) is { } description
            ? description
            : throw new WeightsException(
                $"'{path}' holds weights but does not say of which network; a model written by 'mezzo train' does.");
}
