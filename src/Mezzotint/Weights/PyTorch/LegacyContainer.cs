using System.Buffers.Binary;

namespace Mezzotint.Weights.PyTorch;

/// <summary>
/// The form of files before PyTorch 1.6: five pickles (a magic number, a version, the writer's machine, the value, the storages' names),
/// then the storages, each as the count of its numbers and the numbers.
/// </summary>
internal sealed class LegacyContainer
{
    private const string Magic = "119547037146038801333356";
    private const long Version = 1001;
    private const int CountBytes = sizeof(long);

    private readonly FileStream _stream;
    private readonly Dictionary<string, (NumberFormat Format, long Elements)> _mentioned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _places = new(StringComparer.Ordinal);

    private LegacyContainer(FileStream stream) => _stream = stream;

    /// <summary>Reads everything but the numbers.</summary>
    /// <param name="stream">The file, at its beginning.</param>
    /// <exception cref="WeightsException">It is broken, or no PyTorch file.</exception>
    public static PyTorchContents Read(FileStream stream)
    {
        var container = new LegacyContainer(stream);
        if (container.Pickle()?.ToString() != Magic)
            throw new WeightsException("it is not a PyTorch file (a plain pickle is none: save it with torch.save, or as safetensors)");
        if (container.Pickle() is not Version) throw new WeightsException("it is of a version of PyTorch's old form that is not read");
        if (container.Pickle() is not PickleDictionary machine || machine["little_endian"] is not true)
            throw new WeightsException("it was written by a big-endian machine");
        object? root = container.Pickle();
        container.FindStorages(container.Pickle());
        return new PyTorchContents(root, container.Locate);
    }

    private object? Pickle() =>
        PickleReader.Read(new PickleSource(_stream, Math.Min(PickleReader.MaximumBytes, _stream.Length - _stream.Position)), Outside);

    private object? Outside(object? identity)
    {
        if (identity is object?[] and ["module", PickleClass type, ..]) return type;
        if (identity is not (object?[] and ["storage", PickleClass kind, string key, _, long elements, var view]))
            throw new WeightsException("it mentions something outside its pickle that is not a storage");
        NumberFormat format = TensorTypes.OfStorage(kind);
        if (elements < 0 || !_mentioned.TryAdd(key, (format, elements)) && _mentioned[key] != (format, elements))
            throw new WeightsException($"its storage '{key}' is mentioned with two sizes or types, or a negative size");
        return view switch
        {
            null => new StorageReference(key, format, elements, 0),
            object?[] and [_, long offset, long count] when offset >= 0 && count >= 0 && offset <= elements - count =>
                new StorageReference(key, format, count, offset),
            _ => throw new WeightsException($"its storage '{key}' is looked at beyond its end"),
        };
    }

    private void FindStorages(object? keys)
    {
        if (keys is not List<object?> names) throw new WeightsException("it does not list its storages");
        foreach (object? name in names)
        {
            if (name is not string key || !_mentioned.TryGetValue(key, out var storage)) throw new WeightsException("it has a storage that nothing mentions");
            if (ReadCount() != storage.Elements) throw new WeightsException($"its storage '{key}' has another size than is said of it");
            if (storage.Elements > (_stream.Length - _stream.Position) / storage.Format.Bytes)
                throw new WeightsException("it is cut short within its storages");
            if (!_places.TryAdd(key, _stream.Position)) throw new WeightsException($"its storage '{key}' is there twice");
            _stream.Position += storage.Elements * storage.Format.Bytes;
        }
    }

    private long ReadCount()
    {
        if (_stream.Length - _stream.Position < CountBytes) throw new WeightsException("it is cut short within its storages");
        Span<byte> bytes = stackalloc byte[CountBytes];
        _stream.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private long Locate(StorageReference storage) => _places.TryGetValue(storage.Key, out long place)
        ? place
        : throw new WeightsException($"its storage '{storage.Key}' is not there");
}
