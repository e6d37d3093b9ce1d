using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Module = Mezzotint.Layers.Module;

namespace Mezzotint.Networks;

/// <summary>
/// What a model's file says of the network its weights are for, so that the network can be made again. Each kind of network has a record of
/// its own, named here once; the record's properties are what the file holds beside the kind.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = KindKey)]
[JsonDerivedType(typeof(SrResNetDescription), "srresnet")]
[JsonDerivedType(typeof(CompactResNetDescription), "compact")]
[JsonDerivedType(typeof(DcganDescription), "dcgan")]
[JsonDerivedType(typeof(VaeDescription), "vae")]
[JsonDerivedType(typeof(RrdbNetDescription), "rrdb")]
[JsonDerivedType(typeof(ImdnDescription), "imdn")]
[JsonDerivedType(typeof(SrVggDescription), "srvgg")]
[JsonDerivedType(typeof(BoundedSrResNetDescription), "srresnet-bounded")]
[JsonDerivedType(typeof(VersionedSrResNetDescription), "srresnet-version")]
[JsonDerivedType(typeof(MsrResNetDescription), "msrresnet")]
[JsonDerivedType(typeof(EdsrDescription), "edsr")]
[JsonDerivedType(typeof(DenseGeneratorDescription), "dense-generator")]
[JsonDerivedType(typeof(ResNetGeneratorDescription), "resnet-generator")]
[JsonDerivedType(typeof(TranslatorDescription), "translator")]
[JsonDerivedType(typeof(HierarchicalDescription), "hierarchical")]
public abstract record NetworkDescription
{
    private const string KindKey = "kind";

    /// <summary>The kinds of network that this version knows.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Names.Select(name => (string)name.TypeDiscriminator!)];

    /// <summary>The kind of network: <c>compact</c>, <c>dcgan</c>.</summary>
    [JsonIgnore]
    public string Kind => (string)Names.First(name => name.DerivedType == GetType()).TypeDiscriminator!;

    /// <summary>What the network is, in the words that follow its kind: <c>of 16 blocks of 64 channels, 4 times</c>.</summary>
    [JsonIgnore]
    public abstract string Summary { get; }

    private static IEnumerable<JsonDerivedTypeAttribute> Names => typeof(NetworkDescription).GetCustomAttributes<JsonDerivedTypeAttribute>();

    /// <summary>The network, with first values from a seed.</summary>
    /// <exception cref="MezzotintException">There is no such network: a number is out of bounds.</exception>
    public abstract Module Build(ulong seed = 0);

    /// <summary>
    /// Whether a training of this network may begin with another one's weights: those of the same name and shape are taken, the others
    /// drawn anew. Unless a kind says otherwise it may where the kinds are the same.
    /// </summary>
    /// <param name="given">What the weights are for.</param>
    public virtual bool CanBeginWith(NetworkDescription given) => given.Kind == Kind;

    /// <summary>The description as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, NetworkJson.Default.NetworkDescription);

    /// <summary>A description read from JSON, or null if it is none, or of a kind that this version does not know.</summary>
    public static NetworkDescription? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, NetworkJson.Default.NetworkDescription);
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The kind that JSON names, known or not; null where it names none.</summary>
    public static string? KindOf(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty(KindKey, out JsonElement kind) && kind.ValueKind == JsonValueKind.String ? kind.GetString() : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException) // the latter for half a surrogate pair
        {
            return null;
        }
    }

    /// <summary>Refuses a number that no network of any size would have: a file may say anything.</summary>
    /// <exception cref="MezzotintException">It is not from 1 to the most.</exception>
    protected void Require(int value, int most, string name)
    {
        if (value < 1 || value > most)
            throw new MezzotintException($"There is no {Kind} network of {value} {name}; allowed is 1 to {most}.");
    }
}

[JsonSerializable(typeof(NetworkDescription))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
internal sealed partial class NetworkJson : JsonSerializerContext;
