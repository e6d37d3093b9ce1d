using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tensors.Tests.Devices;

/// <summary>The CPU device at each vector width; one thread and two, and dead memory filled with NaN, give the same bits.</summary>
public static class CpuDeviceTests
{
    private static readonly DeviceFamily Family = new(
        [.. Enum.GetValues<VectorWidth>().Where(width => width <= CpuDevice.WidestVectors).OrderDescending().Select(width => (
            width.ToString(),
            new Device[] { new CpuDevice(threads: 1, width), new CpuDevice(threads: 2, width, poison: true) }))]);

    public sealed class Primitives() : PrimitiveContract(Family);

    public sealed class Graphs() : GraphContract(Family);

    public sealed class SameBits() : SameBitsContract(Family);

    public sealed class Steps() : StepContract(Family);
}
