using System.Text;

namespace Mezzotint.Weights.PyTorch;

/// <summary>The bytes of one pickle: never more of them than there are, whatever a length in them claims.</summary>
/// <param name="stream">Where they come from; it is left behind the last byte taken.</param>
/// <param name="limit">How many bytes may be taken.</param>
internal sealed class PickleSource(Stream stream, long limit)
{
    private const int LongestLine = 1 << 12;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private long _taken;

    /// <summary>One byte.</summary>
    public byte Byte()
    {
        int value = _taken < limit ? stream.ReadByte() : -1;
        if (value < 0) throw new WeightsException("it is cut short within a pickle, or that pickle is too long");
        _taken++;
        return (byte)value;
    }

    /// <summary>So many bytes.</summary>
    public byte[] Bytes(long count)
    {
        if (count < 0 || count > limit - _taken) throw new WeightsException("a pickle in it claims more bytes than there are");
        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        _taken += count;
        return bytes;
    }

    /// <summary>
    /// So many bytes as a little-endian number without a sign, up to seven of them; eight are taken as a number with one.
    /// </summary>
    public long Number(int bytes)
    {
        long value = 0;
        for (int i = 0; i < bytes; i++) value |= (long)Byte() << (8 * i);
        return value;
    }

    /// <summary>So many bytes of UTF-8.</summary>
    public string Text(long bytes)
    {
        try
        {
            return StrictUtf8.GetString(Bytes(bytes));
        }
        catch (DecoderFallbackException fault)
        {
            throw new WeightsException("a pickle in it holds text that is not valid UTF-8", fault);
        }
    }

    /// <summary>So many bytes of a string of Python 2, whose text is UTF-8 or else a byte a character.</summary>
    public string OldText(long bytes)
    {
        byte[] raw = Bytes(bytes);
        try
        {
            return StrictUtf8.GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(raw);
        }
    }

    /// <summary>The text up to the next line break, which is taken too.</summary>
    public string Line()
    {
        var line = new List<byte>();
        for (byte b = Byte(); b != '\n'; b = Byte())
        {
            if (line.Count == LongestLine) throw new WeightsException("a pickle in it has a line that does not end");
            line.Add(b);
        }
        return Encoding.Latin1.GetString([.. line]);
    }
}
