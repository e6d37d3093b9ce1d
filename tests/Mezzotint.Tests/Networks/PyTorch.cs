using System.Diagnostics;
using System.Text.Json;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Networks;

/// <summary>The reference networks as PyTorch computes them (torch_networks.py says how they are asked for).</summary>
internal static class PyTorch
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> Present = new(() => File.Exists(Python) && Run("-c", "import torch, numpy").ExitCode == 0);

    /// <summary>A network's outputs and gradients by name; the test is skipped where there is no PyTorch.</summary>
    public static Dictionary<string, NamedArray> Evaluate(string network, object settings, IEnumerable<NamedArray> arrays)
    {
        using var folder = new TemporaryFolder();
        string given = folder["in.safetensors"], result = folder["out.safetensors"];
        Safetensors.Write(given, arrays);
        Execute(Path.Combine("Networks", "torch_networks.py"), network, JsonSerializer.Serialize(settings), given, result);
        return Safetensors.Read(result).Arrays.ToDictionary(array => array.Name);
    }

    /// <summary>Runs a script of the tests; the test is skipped where there is no PyTorch.</summary>
    public static void Execute(string script, params string[] arguments)
    {
        Assert.SkipUnless(Present.Value, $"{Python} has no PyTorch (on Debian and Ubuntu: apt-get install python3-torch)");
        (int exitCode, string errors) = Run([Path.Combine(AppContext.BaseDirectory, script), .. arguments]);
        Assert.True(exitCode == 0, errors);
    }

    private static (int ExitCode, string Errors) Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
