using System.Globalization;
using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>DCGAN's generator by the names of PyTorch's example: <c>main.0.weight</c>, three numbers a layer.</summary>
internal sealed class DcganArchitecture : Architecture
{
    private const int NumbersPerLayer = 3; // the transposed convolution, the norm, the rectifier

    /// <inheritdoc/>
    public override string Name => "DCGAN's generator";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = new DcganDescription(64, 3, 4, [], 1, 8);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        int layers = CountOf(state, i => $"main.{NumbersPerLayer * i}.weight");
        if (layers < 3 || state.ShapeOf("main.0.weight") is not [var latent, var most, var stem, _]
            || state.ShapeOf($"main.{NumbersPerLayer * (layers - 1)}.weight") is not [var channels, var colours, 4, 4]
            || !state.Has("main.1.running_mean", most) || colours is not (1 or 3) || stem is < 4 or > 7) return null;
        return new DcganDescription(stem << (layers - 1), colours, latent, [], channels, most);
    }

    /// <inheritdoc/>
    public override bool Describes(NetworkDescription network) => network is DcganDescription { Classes.Count: 0, Hidden: null or { Count: 0 } };

    /// <inheritdoc/>
    public override string NameOf(NetworkDescription network, string variable)
    {
        string[] parts = variable.Split('.'); // layers.2.conv.weight
        int number = NumbersPerLayer * int.Parse(parts[1], CultureInfo.InvariantCulture) + (parts[2] == "norm" ? 1 : 0);
        return $"main.{number}.{parts[3]}";
    }
}
