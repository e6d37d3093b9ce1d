namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The moments of each channel of an image: gathered while another kernel writes it, or read in a phase of its own, and combined in the
/// last phase.
/// </summary>
/// <param name="results">What writes the image, on its <see cref="Kernel.Grid"/>; null where it is there.</param>
/// <param name="moments">How they are taken.</param>
/// <param name="values">The operand they are of.</param>
/// <param name="mean">The operand of the mean, or -1.</param>
/// <param name="variance">The operand of the variance, or -1.</param>
internal sealed unsafe class MomentsKernel(Kernel? results, ChannelMoments moments, int values, int mean, int variance) : Kernel
{
    /// <summary>Pixels worth a task of their own.</summary>
    private const long TaskPixels = 256;

    private readonly int rowsPerTask = (int)Math.Clamp(TaskPixels / moments.CellRowPixels, 1, moments.CellRows);

    public override string? Algorithm => results is null ? null : $"{results.Algorithm}, with its mean and variance";

    public override int Phases => (results?.Phases ?? 1) + 1;

    public override int PreparedOperand => results?.PreparedOperand ?? -1;

    public override long PreparedBytes => results?.PreparedBytes ?? 0;

    public override object? PreparedForm => results?.PreparedForm;

    public override long WorkspaceBytes => GatheredAt + moments.Bytes;

    public override long ScratchBytes => results?.ScratchBytes ?? 0;

    private long GatheredAt => ScratchRegion.Align(results?.WorkspaceBytes ?? 0);

    public override int TaskCount(int phase) =>
        phase == Phases - 1 ? moments.Tasks : results?.TaskCount(phase) ?? Cut.Parts(moments.CellRows, rowsPerTask);

    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        float* gathered = (float*)(arguments.Workspace + GatheredAt), elements = arguments.Operands[values];
        if (phase == Phases - 1)
        {
            moments.Combine(
                task, gathered, mean < 0 ? null : arguments.Operands[mean], variance < 0 ? null : arguments.Operands[variance]);
        }
        else if (results is not null)
        {
            KernelArguments looked = arguments;
            looked.Moments = moments;
            looked.Values = elements;
            looked.Gathered = gathered;
            results.Run(phase, task, looked, scratch);
        }
        else
        {
            for (int row = task * rowsPerTask; row < Math.Min(moments.CellRows, (task + 1) * rowsPerTask); row++)
                moments.Gather(elements, gathered, row);
        }
    }
}
