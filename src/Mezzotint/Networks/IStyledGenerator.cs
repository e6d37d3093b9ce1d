using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>A network from images to images of the same size that can be given a style.</summary>
public interface IStyledGenerator
{
    /// <summary>The sides of its inputs are multiples of this.</summary>
    int Multiple { get; }

    /// <summary>Writes the network's function.</summary>
    /// <param name="input">N,H,W,C.</param>
    /// <param name="style">[N, elements]; null where the network takes none.</param>
    /// <param name="pass">The pass.</param>
    Tensor Apply(Tensor input, Tensor? style, Pass pass);
}
