using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Mezzotint.Imaging.Formats;

/// <summary>
/// Writes a PNG row by row (PNG specification, third edition), so that a picture of any size passes through little memory. Of the five
/// filters each row gets the one whose residuals have the least sum of magnitudes, as the specification recommends.
/// </summary>
internal sealed class PngEncoder : IDisposable
{
    /// <summary>Between zlib's fastest and its default: a few per cent larger than at the default, in half the time.</summary>
    private const int CompressionLevel = 4;
    private const int Filters = 5;
    private const double MillimetresAMetre = 1000;

    private readonly Stream _output;
    private readonly ZLibStream _deflated;
    private readonly ChunkStream _chunks;
    private readonly int _bytesAPixel;
    private readonly byte[] _row, _above;
    private readonly byte[][] _filtered;

    /// <summary>Begins a file.</summary>
    /// <param name="output">Left open.</param>
    /// <param name="picture">Its size, channels (1 to 4) and depth.</param>
    /// <param name="metadata">The ICC profile and the density; EXIF, XMP and texts come from <paramref name="chunks"/>.</param>
    /// <param name="chunks">EXIF, XMP and texts.</param>
    public PngEncoder(Stream output, PictureHeader picture, PictureMetadata metadata, PngMetadata chunks)
    {
        _output = output;
        _bytesAPixel = picture.Channels * picture.BitDepth / 8;
        int rowBytes = checked(picture.Width * _bytesAPixel);
        (_row, _above) = (new byte[rowBytes], new byte[rowBytes]);
        _filtered = [.. Enumerable.Range(0, Filters).Select(filter => new byte[rowBytes + 1])];
        for (int filter = 0; filter < Filters; filter++) _filtered[filter][0] = (byte)filter;

        WriteHead(picture, metadata, chunks);
        _chunks = new ChunkStream(output);
        _deflated = new ZLibStream(_chunks, new ZLibCompressionOptions { CompressionLevel = CompressionLevel }, leaveOpen: true);
    }

    /// <summary>Writes the next row of an 8-bit picture.</summary>
    public void Write(ReadOnlySpan<byte> row)
    {
        row.CopyTo(_row);
        Write();
    }

    /// <summary>Writes the next row of a 16-bit picture.</summary>
    public void Write(ReadOnlySpan<ushort> row)
    {
        for (int i = 0; i < row.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(_row.AsSpan(2 * i), row[i]);
        Write();
    }

    /// <summary>Ends the file, after the last row.</summary>
    public void Complete()
    {
        _deflated.Dispose();
        _chunks.Flush();
        Png.WriteChunk(_output, "IEND", []);
    }

    public void Dispose()
    {
        // Ends the compressor of a file that is given up; nobody reads what it still has to say.
        _chunks.GiveUp();
        _deflated.Dispose();
        _chunks.Dispose();
    }

    private void WriteHead(PictureHeader picture, PictureMetadata metadata, PngMetadata chunks)
    {
        _output.Write(Png.Signature);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), picture.Height);
        head[8] = (byte)picture.BitDepth;
        head[9] = picture.Channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 };
        Png.WriteChunk(_output, "IHDR", head);
        if (!metadata.IccProfile.IsEmpty) Png.WriteChunk(_output, "iCCP", [.. "icc"u8, 0, 0, .. Deflate(metadata.IccProfile.Span)]);
        if (metadata.Density is { } density)
        {
            var pixels = new byte[9];
            BinaryPrimitives.WriteUInt32BigEndian(pixels, PixelsAMetre(density.Horizontal));
            BinaryPrimitives.WriteUInt32BigEndian(pixels.AsSpan(4), PixelsAMetre(density.Vertical));
            pixels[8] = 1; // the unit is the metre
            Png.WriteChunk(_output, "pHYs", pixels);
        }

        Png.WriteMetadata(_output, chunks);
    }

    private static uint PixelsAMetre(double pixelsAMillimetre) =>
        (uint)Math.Clamp(Math.Round(pixelsAMillimetre * MillimetresAMetre), 1, int.MaxValue);

    private static byte[] Deflate(ReadOnlySpan<byte> bytes)
    {
        using var memory = new MemoryStream();
        using (var deflated = new ZLibStream(memory, CompressionMode.Compress, leaveOpen: true)) deflated.Write(bytes);
        return memory.ToArray();
    }

    private void Write()
    {
        byte[] best = _filtered[0];
        long least = long.MaxValue;
        for (int filter = 0; filter < Filters; filter++)
        {
            Span<byte> residual = _filtered[filter].AsSpan(1);
            Filter(filter, residual);
            long sum = 0;
            foreach (byte value in residual) sum += Math.Abs((int)(sbyte)value);
            if (sum < least) (least, best) = (sum, _filtered[filter]);
        }

        _deflated.Write(best);
        _row.CopyTo(_above.AsSpan());
    }

    private void Filter(int filter, Span<byte> residual)
    {
        ReadOnlySpan<byte> row = _row, above = _above.AsSpan(0, row.Length);
        residual = residual[..row.Length];
        int step = _bytesAPixel;
        switch (filter)
        {
            case 0:
                row.CopyTo(residual);
                break;
            case 1:
                row[..step].CopyTo(residual);
                for (int i = step; i < row.Length; i++) residual[i] = (byte)(row[i] - row[i - step]);
                break;
            case 2:
                for (int i = 0; i < row.Length; i++) residual[i] = (byte)(row[i] - above[i]);
                break;
            case 3:
                for (int i = 0; i < step; i++) residual[i] = (byte)(row[i] - (above[i] >> 1));
                for (int i = step; i < row.Length; i++) residual[i] = (byte)(row[i] - ((row[i - step] + above[i]) >> 1));
                break;
            default:
                for (int i = 0; i < step; i++) residual[i] = (byte)(row[i] - above[i]);
                for (int i = step; i < row.Length; i++) residual[i] = (byte)(row[i] - Paeth(row[i - step], above[i], above[i - step]));
                break;
        }
    }

    /// <summary>Whichever of left, above and above left lies nearest to left + above - above left; in this order.</summary>
    private static int Paeth(int left, int above, int corner)
    {
        int toLeft = Math.Abs(above - corner), toAbove = Math.Abs(left - corner), toCorner = Math.Abs(left + above - corner - corner);
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }

    /// <summary>Gathers compressed bytes into IDAT chunks.</summary>
    private sealed class ChunkStream(Stream output) : Stream
    {
        private readonly byte[] _gathered = new byte[1 << 18];
        private int _count;
        private bool _givenUp;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void GiveUp() => _givenUp = true;

        public override void Write(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty && !_givenUp)
            {
                int part = Math.Min(bytes.Length, _gathered.Length - _count);
                bytes[..part].CopyTo(_gathered.AsSpan(_count));
                _count += part;
                bytes = bytes[part..];
                if (_count == _gathered.Length) Flush();
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            if (_count > 0 && !_givenUp) Png.WriteChunk(output, "IDAT", _gathered.AsSpan(0, _count));
            _count = 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
