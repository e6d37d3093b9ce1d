using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mezzotint.Data;

/// <summary>A digest of named things, in order.</summary>
internal sealed class DataDigest
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds a thing's name and contents.</summary>
    public void Add(string name, ReadOnlySpan<byte> contents)
    {
        _hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\0{contents.Length}\n")));
        _hash.AppendData(contents);
    }

    /// <summary>Adds a text.</summary>
    public void Add(string text) => Add(text, []);

    /// <summary>The digest; nothing can be added any more.</summary>
    public string Finish()
    {
        using (_hash) return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }
}
