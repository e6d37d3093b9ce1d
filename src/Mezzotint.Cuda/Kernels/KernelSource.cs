using System.Security.Cryptography;
using System.Text;

namespace Mezzotint.Cuda.Kernels;

/// <summary>One kernel in CUDA C. All sizes and strides are in the text, so kernels with the same text are the same kernel.</summary>
/// <param name="Name">The function's name: what it does, and a digest of the text.</param>
/// <param name="Code">The text, which uses what <see cref="Prelude"/> defines.</param>
internal sealed record KernelSource(string Name, string Code)
{
    /// <summary>Stands for the function's own name in a text.</summary>
    public const string Self = "KERNEL";

    /// <summary>The kernel of a text in which <see cref="Self"/> stands for its name.</summary>
    public static KernelSource Of(string stem, string code)
    {
        string name = $"{stem}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)).AsSpan(0, 8))}";
        return new KernelSource(name, code.Replace(Self, name, StringComparison.Ordinal));
    }
}
