namespace Mezzotint.Tensors.Cpu;

/// <summary>What one multiply-accumulate step of a tile reads of its left operand.</summary>
internal enum TileLeft
{
    /// <summary>A scalar a row, broadcast to all lanes: lanes run along the columns of the result.</summary>
    Broadcast,

    /// <summary>A vector a row, shared by all columns: lanes run along the depth and are added up at the end.</summary>
    Depth,

    /// <summary>A vector for each row and column vector: nothing is shared (depthwise).</summary>
    Columns,
}

/// <summary>
/// The shape of an emitted micro-kernel: <paramref name="OuterRows"/> x <paramref name="InnerRows"/> rows by <paramref name="Vectors"/>
/// vectors of accumulators that stay in registers. All strides are in bytes and become displacements in the code.
/// </summary>
/// <param name="Width">Vector registers to use.</param>
/// <param name="Left">What is read of A.</param>
/// <param name="OuterRows">Groups of rows.</param>
/// <param name="InnerRows">Rows of a group.</param>
/// <param name="Vectors">Column vectors; with <see cref="TileLeft.Depth"/>, columns.</param>
/// <param name="OuterStride">From one group of rows of A to the next.</param>
/// <param name="InnerStride">From one row of A to the next.</param>
/// <param name="StepA">From one step to the next in A.</param>
/// <param name="StepB">From one step to the next in B, whose vectors of one step are adjacent.</param>
/// <param name="Fetches">Whether it brings what lies at <see cref="TileCall.Fetch"/> to the cache as it goes (on x86); it then computes one
/// tile a call, for the loop over tiles would take the register that this needs (0.9 of the time without).</param>
/// <param name="Unroll">Steps to write out one after the other, if that leaves the method small.</param>
internal readonly record struct TileSpec(
    VectorWidth Width, TileLeft Left, int OuterRows, int InnerRows, int Vectors, int OuterStride, int InnerStride, int StepA, int StepB,
    bool Fetches = false, int Unroll = TileSpec.DefaultUnroll)
{
    /// <summary>Steps to write out where nothing is known of how many there will be.</summary>
    public const int DefaultUnroll = 8;

    /// <summary>Rows of the tile.</summary>
    public int Rows => OuterRows * InnerRows;

    /// <summary>From the first row of A to another.</summary>
    public long RowOffset(int row) => (long)(row / InnerRows) * OuterStride + (long)(row % InnerRows) * InnerStride;

    /// <summary>Cycles of one step of a tile: two multiply-adds and two loads a cycle, a latency of four.</summary>
    public static double StepCycles(TileLeft left, int rows, int vectors)
    {
        int loads = left == TileLeft.Columns ? (rows + 1) * vectors : rows + vectors;
        return Math.Max(Math.Max(rows * vectors, loads) * 0.5, 4);
    }

    /// <summary>Accumulators that a tile may keep in registers beside its operands.</summary>
    public static int MaxAccumulators(VectorWidth width) => width == VectorWidth.Bits512 ? 28 : 12;
}
