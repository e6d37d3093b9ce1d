using System.Text.Json.Serialization;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>What a translating network is given.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConditionKind>))]
public enum ConditionKind
{
    /// <summary>A picture.</summary>
    Picture,

    /// <summary>A label map, perhaps with an instance map.</summary>
    Labels,

    /// <summary>A picture with holes, and the mask of them.</summary>
    Masked,

    /// <summary>A noisy picture.</summary>
    Noisy,

    /// <summary>A picture as people's photographs are: blurred, noisy, saved as JPEG.</summary>
    Degraded,

    /// <summary>A picture without colour.</summary>
    Grey,
}

/// <summary>What a translating network is given, and how that becomes its input.</summary>
/// <param name="Kind">What is given.</param>
/// <param name="Classes">Of label maps: how many classes there are.</param>
/// <param name="Instances">Of label maps: whether the boundaries of instances are given too.</param>
public sealed record ConditionDescription(ConditionKind Kind, int Classes = 0, bool Instances = false)
{
    /// <summary>Of label maps: the numbers that say nothing is known.</summary>
    public IReadOnlyList<int> Void { get; init; } = [];

    /// <summary>Of label maps in colours: the classes' colours, 0xRRGGBB; empty where they are in numbers.</summary>
    public IReadOnlyList<int> Colours { get; init; } = [];

    /// <summary>Of label maps in colours: the classes' names.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>
    /// Channels of what is fed: a picture's three; those and the mask; a class, and 1 where an instance has its boundary.
    /// </summary>
    [JsonIgnore]
    public int FedChannels => Kind switch { ConditionKind.Labels => Instances ? 2 : 1, ConditionKind.Masked => 4, _ => 3 };

    /// <summary>Channels of the network's input: labels one-hot.</summary>
    [JsonIgnore]
    public int Channels => Kind == ConditionKind.Labels ? Classes + (Instances ? 1 : 0) : FedChannels;

    /// <summary>
    /// The network's input: of a class its own channel is 1 (of one that is unknown none is), and behind them are the boundaries.
    /// </summary>
    /// <param name="fed">N,H,W, <see cref="FedChannels"/>.</param>
    /// <returns>N,H,W, <see cref="Channels"/>.</returns>
    public Tensor Input(Tensor fed)
    {
        if (Kind != ConditionKind.Labels) return fed;
        Tensor classes = Tensor.Of([Classes], Enumerable.Range(0, Classes).Select(i => (float)i).ToArray());
        Shape shape = [fed.Shape[0], fed.Shape[1], fed.Shape[2], Classes];
        Tensor hot = Tensor.Equal(fed.Slice(3, 0, 1).BroadcastTo(shape), classes.BroadcastTo(shape));
        return Instances ? Tensor.Concat(3, hot, fed.Slice(3, 1, 1)) : hot;
    }

    /// <summary>
    /// What a network makes of what was fed: where only a part is missing, known pixels as they are, and in holes what it adds to the
    /// colours that they are filled with. For norms of each image take a picture's colour out, and a network would have to find the sky's
    /// blue again.
    /// </summary>
    /// <param name="fed">What was fed.</param>
    /// <param name="made">N,H,W,3: what came out of the network.</param>
    public Tensor Compose(Tensor fed, Tensor made)
    {
        if (Kind != ConditionKind.Masked) return made;
        Tensor mask = fed.Slice(3, 3, 1).BroadcastTo(made.Shape), known = fed.Slice(3, 0, 3);
        return Tensor.Select(mask, known + made, known);
    }
}
