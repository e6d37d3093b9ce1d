using Mezzotint.Cuda.Tests.Host;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Tests.Devices;

namespace Mezzotint.Cuda.Tests;

/// <summary>The generated kernels, compiled for the processor, under the contract that every device is held to.</summary>
public static class HostDeviceTests
{
    private static readonly Lazy<DeviceFamily> Own = new(() => Family(("kernels", [Device(), Device(poison: true, strict: true)])));

    private static readonly Lazy<DeviceFamily> Libraries = new(() => Family(("libraries", [Device(libraries: true, poison: true)])));

    public sealed class Primitives() : PrimitiveContract(Own.Value);

    public sealed class Graphs() : GraphContract(Own.Value);

    public sealed class SameBits() : SameBitsContract(Own.Value);

    public sealed class Steps() : StepContract(Own.Value);

    public sealed class StepsWithLibraries() : StepContract(Libraries.Value);

    private static DeviceFamily Family((string, Device[]) group)
    {
        Assert.SkipWhen(HostCompiler.Missing is not null, $"Generated kernels are not run: {HostCompiler.Missing}.");
        return new DeviceFamily(group);
    }

    private static CudaDevice Device(bool libraries = false, bool poison = false, bool strict = false) =>
        new(new HostDriver(libraries) { Strict = strict }, poison);
}
