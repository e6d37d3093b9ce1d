using System.Security.Cryptography;
using System.Text;
using Mezzotint.Cuda.Kernels;

namespace Mezzotint.Cuda.Driver;

/// <summary>
/// Compiled kernels on disk, so that a program started again need not compile them: in the folder for what may be made again
/// (<c>XDG_CACHE_HOME</c>, else <c>~/.cache</c>; <c>%LOCALAPPDATA%</c>), under <c>mezzotint/cuda</c>. Where nothing can be written there,
/// nothing is.
/// </summary>
internal sealed class KernelFiles
{
    private const int MostFiles = 512;
    private readonly string? _folder;
    private readonly string _compiler;

    /// <param name="compiler">What compiled them, and for what: part of each name.</param>
    public KernelFiles(string compiler)
    {
        _compiler = compiler;
        string? home = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } own ? Path.Combine(own, ".cache") : null;
        _folder = home is { Length: > 0 } ? Path.Combine(home, "mezzotint", "cuda") : null;
    }

    /// <summary>The image of some kernels, from disk or made.</summary>
    public byte[] Get(IReadOnlyList<KernelSource> kernels, Func<byte[]> make)
    {
        if (_folder is null) return make();
        string names = string.Join('\n', kernels.Select(kernel => kernel.Name + kernel.Code).Prepend(Prelude.Code).Prepend(_compiler));
        string path = Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(names))) + ".image");
        try
        {
            if (File.Exists(path)) return Whole(File.ReadAllBytes(path)) ?? Remake(path, make);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }

        return Remake(path, make);
    }

    private byte[] Remake(string path, Func<byte[]> make)
    {
        byte[] image = make();
        string part = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}";
        try
        {
            Directory.CreateDirectory(_folder!);
            File.WriteAllBytes(part, [.. SHA256.HashData(image), .. image]);
            File.Move(part, path, overwrite: true);
            FileInfo[] files = new DirectoryInfo(_folder!).GetFiles("*.image");
            if (files.Length > MostFiles)
                foreach (FileInfo old in files.OrderBy(file => file.LastWriteTimeUtc).Take(files.Length / 2)) old.Delete();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }

        return image;
    }

    /// <summary>What follows the digest, if the digest is its own.</summary>
    private static byte[]? Whole(byte[] file) =>
        file.Length > 32 && SHA256.HashData(file.AsSpan(32)).AsSpan().SequenceEqual(file.AsSpan(0, 32)) ? file[32..] : null;
}
