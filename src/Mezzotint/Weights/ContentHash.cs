using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Weights;

/// <summary>
/// Names weights by what they are: the same for the same values, whatever file they lie in and whatever it says beside them.
/// </summary>
internal static class ContentHash
{
    /// <summary>The SHA-256, in hexadecimal, of the names, shapes and values of a network's variables, by name.</summary>
    public static string Of(Module network) => Of(network.Variables.Select(variable => (variable.Name, variable.Shape, variable.ToArray())));

    /// <summary>The same of arrays of a file.</summary>
    public static string Of(IEnumerable<NamedArray> arrays) => Of(arrays.Select(array => (array.Name, Shape.Create(array.Shape), array.Data)));

    private static string Of(IEnumerable<(string Name, Shape Shape, float[] Data)> arrays)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, Shape shape, float[] data) in arrays.OrderBy(array => array.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {shape}\n"));
            hash.AppendData(MemoryMarshal.AsBytes<float>(data));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
