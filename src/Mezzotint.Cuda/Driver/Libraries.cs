using System.Runtime.InteropServices;

namespace Mezzotint.Cuda.Driver;

/// <summary>
/// Finds NVIDIA's libraries: by the names that the system's loader knows, in the folder that <c>MEZZOTINT_CUDA</c> names, in those of the
/// CUDA toolkit, and in those where Python packages put them (<c>nvidia/*/lib</c>).
/// </summary>
internal static class Libraries
{
    /// <summary>The variable that names a folder in which to look first.</summary>
    public const string FolderVariable = "MEZZOTINT_CUDA";

    private static readonly Lazy<string[]> Known = new(() => [.. Folders().Where(Directory.Exists).Distinct()]);

    /// <summary>The driver's own library; 0 where there is none.</summary>
    public static nint Driver() => Load(OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"]);

    /// <summary>The compiler of kernels, of the newest version up to a major one of CUDA; 0 where there is none.</summary>
    public static nint Compiler(int major)
    {
        nint compiler = Load(Versions(major, 11).SelectMany(version => OperatingSystem.IsWindows()
            ? [version == 11 ? "nvrtc64_112_0.dll" : $"nvrtc64_{version}0_0.dll"]
            : new[] { version == 11 ? "libnvrtc.so.11.2" : $"libnvrtc.so.{version}" }), beside: "nvrtc-builtins");
        return compiler;
    }

    /// <summary>cuBLAS, of the newest version up to a major one of CUDA; 0 where there is none.</summary>
    public static nint Blas(int major) => Load(
        Versions(major, 11).Select(version => OperatingSystem.IsWindows() ? $"cublas64_{version}.dll" : $"libcublas.so.{version}"), beside: "cublasLt");

    /// <summary>cuDNN; 0 where there is none.</summary>
    public static nint Dnn() => Load(new[] { 9, 8 }.Select(version => OperatingSystem.IsWindows() ? $"cudnn64_{version}.dll" : $"libcudnn.so.{version}"));

    /// <summary>Loads the first of some libraries that is found; 0 where none is.</summary>
    /// <param name="names">File names, the best first.</param>
    /// <param name="beside">Part of the name of what the library loads itself, and may not find in a folder that the loader does not
    /// know.</param>
    private static nint Load(IEnumerable<string> names, string? beside = null)
    {
        foreach (string name in names)
        {
            foreach (string folder in Known.Value)
            {
                string path = Path.Combine(folder, name);
                if (!File.Exists(path)) continue;
                if (beside is not null)
                    foreach (string other in Directory.EnumerateFiles(folder, $"*{beside}*")) _ = NativeLibrary.TryLoad(other, out _);
                if (NativeLibrary.TryLoad(path, out nint found)) return found;
            }

            if (NativeLibrary.TryLoad(name, out nint library)) return library;
        }

        return 0;
    }

    private static IEnumerable<int> Versions(int newest, int oldest) => Enumerable.Range(0, Math.Max(0, newest - oldest + 1)).Select(i => newest - i);

    private static IEnumerable<string> Folders()
    {
        string lib = OperatingSystem.IsWindows() ? "bin" : "lib64";
        if (Variable(FolderVariable) is { } own)
            foreach (string folder in new[] { own, Path.Combine(own, "lib64"), Path.Combine(own, "lib"), Path.Combine(own, "bin") }) yield return folder;
        foreach (string variable in new[] { "CUDA_PATH", "CUDA_HOME" })
            if (Variable(variable) is { } toolkit) yield return Path.Combine(toolkit, lib);
        if (Variable("CONDA_PREFIX") is { } conda) yield return Path.Combine(conda, OperatingSystem.IsWindows() ? "Library/bin" : "lib");
        foreach (string packages in PythonPackages())
            foreach (string part in Below(Path.Combine(packages, "nvidia"), "*"))
                yield return Path.Combine(part, OperatingSystem.IsWindows() ? "bin" : "lib");
        if (OperatingSystem.IsWindows()) yield break;
        yield return "/usr/local/cuda/lib64";
        foreach (string toolkit in Below("/usr/local", "cuda-*")) yield return Path.Combine(toolkit, "lib64");
        foreach (string folder in new[] { "/opt/cuda/lib64", "/usr/lib/wsl/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/local/nvidia/lib64" })
            yield return folder;
    }

    /// <summary>Where Python keeps packages: of the environment that is active first, then the user's, then the system's.</summary>
    private static IEnumerable<string> PythonPackages()
    {
        string[] roots = [.. new[] { Variable("VIRTUAL_ENV"), Variable("CONDA_PREFIX"), Variable("HOME") is { } home ? Path.Combine(home, ".local") : null, "/usr/local", "/usr", "/opt/conda" }.OfType<string>()];
        foreach (string root in roots)
        {
            yield return Path.Combine(root, "Lib", "site-packages");
            foreach (string python in Below(Path.Combine(root, "lib"), "python3*"))
            {
                yield return Path.Combine(python, "site-packages");
                yield return Path.Combine(python, "dist-packages");
            }
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static IEnumerable<string> Below(string folder, string pattern)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetDirectories(folder, pattern).OrderDescending() : [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
