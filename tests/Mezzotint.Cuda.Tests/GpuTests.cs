using Mezzotint.Tensors;
using Mezzotint.Tensors.Tests.Devices;

namespace Mezzotint.Cuda.Tests;

/// <summary>
/// The contract that every device is held to, on the GPU of this machine: with its libraries, and without them to the same bits.
/// </summary>
public static class GpuTests
{
    private static readonly Lazy<(CudaDevice[] Devices, string? Missing)> Opened = new(() =>
    {
        try
        {
            return ([new CudaDevice(libraries: false), new CudaDevice()], null);
        }
        catch (CudaException missing)
        {
            return ([], missing.Message);
        }
    });

    public sealed class Primitives() : PrimitiveContract(Family());

    public sealed class Graphs() : GraphContract(Family());

    // cuDNN and cuBLAS choose by the size of the batch.
    public sealed class SameBits() : SameBitsContract(Family(libraries: false));

    public sealed class Steps() : StepContract(Family());

    private static DeviceFamily Family(bool libraries = true)
    {
        (CudaDevice[] devices, string? missing) = Opened.Value;
        Assert.SkipWhen(missing is not null, missing ?? "");
        (string, Device[])[] groups = [("kernels", [devices[0], devices[0]])];
        if (libraries) groups = [.. groups, (devices[1].Description, [devices[1], devices[1]])];
        return new DeviceFamily(groups)
        {
            OneIn = int.TryParse(Environment.GetEnvironmentVariable("MEZZOTINT_CUDA_ONE_IN"), out int part) ? part : 1,
        };
    }
}
