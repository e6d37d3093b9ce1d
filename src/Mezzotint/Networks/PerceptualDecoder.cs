using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Conv2d = Mezzotint.Layers.Conv2d;

namespace Mezzotint.Networks;

/// <summary>
/// Makes images N,H,W,3 of about [0, 1] from the features relu3_1 of <see cref="PerceptualEncoder"/>, N,H/4,W/4,256: its mirror image, with
/// nearest neighbours where it pools (Li et al. 2017, "Universal Style Transfer via Feature Transforms"). Variables are numbered as in the
/// published files.
/// </summary>
public sealed class PerceptualDecoder : Module
{
    // The published number of each convolution, its channels, and whether its result is doubled.
    private static readonly (int Number, int From, int To, bool Doubles)[] Stack =
    [
        (1, 256, 128, true), (5, 128, 128, false), (8, 128, 64, true), (12, 64, 64, false), (15, 64, 3, false),
    ];

    private readonly Conv2d[] _convolutions;

    /// <summary>The network, with first values that only show its shape: its use is with trained weights.</summary>
    public PerceptualDecoder(Initialization initialization)
        : base("") =>
        _convolutions = [.. Stack.Select(layer => Add(new Conv2d($"{layer.Number}", layer.From, layer.To, 3, initialization, padding: 0)))];

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, Pass pass)
    {
        Tensor x = input;
        for (int i = 0; i < Stack.Length; i++)
        {
            x = _convolutions[i].Apply(x.ReflectPad(1), pass);
            if (i < Stack.Length - 1) x = x.Relu(); // the image itself is not rectified
            if (Stack[i].Doubles) x = x.Resize(2 * x.Shape[1], 2 * x.Shape[2], Interpolation.Nearest);
        }

        return x;
    }
}
