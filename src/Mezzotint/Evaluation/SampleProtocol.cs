using System.Globalization;

namespace Mezzotint.Evaluation;

/// <summary>What scores of samples by a network's features depend on, whichever score it is.</summary>
/// <param name="Network">The network whose features are compared: "LeNet5".</param>
/// <param name="NetworkHash">The SHA-256 of its weights, in hexadecimal.</param>
/// <param name="Layer">Which of its features: "f6".</param>
/// <param name="Preparation">What is done to images first: "bilinear to 32x32".</param>
/// <param name="Frame">The size and channels that images have before that: "28x28, 1 channel".</param>
/// <param name="Generated">How many images are judged.</param>
/// <param name="Real">How many true images they are compared with.</param>
/// <param name="Draw">How these were chosen: "the first", or "at random, seed 0".</param>
/// <param name="RealHash">The SHA-256 of their samples, in hexadecimal.</param>
public sealed record SampleProtocol(
    string Network, string NetworkHash, string Layer, string Preparation, string Frame, int Generated, int Real, string Draw, string RealHash)
{
    private const int HashLetters = 12;

    /// <summary>The protocol of a score.</summary>
    /// <param name="score">The score's name.</param>
    /// <param name="own">What this score depends on besides.</param>
    public Protocol For(string score, params IReadOnlyList<ProtocolTerm> own) => new(score,
    [
        new ProtocolTerm("features", $"{Network} {Layer}, sha256:{Short(NetworkHash)}"),
        new ProtocolTerm("images", $"{Frame} in [0,1] by steps of 1/255, {Preparation}"),
        new ProtocolTerm("generated", Generated.ToString(CultureInfo.InvariantCulture)),
        new ProtocolTerm("real", string.Create(CultureInfo.InvariantCulture, $"{Real}, {Draw}, sha256:{Short(RealHash)}")),
        .. own,
    ]);

    private static string Short(string hash) => hash.Length > HashLetters ? hash[..HashLetters] : hash;
}
