using System.Text.Json;
using System.Text.Json.Serialization;
using Mezzotint.Layers;

namespace Mezzotint.Networks;

/// <summary>What a model's file says of the network its weights are for, so that the network can be made again.</summary>
/// <param name="Kind">srresnet or compact.</param>
/// <param name="Scale">How many times it enlarges, each way.</param>
/// <param name="Channels">Channels of its features.</param>
/// <param name="Blocks">Its residual blocks.</param>
public sealed record NetworkDescription(string Kind, int Scale, int Channels, int Blocks)
{
    /// <summary>The kind of <see cref="SrResNet"/>.</summary>
    public const string SrResNetKind = "srresnet";

    /// <summary>The kind of <see cref="CompactResNet"/>.</summary>
    public const string CompactKind = "compact";

    private const int MostChannels = 4096;
    private const int MostBlocks = 1024;

    /// <summary>The network, with first values from a seed.</summary>
    /// <exception cref="MezzotintException">There is no such network.</exception>
    public SuperResolver Build(ulong seed = 0)
    {
        if (Scale is < 2 or > 4 || Channels is < 1 or > MostChannels || Blocks is < 1 or > MostBlocks)
            throw new MezzotintException($"There is no network of scale {Scale} with {Blocks} blocks of {Channels} channels.");
        var initialization = new Initialization(seed);
        return Kind switch
        {
            SrResNetKind => new SrResNet(Scale, initialization, Channels, Blocks),
            CompactKind => new CompactResNet(Scale, initialization, Channels, Blocks),
            _ => throw new MezzotintException($"There is no network '{Kind}'; the kinds are {SrResNetKind} and {CompactKind}."),
        };
    }

    /// <summary>The description as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, NetworkJson.Default.NetworkDescription);

    /// <summary>A description read from JSON, or null if it is none.</summary>
    public static NetworkDescription? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, NetworkJson.Default.NetworkDescription);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(NetworkDescription))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class NetworkJson : JsonSerializerContext;
