using System.CommandLine;
using System.Globalization;
using Mezzotint.Cuda;
using Mezzotint.Families;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Cli;

/// <summary>Which device computes: the one place that knows what <c>--device</c> may say.</summary>
internal static class DeviceChoice
{
    private const string Cpu = "cpu", Gpu = "cuda";

    // Devices that people ask for by name, and that there are none of.
    private static readonly string[] Elsewhere = ["gpu", "mps", "rocm"];

    /// <summary>The option <c>--device</c>.</summary>
    public static Option<string?> Option()
    {
        var option = new Option<string?>("--device")
        {
            Description = "What computes: cpu, or cuda for an NVIDIA GPU (cuda:1 for the second). [default: cpu]",
            HelpName = "DEVICE",
        };
        option.Validators.Add(result =>
        {
            string name = result.Tokens.Count == 0 ? Cpu : result.Tokens[0].Value;
            if (name == Cpu || OrdinalOf(name) is not null) return;
            result.AddError(Elsewhere.Contains(name.Split(':')[0])
                ? $"There is no device '{name}' here: mezzo computes on the CPU and on NVIDIA GPUs; leave out --device, or give --device {Cpu} or {Gpu}."
                : $"--device takes {Cpu}, {Gpu} or {Gpu}:N, and not '{name}'.");
        });
        return option;
    }

    /// <summary>Opens a device.</summary>
    /// <param name="name">What <c>--device</c> says; null for the default.</param>
    /// <param name="threads">How many threads of the processor compute; null for one a processor.</param>
    /// <param name="precision">To what factors may be rounded; the processor rounds none.</param>
    /// <exception cref="MezzotintException">There is no such device.</exception>
    public static Device Open(string? name, int? threads, ProductPrecision precision = ProductPrecision.Float32)
    {
        if (name is null or Cpu) return new CpuDevice(threads ?? 0);
        if (OrdinalOf(name) is not { } ordinal)
            throw new MezzotintException($"There is no device '{name}'; leave out --device, or give --device {Cpu} or {Gpu}.");
        try
        {
            return new CudaDevice(ordinal, precision switch
            {
                ProductPrecision.TensorFloat32 => CudaPrecision.TensorFloat32,
                ProductPrecision.Bfloat16 => CudaPrecision.Bfloat16,
                _ => CudaPrecision.Float32,
            });
        }
        catch (CudaException fault)
        {
            throw new MezzotintException(fault.Message, fault);
        }
    }

    /// <summary>Bytes that a device has for a training, where they are not this machine's.</summary>
    public static long? MemoryOf(Device device) => (device as CudaDevice)?.FreeBytes;

    private static int? OrdinalOf(string name) => name == Gpu ? 0
        : name.StartsWith(Gpu + ":", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Gpu.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int ordinal) ? ordinal
        : null;
}
