using System.Globalization;
using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>
/// DCGAN's generator by the names of PyTorch's example: <c>main.0.weight</c>, three numbers a layer. Some end in a convolution of 1x1 at
/// the full size; where that makes grey images of 32 pixels they are MNIST's, of which two pixels along each side are cut away, as does not
/// show from a file.
/// </summary>
internal sealed class DcganArchitecture : Architecture
{
    private const int NumbersPerLayer = 3; // the transposed convolution, the norm, the rectifier
    private const int MostLayers = 16;
    private const int Digits = 28, DigitsPadded = 32;

    /// <inheritdoc/>
    public override string Name => "DCGAN's generator";

    /// <inheritdoc/>
    public override NetworkDescription Typical { get; } = new DcganDescription(64, 3, 4, [], 1, 8);

    /// <inheritdoc/>
    public override NetworkDescription? Recognise(PublishedState state)
    {
        int layers = CountOf(state, i => $"main.{NumbersPerLayer * i}.weight");
        if (layers < 3 || state.ShapeOf("main.0.weight") is not [var latent, var most, var stem, _]
            || state.ShapeOf($"main.{NumbersPerLayer * (layers - 1)}.weight") is not [var channels, var colours, var last and (1 or 4), _]
            || !state.Has("main.1.running_mean", most) || colours is not (1 or 3) || stem is < 4 or > 7 || layers > MostLayers) return null;
        if (last == 4) return new DcganDescription(stem << (layers - 1), colours, latent, [], channels, most);
        int size = stem << (layers - 2);
        return stem == 4 ? new DcganDescription(colours == 1 && size == DigitsPadded ? Digits : size, colours, latent, [], channels, most, Pointwise: true) : null;
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
