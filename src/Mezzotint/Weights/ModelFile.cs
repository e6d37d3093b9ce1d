using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Weights.Published;

namespace Mezzotint.Weights;

/// <summary>
/// A trained network in one safetensors file: its weights, and in the metadata what network they are for and where they come from.
/// </summary>
public static class ModelFile
{
    private const string NetworkKey = "mezzotint.network";
    private const string Enlarging = "enlarge pictures";

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
    /// <param name="path">The file.</param>
    /// <param name="part">Which part of others' weights, where a file holds several networks: see <see cref="WeightsFile.Read"/>.</param>
    /// <exception cref="WeightsException">The file cannot be read, or describes no network.</exception>
    public static NetworkDescription Describe(string path, string? part = null) =>
        part is null && ReadOwnMetadata(path) is { } metadata ? Describe(path, metadata) : Architectures.Read(path, part).Description;

    /// <summary>
    /// Reads a model: the network it describes, with its weights. Weights that others published, in PyTorch's files or safetensors, are
    /// read where the network shows from their names and shapes.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="part">Which part of others' weights, where a file holds several networks: see <see cref="WeightsFile.Read"/>.</param>
    /// <exception cref="WeightsException">The file cannot be read, describes no network, or its arrays are not that network's.</exception>
    public static Module Read(string path, string? part = null)
    {
        if (part is not null || ReadOwnMetadata(path) is null) return Architectures.Read(path, part).Network;
        SafetensorsFile file = Safetensors.Read(path);
        NetworkDescription description = Describe(path, file.Metadata);
        Module network;
        try
        {
            using (Initialization.ForValuesToCome(file.Arrays.Sum(array => (long)array.Data.Length))) network = description.Build();
        }
        catch (MezzotintException fault)
        {
            throw new WeightsException($"'{path}' describes a network that cannot be: {fault.Message}", fault);
        }

        Dictionary<string, NamedArray> arrays = file.Arrays.ToDictionary(array => array.Name);
        foreach (Variable variable in network.Variables)
        {
            if (!arrays.Remove(variable.Name, out NamedArray? array))
                throw new WeightsException($"'{path}' lacks the array '{variable.Name}' {variable.Shape} of its network.");
            if (!array.Shape.AsSpan().SequenceEqual(variable.Shape.Span))
                throw new WeightsException($"'{path}' holds '{variable.Name}' as [{string.Join(", ", array.Shape)}], and its network takes {variable.Shape}.");
            if (!Array.TrueForAll(array.Data, float.IsFinite))
                throw new WeightsException($"'{path}' holds numbers in '{variable.Name}' that are not finite; get a whole copy of it, or train the model anew.");
            variable.Set(array.Data);
        }

        return arrays.Count == 0
            ? network
            : throw new WeightsException($"'{path}' holds arrays that its network does not have: {string.Join(", ", arrays.Keys.Take(3))}.");
    }

    /// <summary>Reads a model that can do what is asked of it.</summary>
    /// <typeparam name="T">The kind of network: <see cref="SuperResolver"/>, or what a network implements, as <see
    /// cref="IImageGenerator"/>.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="ability">What is asked, as in 'the model x cannot <c>enlarge pictures</c>'.</param>
    /// <exception cref="WeightsException">The file is no model's, or its network is of another kind.</exception>
    public static T Read<T>(string path, string ability)
        where T : class =>
        Read(path) as T ?? throw Unable(path, ability);

    /// <summary>Reads a model that enlarges pictures.</summary>
    /// <exception cref="WeightsException">The file is no model's, or its network does something else.</exception>
    public static SuperResolver ReadSuperResolver(string path) => Read<SuperResolver>(path, Enlarging);

    /// <summary>What a model's file says of it beside its network: the recipe, the steps; empty where it says nothing.</summary>
    /// <exception cref="WeightsException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> About(string path) =>
        ReadOwnMetadata(path)?.Where(entry => entry.Key != NetworkKey).ToDictionary() ?? [];

    /// <summary>The card of a model that is exported: Markdown, with keys and values at its top as model hubs have it.</summary>
    /// <param name="path">The model's file, beside which its own card may lie.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="exported">The exported file's name.</param>
    /// <param name="format">Its format, and how it is read, as the end of a sentence.</param>
    /// <param name="part">Which part of others' weights, where a file holds several networks: see <see cref="WeightsFile.Read"/>.</param>
    /// <exception cref="WeightsException">The file is no model's.</exception>
    public static string CardOf(string path, string name, string exported, string format, string? part = null) =>
        ModelCard.Of(name, Read(path, part), Describe(path, part), exported, format, ModelCard.Licence(path), About(path));

    /// <summary>How many times a model enlarges, from its header alone.</summary>
    /// <exception cref="WeightsException">The file is no model's, or its network does something else.</exception>
    public static int ReadScale(string path) => Describe(path) is SuperResolverDescription description
        ? description.Scale
        : throw Unable(path, Enlarging);

    private static WeightsException Unable(string path, string ability) =>
        new($"The model '{path}' cannot {ability}: it is a {Describe(path).Kind} network {Describe(path).Summary}.");

    /// <summary>Whether a safetensors header says of which network the weights are.</summary>
    internal static bool IsModel(IReadOnlyDictionary<string, string> metadata) => metadata.ContainsKey(NetworkKey);

    /// <summary>What a file that Mezzotint wrote says of itself; null for one of others.</summary>
    private static IReadOnlyDictionary<string, string>? ReadOwnMetadata(string path)
    {
        if (WeightsFile.IsPyTorch(path)) return null;
        IReadOnlyDictionary<string, string> metadata = Safetensors.ReadMetadata(path);
        return IsModel(metadata) ? metadata : null;
    }

    /// <summary>What network the metadata of a model's file describe.</summary>
    internal static NetworkDescription Describe(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(NetworkKey, out string? json) || NetworkDescription.KindOf(json) is not { } kind)
            throw new WeightsException($"'{path}' holds weights but does not say of which network; a model written by 'mezzo train' does.");
        return NetworkDescription.FromJson(json) ?? throw new WeightsException(NetworkDescription.Kinds.Contains(kind)
            ? $"'{path}' says of its {kind} network what this version cannot read; it may be of another version."
            : $"'{path}' is for a network this version does not know: '{kind}'; it knows {string.Join(", ", NetworkDescription.Kinds)}.");
    }
}
