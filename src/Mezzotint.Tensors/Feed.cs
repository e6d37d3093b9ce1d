using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <summary>A named placeholder in a step: what changes from run to run (a batch, the learning rate, the number of the step).</summary>
public sealed class Feed
{
    /// <summary>A placeholder of a fixed shape and type.</summary>
    public Feed(string name, Shape shape, ElementType type = ElementType.Float32)
    {
        Name = name;
        Tensor = Tensor.Leaf(new Fed(this), shape, type);
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>The value it will have, as a tensor.</summary>
    public Tensor Tensor { get; }

    /// <summary>The value it will have, as a tensor.</summary>
    public static implicit operator Tensor(Feed feed) => feed.Tensor;
}
