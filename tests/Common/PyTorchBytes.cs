using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Mezzotint;

/// <summary>Puts pickles and storages together as PyTorch files of both forms.</summary>
internal static class PyTorchBytes
{
    /// <summary>The form of PyTorch 1.6 and later.</summary>
    public static byte[] Zip(byte[] pickle, params (string Key, byte[] Data)[] storages) => Zip(CompressionLevel.NoCompression, pickle, storages);

    public static byte[] Zip(CompressionLevel level, byte[] pickle, params (string Key, byte[] Data)[] storages)
    {
        using var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, level, "archive/data.pkl", pickle);
            Add(archive, level, "archive/byteorder", "little"u8.ToArray());
            foreach ((string key, byte[] data) in storages) Add(archive, level, $"archive/data/{key}", data);
        }
        return memory.ToArray();
    }

    /// <summary>The form of before.</summary>
    public static byte[] Legacy(byte[] pickle, params (string Key, long Elements, byte[] Data)[] storages)
    {
        var bytes = new List<byte>();
        bytes.AddRange(Convert.FromHexString("80028a0a6cfc9c46f9206aa850192e"));
        bytes.AddRange(Pickle.Of(p => p.Int(1001)));
        bytes.AddRange(Pickle.Of(p => p.Dictionary(("protocol_version", v => v.Int(1001)), ("little_endian", v => v.Raw(0x88)))));
        bytes.AddRange(pickle);
        bytes.AddRange(Pickle.Of(p =>
        {
            p.Code("](");
            foreach (var storage in storages) p.Text(storage.Key);
            p.Code("e");
        }));
        foreach (var storage in storages)
        {
            byte[] count = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(count, storage.Elements);
            bytes.AddRange(count);
            bytes.AddRange(storage.Data);
        }
        return [.. bytes];
    }

    public static byte[] Floats(params float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();

    private static void Add(ZipArchive archive, CompressionLevel level, string name, byte[] data)
    {
        using Stream stream = archive.CreateEntry(name, level).Open();
        stream.Write(data);
    }
}
