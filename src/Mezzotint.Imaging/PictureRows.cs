using Mezzotint.Imaging.Files;
using Mezzotint.Imaging.Formats;

namespace Mezzotint.Imaging;

/// <summary>
/// A picture file written from its first row to its last, of which no more is in memory than the caller holds. The file appears, whole,
/// with <see cref="Complete"/>, and otherwise not at all. PNG alone is written so; its size is bounded only by the disk.
/// </summary>
public sealed class PictureRows : IDisposable
{
    private readonly string _path;
    private readonly PictureHeader _header;
    private readonly PendingFile _file;
    private readonly PngEncoder _encoder;
    private int _written;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file, a PNG by its extension; an existing one is replaced.</param>
    /// <param name="header">The picture's size, channels and depth.</param>
    /// <param name="metadata">What it says of itself; an ICC profile in it must fit the channels.</param>
    /// <param name="options">How to write it; <see cref="SaveOptions.Default"/> when null.</param>
    /// <exception cref="PictureException">The format is not written by rows, or cannot hold the picture.</exception>
    /// <exception cref="PictureStorageException">The file cannot be written there.</exception>
    public PictureRows(string path, PictureHeader header, PictureMetadata metadata, SaveOptions? options = null)
    {
        options ??= SaveOptions.Default;
        header.CheckSave(path, options);
        PictureFormat format = PictureFormats.FromPath(path);
        if (!CanWrite(format)) throw new PictureException($"{path}: only PNG is written row by row, and not {format.Name()}; save the picture as PNG.");
        (_path, _header) = (path, header with { Format = format });
        (_file, _encoder) = PictureWriter.Guard(path, () =>
        {
            var file = new PendingFile(path);
            try
            {
                return (file, PictureWriter.BeginPng(file.Stream, _header, metadata, options));
            }
            catch
            {
                file.Dispose();
                throw;
            }
        });
    }

    /// <summary>Whether a format is written row by row.</summary>
    /// <param name="format">The format.</param>
    public static bool CanWrite(PictureFormat format) => format == PictureFormat.Png;

    /// <summary>Writes the next rows of an 8-bit picture.</summary>
    /// <param name="samples">Whole rows of width x channels values, interleaved.</param>
    /// <exception cref="ArgumentException">They are no whole rows, or more than the picture has, or it has 16 bits.</exception>
    /// <exception cref="PictureStorageException">The disk is full.</exception>
    public void Write(ReadOnlySpan<byte> samples)
    {
        int row = Count(samples.Length, 8);
        try
        {
            for (; !samples.IsEmpty; samples = samples[row..]) _encoder.Write(samples[..row]);
        }
        catch (IOException refused)
        {
            throw PictureWriter.NotWritten(_path, refused);
        }
    }

    /// <summary>Writes the next rows of a 16-bit picture; see the overload for 8 bits.</summary>
    /// <param name="samples">Whole rows of width x channels values, interleaved.</param>
    /// <exception cref="ArgumentException">They are no whole rows, or more than the picture has, or it has 8 bits.</exception>
    /// <exception cref="PictureStorageException">The disk is full.</exception>
    public void Write(ReadOnlySpan<ushort> samples)
    {
        int row = Count(samples.Length, 16);
        try
        {
            for (; !samples.IsEmpty; samples = samples[row..]) _encoder.Write(samples[..row]);
        }
        catch (IOException refused)
        {
            throw PictureWriter.NotWritten(_path, refused);
        }
    }

    /// <summary>Makes the file appear, after its last row.</summary>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    /// <exception cref="PictureStorageException">The disk is full.</exception>
    public void Complete()
    {
        if (_written != _header.Height) throw new InvalidOperationException($"Of {_header.Height} rows only {_written} were written.");
        PictureWriter.Guard(_path, () =>
        {
            _encoder.Complete();
            _file.Commit();
            return true;
        });
    }

    /// <summary>Gives up a file that was not completed.</summary>
    public void Dispose()
    {
        _encoder.Dispose();
        _file.Dispose();
    }

    private int Count(int samples, int bitDepth)
    {
        if (_header.BitDepth != bitDepth) throw new ArgumentException($"The picture has {_header.BitDepth} bits a sample, and not {bitDepth}.");
        int row = _header.Width * _header.Channels;
        if (samples % row != 0 || samples / row > _header.Height - _written)
            throw new ArgumentException($"{samples} samples are not from 1 to {_header.Height - _written} rows of {row}.");
        _written += samples / row;
        return row;
    }
}
