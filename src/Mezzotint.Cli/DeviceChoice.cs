using System.CommandLine;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Cli;

/// <summary>Which device computes: the one place that knows what <c>--device</c> may say.</summary>
internal static class DeviceChoice
{
    private const string Cpu = "cpu";

    // Devices that people ask for by name, and that a build may lack.
    private static readonly string[] Elsewhere = ["cuda", "gpu", "mps", "rocm"];

    /// <summary>The option <c>--device</c>.</summary>
    public static Option<string?> Option()
    {
        var option = new Option<string?>("--device") { Description = "What computes: cpu. [default: cpu]", HelpName = "DEVICE" };
        option.Validators.Add(result =>
        {
            string name = result.Tokens.Count == 0 ? Cpu : result.Tokens[0].Value;
            if (name == Cpu) return;
            result.AddError(Elsewhere.Contains(name.Split(':')[0])
                ? $"There is no device '{name}' here: this build of mezzo computes on the CPU; leave out --device, or give --device {Cpu}."
                : $"--device takes {Cpu}, and not '{name}'.");
        });
        return option;
    }

    /// <summary>Opens a device.</summary>
    /// <param name="name">What <c>--device</c> says; null for the default.</param>
    /// <param name="threads">How many threads of the processor compute; null for one a processor.</param>
    /// <exception cref="MezzotintException">There is no such device.</exception>
    public static Device Open(string? name, int? threads) => name is null or Cpu
        ? new CpuDevice(threads ?? 0) : throw new MezzotintException($"There is no device '{name}'; leave out --device, or give --device {Cpu}.");
}
