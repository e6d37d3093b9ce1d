using Mezzotint.Imaging.Resampling;

namespace Mezzotint.Imaging;

/// <summary>
/// Resamples a picture whose rows come from the top, and passes on the rows of the result as soon as they are known: what
/// <see cref="Picture.Resize"/> gives, to the bit, of a picture that nobody holds.
/// </summary>
/// <typeparam name="T"><see cref="byte"/> or <see cref="ushort"/>.</typeparam>
public sealed class RowResampler<T>
    where T : unmanaged
{
    /// <summary>Rows that are taken at a time.</summary>
    private const int Chunk = RowResampler.Chunk;

    private readonly int _width, _height, _channels, _newWidth, _newHeight;
    private readonly Contributions _across, _down;
    private readonly bool _columnsFirst;
    private readonly int[] _last; // for each row of the result, the last row of the picture that it and those above it read
    private readonly int[] _first; // and the first that it and those below it read
    private readonly T[] _window, _chunk, _narrow, _result;
    private readonly Action<ReadOnlySpan<T>> _sink;
    private int _start, _held, _taken, _given;

    /// <summary>A resampler of one picture.</summary>
    /// <param name="width">The picture's columns.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="channels">Its channels, interleaved.</param>
    /// <param name="newWidth">Columns of the result.</param>
    /// <param name="newHeight">Rows of the result.</param>
    /// <param name="sink">Receives whole rows of the result, from the top; they are good during the call.</param>
    /// <param name="kernel">The interpolation kernel.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public RowResampler(
        int width, int height, int channels, int newWidth, int newHeight, Action<ReadOnlySpan<T>> sink, ResizeKernel kernel = ResizeKernel.Bicubic)
    {
        foreach (int size in (int[])[width, height, channels, newWidth, newHeight]) ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        (_width, _height, _channels, _newWidth, _newHeight, _sink) = (width, height, channels, newWidth, newHeight, sink);
        _across = Contributions.Of(width, newWidth, kernel);
        _down = Contributions.Of(height, newHeight, kernel);
        _columnsFirst = (double)newWidth / width < (double)newHeight / height;
        _last = new int[newHeight];
        _first = new int[newHeight];
        for (int y = 0; y < newHeight; y++) _last[y] = Math.Max(y == 0 ? 0 : _last[y - 1], Taps(y).Max());
        for (int y = newHeight - 1; y >= 0; y--) _first[y] = Math.Min(y == newHeight - 1 ? height - 1 : _first[y + 1], Taps(y).Min());

        int support = Enumerable.Range(0, newHeight).Max(y => _last[y] - _first[y] + 1);
        int row = (_columnsFirst ? newWidth : width) * channels;
        _window = new T[checked((long)row * Math.Min(height, support + Chunk))];
        _chunk = _columnsFirst ? new T[(long)width * channels * Math.Min(height, Chunk)] : [];
        _narrow = _columnsFirst ? new T[(long)row * Math.Min(height, Chunk)] : new T[(long)row * Math.Min(newHeight, Chunk)];
        _result = new T[(long)newWidth * channels * Math.Min(newHeight, Chunk)];

        IEnumerable<int> Taps(int y) => _down.Indices.Skip(y * _down.Taps).Take(_down.Taps);
    }

    /// <summary>Takes the next rows.</summary>
    /// <param name="rows">Whole rows of width x channels values, interleaved.</param>
    /// <exception cref="ArgumentException">They are no whole rows, or more than the picture has.</exception>
    public void Write(ReadOnlySpan<T> rows)
    {
        int row = _width * _channels;
        if (rows.Length % row != 0 || rows.Length / row > _height - _taken)
            throw new ArgumentException($"{rows.Length} samples are not from 1 to {_height - _taken} rows of {row}.");
        while (!rows.IsEmpty)
        {
            int count = Math.Min(rows.Length / row, Chunk);
            Take(rows[..(count * row)], count);
            Give();
            rows = rows[(count * row)..];
        }
    }

    /// <summary>Adds rows to the window.</summary>
    private void Take(ReadOnlySpan<T> rows, int count)
    {
        int row = (_columnsFirst ? _newWidth : _width) * _channels;
        if (_columnsFirst)
        {
            rows.CopyTo(_chunk);
            Resampler.Columns(_chunk, _narrow, _width, count, _channels, _across);
            rows = _narrow.AsSpan(0, count * row);
        }

        rows.CopyTo(_window.AsSpan(_held * row));
        _held += count;
        _taken += count;
    }

    /// <summary>Passes on what can be known, and forgets what is needed no more.</summary>
    private void Give()
    {
        int row = (_columnsFirst ? _newWidth : _width) * _channels;
        while (_given < _newHeight && _last[_given] < _taken)
        {
            int count = 1;
            while (count < Chunk && _given + count < _newHeight && _last[_given + count] < _taken) count++;
            Contributions down = _down.Part(_given, count).Shifted(-_start);
            if (_columnsFirst)
            {
                Resampler.Rows(_window, _result, _newWidth, count, _channels, down);
            }
            else
            {
                Resampler.Rows(_window, _narrow, _width, count, _channels, down);
                Resampler.Columns(_narrow, _result, _width, count, _channels, _across);
            }

            _given += count;
            _sink(_result.AsSpan(0, count * _newWidth * _channels));
        }

        int needed = _given < _newHeight ? Math.Min(_first[_given], _taken) : _taken, dropped = needed - _start;
        if (dropped <= 0) return;
        _window.AsSpan(dropped * row, (_held - dropped) * row).CopyTo(_window);
        (_start, _held) = (needed, _held - dropped);
    }
}

/// <summary>What resamplers of all samples have in common.</summary>
public static class RowResampler
{
    internal const int Chunk = 64;

    /// <summary>Bytes that a resampler holds at the most, about.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="newWidth">Columns of the result.</param>
    /// <param name="newHeight">Rows of the result.</param>
    public static long Bytes(PictureHeader picture, int newWidth, int newHeight)
    {
        double support = 6 * Math.Max(1, (double)picture.Height / newHeight);
        long row = (long)Math.Max(picture.Width, newWidth) * picture.Channels;
        // Rows as samples, and those that threads have turned to double precision.
        return (long)((3 * Chunk + support) * row) * picture.BitDepth / 8 + row * sizeof(double) * Resampler.Side * Environment.ProcessorCount;
    }
}
