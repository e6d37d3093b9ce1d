namespace Mezzotint.Tensors;

/// <summary>What a plan will take, known before it runs.</summary>
/// <param name="Operations">Floating-point operations; a multiplication with an addition counts as two.</param>
/// <param name="Bytes">Bytes read and written in memory by all that runs, each operand of each kernel counted once.</param>
/// <param name="PeakBytes">Bytes of memory for everything between the step's inputs and its outputs, at the most.</param>
/// <param name="Kernels">Kernels that run one after the other.</param>
public sealed record PlanCost(long Operations, long Bytes, long PeakBytes, int Kernels)
{
    /// <summary>Bytes of packed weights, which the device keeps from run to run while their variables live.</summary>
    public long PackedBytes { get; init; }

    /// <summary>Bytes that the device's threads have each for itself, in all.</summary>
    public long ScratchBytes { get; init; }

    /// <summary>Bytes of the variables that the step reads or changes.</summary>
    public long VariableBytes { get; init; }

    /// <summary>Bytes of one value for every feed of the step.</summary>
    public long FeedBytes { get; init; }

    /// <summary>Bytes that the device allocates for the plan alone.</summary>
    public long DeviceBytes => PeakBytes + PackedBytes + ScratchBytes;
}
