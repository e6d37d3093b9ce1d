namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Copies rows of a table by their numbers. Operands: the table [rows, inner], the integers [count], the result [count, inner].
/// </summary>
/// <param name="rows">Rows of the table.</param>
/// <param name="inner">Elements of a row.</param>
/// <param name="count">Rows of the result.</param>
internal sealed unsafe class GatherKernel(int rows, long inner, long count) : Kernel
{
    private readonly long _rowsPerTask = Math.Max(1, 32 * 1024 / Math.Max(1, inner));

    /// <inheritdoc/>
    public override int TaskCount(int phase) => checked((int)Cut.Parts(count, _rowsPerTask));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An index names no row of the table.</exception>
    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        float* table = arguments.Operands[0], result = arguments.Operands[2];
        int* indices = (int*)arguments.Operands[1];
        long end = Math.Min(count, (task + 1) * _rowsPerTask), bytes = inner * sizeof(float);
        for (long i = task * _rowsPerTask; i < end; i++)
            Buffer.MemoryCopy(table + RowOf(indices[i], rows) * inner, result + i * inner, bytes, bytes);
    }

    /// <summary>An index as the number of a row.</summary>
    /// <exception cref="ArgumentException">It names no row.</exception>
    internal static long RowOf(int index, int rows) =>
        (uint)index < (uint)rows ? index : throw new ArgumentException($"The index {index} names none of the {rows} rows of a table.");
}
