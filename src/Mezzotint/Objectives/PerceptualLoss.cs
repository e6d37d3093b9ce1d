using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Objectives;

/// <summary>
/// A perceptual loss (Johnson et al. 2016; the VGG loss of SRGAN and Pix2PixHD): how far the features that a trained network sees in two
/// images are apart, layer by layer.
/// </summary>
/// <param name="Network">The network, with trained weights; they are not moved.</param>
/// <param name="Weights">What each layer's difference is multiplied by, by the layers' names.</param>
/// <param name="Squared">Whether differences are squared (MSE, as in SRGAN); absolute otherwise (L1, as in Pix2PixHD).</param>
public sealed record PerceptualLoss(IFeatureNetwork Network, IReadOnlyDictionary<string, float> Weights, bool Squared = false)
{
    /// <summary>The sum over layers of their weights times the mean differences of features.</summary>
    /// <param name="images">N,H,W,C in [0, 1]: what is to become better.</param>
    /// <param name="targets">The same shape: what is aimed at; no gradient goes there.</param>
    /// <returns>One number.</returns>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    public Tensor Of(Tensor images, Tensor targets)
    {
        string[] layers = [.. Weights.Keys];
        IReadOnlyList<Tensor> ofImages = Network.Features(images, layers), ofTargets = Network.Features(targets.Detach(), layers);
        Tensor sum = 0;
        for (int i = 0; i < layers.Length; i++)
        {
            Tensor difference = ofImages[i] - ofTargets[i].Detach();
            sum += Weights[layers[i]] * (Squared ? difference.Square() : difference.Abs()).Mean();
        }

        return sum;
    }
}
