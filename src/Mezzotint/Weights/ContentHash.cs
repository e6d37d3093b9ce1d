using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Weights;

/// <summary>Names weights by what they are: the same for the same values, whatever file they lie in and whatever it says beside them.</summary>
internal static class ContentHash
{
    /// <summary>The SHA-256, in hexadecimal, of the names, shapes and values of a network's variables, by name.</summary>
    public static string Of(Module network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Variable variable in network.Variables.OrderBy(variable => variable.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{variable.Name} {variable.Shape}\n"));
            hash.AppendData(MemoryMarshal.AsBytes<float>(variable.ToArray()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
