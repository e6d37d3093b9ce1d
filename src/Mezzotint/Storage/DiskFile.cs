namespace Mezzotint.Storage;

/// <summary>A file that is written without a buffer: what has been written others see, and closing it writes nothing more.</summary>
internal sealed class DiskFile : Stream
{
    private readonly FileStream _file;

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It cannot be opened, or is a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is denied.</exception>
    public DiskFile(string path, FileMode mode, FileAccess access, FileShare share)
    {
        Disk.Announce(DiskCall.Open, path);
        _file = new FileStream(path, mode, access, share, bufferSize: 0);
        if (_file.CanSeek) return;
        _file.Dispose();
        throw new IOException("it is a pipe or a device, where a file is needed: remove it.");
    }

    /// <summary>Its path.</summary>
    public string Name => _file.Name;

    /// <inheritdoc/>
    public override bool CanRead => _file.CanRead;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _file.Position;
        set => _file.Position = value;
    }

    /// <summary>Waits until all is on the disk.</summary>
    public void FlushToDisk()
    {
        Disk.Announce(DiskCall.Flush, Name);
        _file.Flush(flushToDisk: true);
    }

    /// <summary>Nothing to do: nothing is held back.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => _file.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => _file.Read(buffer);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

    /// <inheritdoc/>
    public override void SetLength(long value)
    {
        if (value == Length) return;
        Disk.Announce(DiskCall.Cut, Name);
        _file.SetLength(value);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Disk.Announce(DiskCall.Write, Name, _file, buffer);
        _file.Write(buffer);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }
}
