using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>
/// A network that enlarges images N,H,W,C in [0, 1] by a whole factor each way, or, of scale 1, restores them at their size; its output is
/// about [0, 1], not clamped.
/// </summary>
/// <param name="scale">How many times larger the output is, each way; 1 for a network that restores.</param>
/// <param name="imageChannels">Channels of the images: 1 for grey, 3 for colour, others for bands of any kind.</param>
public abstract class SuperResolver(int scale, int imageChannels = 3) : Module("")
{
    /// <summary>How many times larger the output is, each way.</summary>
    public int Scale { get; } = scale;

    /// <summary>Channels of the images, in and out.</summary>
    public int ImageChannels { get; } = imageChannels;
}
