namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// A box of a kernel's output in N,H,W,C. The result of a matrix product is an image of height 1 for each matrix of the batch, its rows the
/// columns of the image and its columns the channels.
/// </summary>
internal readonly record struct OutputBox(int Image, int Row, int Rows, int Column, int Columns, int Channel, int Channels);

/// <summary>
/// What becomes of the raw results of a convolution or a matrix product while they are in cache. It writes all final outputs itself; the
/// boxes it is given are disjoint and cover the output exactly once. It may run on several threads at a time, on different boxes.
/// </summary>
internal abstract unsafe class Epilogue
{
    /// <summary>Turns the raw results of a box into outputs.</summary>
    /// <param name="operands">The operands of the kernel's run.</param>
    /// <param name="raw">The raw result of the box's first element; channels are adjacent. It may be overwritten.</param>
    /// <param name="rowPitch">Elements from one row of raw results to the next.</param>
    /// <param name="columnPitch">Elements from one pixel of raw results to the next.</param>
    /// <param name="box">Where the results belong.</param>
    public abstract void Run(float** operands, float* raw, long rowPitch, long columnPitch, in OutputBox box);
}
