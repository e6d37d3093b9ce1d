using Mezzotint.Tensors;

namespace Mezzotint.Networks;

/// <summary>Images for networks that take blocks of pixels: a side that ends within a block is mirrored to the block's end.</summary>
internal static class WholeBlocks
{
    /// <summary>Images N,H,W,C whose height and width are multiples of a block's side.</summary>
    public static Tensor Of(Tensor images, int side) => Completed(Completed(images, 1, side), 2, side);

    private static Tensor Completed(Tensor images, int axis, int side)
    {
        int extent = images.Shape[axis], missing = (side - extent % side) % side;
        return missing == 0
            ? images
            : Tensor.Concat(axis, [images, .. Enumerable.Range(2, missing).Select(i => images.Slice(axis, Math.Max(0, extent - i), 1))]);
    }
}
