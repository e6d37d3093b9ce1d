using Mezzotint.Cuda.Driver;
using Mezzotint.Cuda.Tests.Host;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Tests.Devices;

namespace Mezzotint.Cuda.Tests;

/// <summary>
/// The generated kernels, compiled for the processor, under the contract that every device is held to: once as they are, once where dead
/// memory is NaN and every kernel runs between guards, and once with stand-ins for NVIDIA's libraries. g++ takes a while for each plan, so
/// a part of the checks is made; with MEZZOTINT_CUDA_CONTRACT=all, all are, and NVRTC compiles every kernel where it is found.
/// </summary>
public static class HostDeviceTests
{
    private static readonly bool All = Environment.GetEnvironmentVariable("MEZZOTINT_CUDA_CONTRACT") == "all";

    private static readonly Nvrtc? Compiler = All ? Nvrtc.Find(NvrtcTests.NewestCuda) : null;

    public sealed class Primitives() : PrimitiveContract(Family(12));

    public sealed class Graphs() : GraphContract(Family(12));

    public sealed class SameBits() : SameBitsContract(Family(12, libraries: false));

    public sealed class Steps() : StepContract(Family(1));

    private static DeviceFamily Family(int oneIn, bool libraries = true)
    {
        Assert.SkipWhen(HostCompiler.Missing is not null, $"Generated kernels are not run: {HostCompiler.Missing}.");
        (string, Device[])[] groups = [("kernels", [Device(), Device(poison: true, strict: true)])];
        if (libraries) groups = [.. groups, ("libraries", [Device(libraries: true, poison: true)])];
        return new DeviceFamily(groups) { OneIn = All ? 1 : oneIn };
    }

    private static CudaDevice Device(bool libraries = false, bool poison = false, bool strict = false) =>
        new(new HostDriver(libraries) { Strict = strict, Compiler = Compiler }, poison);
}
