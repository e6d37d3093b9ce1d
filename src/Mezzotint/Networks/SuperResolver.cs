using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>A network that enlarges images N,H,W,3 in [0, 1] by a whole factor each way; its output is about [0, 1], not clamped.</summary>
public abstract class SuperResolver(int scale) : Module("")
{
    /// <summary>How many times larger the output is, each way.</summary>
    public int Scale { get; } = scale;
}
