namespace Mezzotint.Weights.PyTorch;

/// <summary>
/// The form of files since PyTorch 1.6: a zip archive of stored (never compressed) records, of which <c>data.pkl</c> holds the value and
/// <c>data/KEY</c> the storages.
/// </summary>
internal sealed class ZipContainer
{
    private const string PickleName = "data.pkl";

    private readonly FileStream _stream;
    private readonly ZipIndex _index;
    private readonly string _folder;

    private ZipContainer(FileStream stream, ZipIndex index, string folder) => (_stream, _index, _folder) = (stream, index, folder);

    /// <summary>Reads everything but the numbers.</summary>
    /// <exception cref="WeightsException">It is broken, or no PyTorch file.</exception>
    public static PyTorchContents Read(FileStream stream)
    {
        ZipIndex index = ZipIndex.Read(stream);
        string[] pickles = [.. index.Names.Where(name => name == PickleName || name.EndsWith('/' + PickleName)).Take(2)];
        if (pickles is not [var pickle])
        {
            throw new WeightsException(pickles.Length == 0
                ? $"it is a zip archive without a {PickleName}, so no PyTorch file"
                : $"it is a zip archive with several {PickleName}");
        }
        var container = new ZipContainer(stream, index, pickle[..^PickleName.Length]);
        container.CheckByteOrder();
        return new PyTorchContents(container.Pickle(pickle), container.Locate);
    }

    private void CheckByteOrder()
    {
        string name = _folder + "byteorder";
        if (!_index.Names.Contains(name)) return;
        (long begin, long bytes) = _index.Locate(name);
        _stream.Position = begin;
        if (bytes != "little".Length || new PickleSource(_stream, bytes).Text(bytes) != "little")
            throw new WeightsException("it was written by a big-endian machine");
    }

    private object? Pickle(string name)
    {
        (long begin, long bytes) = _index.Locate(name);
        _stream.Position = begin;
        return PickleReader.Read(new PickleSource(_stream, Math.Min(PickleReader.MaximumBytes, bytes)), Outside);
    }

    private static StorageReference Outside(object? identity) =>
        identity is object?[] and ["storage", PickleClass kind, string key, _, >= 0L and long elements, ..]
            ? new StorageReference(key, TensorTypes.OfStorage(kind), elements, 0)
            : throw new WeightsException("it mentions something outside its pickle that is not a storage");

    private long Locate(StorageReference storage)
    {
        (long begin, long bytes) = _index.Locate($"{_folder}data/{storage.Key}");
        return storage.Elements <= bytes / storage.Format.Bytes
            ? begin
            : throw new WeightsException($"its storage '{storage.Key}' has {bytes} bytes, too few for {storage.Elements} numbers");
    }
}
