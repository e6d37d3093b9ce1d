using System.Collections.Concurrent;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>The loop nest that finishes the raw results of a convolution or a matrix product, box by box.</summary>
/// <param name="nest">The nest over the whole output; its operand 0 is the raw result.</param>
/// <param name="first">The number that the nest's operand 0 has among the kernel's operands.</param>
/// <param name="width">The vector registers to use.</param>
/// <param name="cache">Where emitted methods are kept.</param>
internal sealed unsafe class LoopEpilogue(LoopNest nest, int first, VectorWidth width, KernelCache cache) : Epilogue
{
    private const int Alignment = 64;

    // How raw results lie in scratch is the kernel's affair, and few ways occur.
    private readonly ConcurrentDictionary<(long Row, long Column), LoopRegion> _regions = new();

    public override void Run(float** operands, float* raw, long rowPitch, long columnPitch, in OutputBox box)
    {
        Span<long> starts = stackalloc long[4], counts = stackalloc long[4];
        Lay(box, starts, counts);
        int axes = nest.Extents.Length;
        starts = starts[(4 - axes)..];
        counts = counts[(4 - axes)..];

        float** at = stackalloc float*[nest.Operands.Length];
        at[0] = raw;
        for (int i = 1; i < nest.Operands.Length; i++)
        {
            float* address = operands[first + i];
            for (int axis = 0; axis < axes; axis++) address += starts[axis] * nest.Operands[i].Strides[axis];
            at[i] = address;
        }

        LoopRegion region = _regions.GetOrAdd((rowPitch, columnPitch), Region);
        byte* scratch = stackalloc byte[region.ScratchBytes + Alignment];
        region.Run(at, counts, (byte*)(((nint)scratch + Alignment - 1) & -Alignment));
    }

    /// <summary>The box in the nest's axes, right-aligned: N,H,W,C of an image, or batch, row, column of a matrix product.</summary>
    private void Lay(in OutputBox box, Span<long> starts, Span<long> counts)
    {
        bool image = nest.Extents.Length == 4;
        starts[0] = box.Image;
        counts[0] = 1;
        starts[1] = image ? box.Row : box.Image;
        counts[1] = image ? box.Rows : 1;
        starts[2] = box.Column;
        counts[2] = box.Columns;
        starts[3] = box.Channel;
        counts[3] = box.Channels;
    }

    private LoopRegion Region((long Row, long Column) pitch)
    {
        LoopOperand[] operands = [.. nest.Operands];
        long[] strides = nest.Extents.Length switch
        {
            4 => [0, pitch.Row, pitch.Column, 1],
            3 => [0, pitch.Column, 1],
            _ => [pitch.Column, 1],
        };
        operands[0] = operands[0] with { Strides = strides };
        return new LoopRegion(nest with { Operands = operands }, width, cache);
    }
}
