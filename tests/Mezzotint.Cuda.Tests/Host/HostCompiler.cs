using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Mezzotint.Cuda.Kernels;

namespace Mezzotint.Cuda.Tests.Host;

/// <summary>Compiles generated CUDA C for the processor with g++, where there is one.</summary>
internal static partial class HostCompiler
{
    private static readonly Lazy<string?> Reason = new(() =>
        RuntimeInformation.ProcessArchitecture != Architecture.X64 || !OperatingSystem.IsLinux() ? "the shim's fibers are for x86-64 Linux"
        : Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), folder => File.Exists(Path.Combine(folder, "g++"))) ? null
        : "there is no g++ on this machine");

    /// <summary>Why it cannot, or null if it can.</summary>
    public static string? Missing => Reason.Value;

    /// <summary>Compiles kernels to a library, and finds the function of each that runs a grid.</summary>
    public static nint[] Compile(IReadOnlyList<KernelSource> kernels)
    {
        var text = new StringBuilder(Shim.Code).Append(Prelude.Code);
        foreach (KernelSource kernel in kernels)
        {
            Match head = Head().Match(kernel.Code);
            string[] types = [.. head.Groups[1].Value.Split(',').Select(parameter => Name().Replace(parameter.Trim(), ""))];
            text.Append(kernel.Code).Append(Shim.Entry(kernel.Name, types, kernel.Code.Contains("__syncthreads", StringComparison.Ordinal)));
        }

        string path = Path.Combine(Path.GetTempPath(), $"mezzotint-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(path + ".cpp", text.ToString());
            var start = new ProcessStartInfo("g++") { RedirectStandardError = true };
            foreach (string argument in new[] { "-O1", "-w", "-shared", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-o", path + ".so", path + ".cpp", "-lm" })
                start.ArgumentList.Add(argument);
            using Process compiler = Process.Start(start)!;
            string complaint = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            if (compiler.ExitCode != 0) throw new InvalidOperationException($"g++ refuses the generated source:\n{complaint}\n{text}");
            nint library = NativeLibrary.Load(path + ".so");
            return [.. kernels.Select(kernel => NativeLibrary.GetExport(library, kernel.Name + "_grid"))];
        }
        finally
        {
            File.Delete(path + ".cpp");
            File.Delete(path + ".so");
        }
    }

    [GeneratedRegex(@"__global__ void \w+\(([^)]*)\)")]
    private static partial Regex Head();

    [GeneratedRegex(@"\w+$")]
    private static partial Regex Name();
}
