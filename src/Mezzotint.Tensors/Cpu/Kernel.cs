namespace Mezzotint.Tensors.Cpu;

/// <summary>Where a kernel finds its data in one run, and what looks at its results.</summary>
internal unsafe struct KernelArguments
{
    /// <summary>The first element of each operand, in the order the kernel was made with (outputs included).</summary>
    public float** Operands;

    /// <summary>
    /// <see cref="Kernel.PreparedBytes"/> bytes for what the kernel makes of one operand alone (packed weights), kept while that operand
    /// does not change.
    /// </summary>
    public byte* Prepared;

    /// <summary><see cref="Kernel.WorkspaceBytes"/> bytes shared by all tasks, 64-byte aligned, contents undefined at the start.</summary>
    public byte* Workspace;

    /// <summary>What gathers moments of results as they are written; null where none are wanted.</summary>
    public ChannelMoments? Moments;

    /// <summary>The first element that moments are of, and what is gathered of them.</summary>
    public float* Values, Gathered;

    /// <summary>
    /// To be called for each box of an image's results when it has been written, by kernels with a <see cref="Kernel.Grid"/>.
    /// </summary>
    public readonly void Written(in OutputBox box) => Moments?.Gather(Values, Gathered, box);
}

/// <summary>
/// A unit of work of a plan on the CPU. A kernel is immutable and re-entrant. It runs in phases, one after the other; the tasks of a phase
/// are independent and may run on any thread in any order. How work is cut into tasks depends on sizes alone, never on the number of
/// threads, so that results are the same bits for any number of them.
/// </summary>
internal abstract unsafe class Kernel
{
    /// <summary>How it computes, where there is more than one way; for people to read.</summary>
    public virtual string? Algorithm => null;

    /// <summary>
    /// The rows and columns on whose multiples, of the image's own coordinates, the boxes of results begin that it says are written; null
    /// where it says nothing.
    /// </summary>
    public virtual (int Rows, int Columns)? Grid => null;

    /// <summary>The number of phases.</summary>
    public virtual int Phases => 1;

    /// <summary>
    /// The operand from which phase 0 makes <see cref="KernelArguments.Prepared"/>, or -1. While it is unchanged the runner may skip phase
    /// 0.
    /// </summary>
    public virtual int PreparedOperand => -1;

    /// <summary>Bytes at <see cref="KernelArguments.Prepared"/>.</summary>
    public virtual long PreparedBytes => 0;

    /// <summary>
    /// How <see cref="KernelArguments.Prepared"/> is laid out, as a value: kernels of equal ones make the same of the same operand, and
    /// share it. Null where nothing is shared.
    /// </summary>
    public virtual object? PreparedForm => null;

    /// <summary>Bytes at <see cref="KernelArguments.Workspace"/>.</summary>
    public virtual long WorkspaceBytes => 0;

    /// <summary>
    /// Bytes of scratch that each running thread has for itself, 64-byte aligned, contents undefined at the start of a task.
    /// </summary>
    public virtual long ScratchBytes => 0;

    /// <summary>The number of tasks of a phase.</summary>
    public abstract int TaskCount(int phase);

    /// <summary>Runs one task of a phase.</summary>
    public abstract void Run(int phase, int task, in KernelArguments arguments, byte* scratch);
}
