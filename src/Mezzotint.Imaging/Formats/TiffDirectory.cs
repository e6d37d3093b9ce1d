using System.Buffers.Binary;
using System.Globalization;

namespace Mezzotint.Imaging.Formats;

/// <summary>What a TIFF's first directory, classic or big, says of how its samples lie.</summary>
internal sealed record TiffDirectory
{
    private const int BlackIsZero = 1, ColourMin = 2;
    private const int Separate = 2; // a plane a channel
    private const int Unsigned = 1, Signed = 2, Float = 3, Complex = 6;
    private const int Short = 3, Long = 4, Long8 = 16;

    /// <summary>Samples as they are, without meaning (DNG's LinearRaw).</summary>
    private const ushort Raw = 34892;

    // Of what is in planes libvips (8.14) reads these photometric interpretations line by line, of one plane's length, and mixes the lines
    // up.
    private static readonly int[] MixedUp = [0, BlackIsZero, 3, 6, 8];

    private int Bits { get; init; } = 1;

    private int Kind { get; init; } = Unsigned;

    private int Channels { get; init; } = 1;

    private int Planes { get; init; } = 1;

    private int Photometric { get; init; } = ColourMin;

    private long PhotometricPlace { get; init; }

    private bool BigEndian { get; init; }

    /// <summary>Whether libvips would mix up its lines unless it is told by <see cref="Reinterpret"/> that they have no meaning.</summary>
    public bool IsGreyInPlanes => IsMixedUp && Photometric == BlackIsZero && Bits % 8 == 0;

    /// <summary>Whether libvips would mix up its lines, and nothing helps.</summary>
    public bool IsMixedUpForGood => IsMixedUp && !IsGreyInPlanes;

    /// <summary>What a sample is, where it is neither of 1, 2, 4, 8 nor of 16 bits without a sign: "Float64"; null where it is.</summary>
    public string? RareSample => (Kind, Bits) switch
    {
        (Unsigned, 1 or 2 or 4 or 8 or 16) or (_, <= 0) => null,
        (Unsigned, _) => Named("UInt"),
        (Signed, _) => Named("Int"),
        (Float, _) => Named("Float"),
        (Complex, _) => Named("Complex"),
        _ => null,
    };

    private bool IsMixedUp => Planes == Separate && Channels > 1 && MixedUp.Contains(Photometric);

    /// <summary>Reads the directory; null where there is none that can be read.</summary>
    public static TiffDirectory? Read(Stream file)
    {
        try
        {
            file.Position = 0;
            Span<byte> head = stackalloc byte[16];
            head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            if (head.Length < 16) return null;
            var bigEndian = head[0] == (byte)'M';
            var isBig = Number(head[2..4], bigEndian) == 43; // BigTIFF
            return Read(file, (long)Number(isBig ? head[8..16] : head[4..8], bigEndian), isBig, bigEndian);
        }
        catch (Exception broken) when (broken is EndOfStreamException or ArgumentOutOfRangeException or IOException)
        {
            return null;
        }
    }

    /// <summary>Writes into the file's bytes that its samples have no meaning, whereupon libvips reads them as they lie.</summary>
    public void Reinterpret(Span<byte> value)
    {
        if (BigEndian) BinaryPrimitives.WriteUInt16BigEndian(value, Raw);
        else BinaryPrimitives.WriteUInt16LittleEndian(value, Raw);
    }

    /// <summary>Where <see cref="Reinterpret"/> writes its two bytes.</summary>
    public long ReinterpretPlace => PhotometricPlace;

    private static TiffDirectory? Read(Stream file, long place, bool isBig, bool bigEndian)
    {
        int width = isBig ? 8 : 4, entryBytes = isBig ? 20 : 12;
        Span<byte> count = stackalloc byte[isBig ? 8 : 2], entry = stackalloc byte[entryBytes], first = stackalloc byte[8];
        file.Position = place;
        file.ReadExactly(count);
        var entries = Number(count, bigEndian);
        if (entries > ushort.MaxValue) return null;
        var directory = new TiffDirectory { BigEndian = bigEndian };
        for (var i = 0; i < (int)entries; i++)
        {
            var at = place + count.Length + ((long)i * entryBytes);
            file.Position = at;
            file.ReadExactly(entry);
            var type = (int)Number(entry[2..4], bigEndian);
            var bytes = type switch { Short => 2, Long => 4, Long8 => 8, _ => 0 };
            if (bytes == 0) continue;
            Span<byte> value = entry[(4 + width)..];
            var valuePlace = at + 4 + width;
            if (Number(entry[4..(4 + width)], bigEndian) > (ulong)(width / bytes))
            {
                valuePlace = (long)Number(value, bigEndian);
                file.Position = valuePlace;
                file.ReadExactly(first[..bytes]);
                value = first;
            }

            var number = (int)Math.Min(Number(value[..bytes], bigEndian), int.MaxValue);
            directory = Number(entry[..2], bigEndian) switch
            {
                258 => directory with { Bits = number },
                262 when directory.PhotometricPlace == 0 => directory with { Photometric = number, PhotometricPlace = valuePlace + (bigEndian ? bytes - 2 : 0) },
                277 => directory with { Channels = number },
                284 => directory with { Planes = number },
                339 => directory with { Kind = number },
                _ => directory,
            };
        }

        return directory;
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        ulong number = 0;
        for (var i = 0; i < bytes.Length; i++) number = (number << 8) | bytes[bigEndian ? i : bytes.Length - 1 - i];
        return number;
    }

    private string Named(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}{Bits}");
}
