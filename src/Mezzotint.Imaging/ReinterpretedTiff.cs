using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Mezzotint.Imaging.Formats;

namespace Mezzotint.Imaging;

/// <summary>
/// A TIFF's bytes, of which libvips is shown the photometric interpretation changed: a private view of the file, or a copy of what is in
/// memory.
/// </summary>
internal sealed unsafe class ReinterpretedTiff : IDisposable
{
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly void* _copy;

    public ReinterpretedTiff(Stream bytes, TiffDirectory directory)
    {
        Length = (nuint)bytes.Length;
        if (bytes is FileStream file)
        {
            _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
            _view = _map.CreateViewAccessor(0, bytes.Length, MemoryMappedFileAccess.CopyOnWrite);
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            Data = start + _view.PointerOffset;
        }
        else
        {
            _copy = NativeMemory.Alloc(Length);
            Data = (byte*)_copy;
            bytes.Position = 0;
            bytes.ReadExactly(new Span<byte>(Data, checked((int)Length)));
        }

        directory.Reinterpret(new Span<byte>(Data + directory.ReinterpretPlace, sizeof(ushort)));
    }

    /// <summary>The first byte.</summary>
    public byte* Data { get; }

    /// <summary>How many there are.</summary>
    public nuint Length { get; }

    public void Dispose()
    {
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _map!.Dispose();
        }

        NativeMemory.Free(_copy);
    }
}
