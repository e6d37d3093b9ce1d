using System.Globalization;

namespace Mezzotint.Evaluation;

/// <summary>How a Frechet distance was taken. Distances of two protocols cannot be compared: each of these moves it by more than methods differ.</summary>
/// <param name="Network">The network whose features are compared, and their layer: "LeNet5 f6".</param>
/// <param name="NetworkHash">The SHA-256 of its weights, in hexadecimal.</param>
/// <param name="Preparation">What is done to images first: "bilinear to 32x32".</param>
/// <param name="Generated">How many images are judged.</param>
/// <param name="Real">How many true images they are compared with, the first of the set.</param>
/// <param name="RealHash">The digest of the set of true images.</param>
public sealed record FrechetProtocol(string Network, string NetworkHash, string Preparation, int Generated, int Real, string RealHash)
{
    private const int HashLetters = 12;

    /// <summary>The protocol in words, as results are stamped with it.</summary>
    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"Frechet distance; {Network}, sha256:{Short(NetworkHash)}; images in [0,1], {Preparation}; "
        + $"{Generated} generated, the first {Real} true ones (data {Short(RealHash)}); unbiased covariances, float64");

    /// <summary>The description.</summary>
    public override string ToString() => Description;

    private static string Short(string hash) => hash.Length > HashLetters ? hash[..HashLetters] : hash;
}
