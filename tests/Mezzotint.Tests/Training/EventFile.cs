using System.Text;

namespace Mezzotint.Tests.Training;

/// <summary>One event of a TensorBoard file, as far as ours have them.</summary>
internal sealed record EventRecord(double WallTime, long Step, string? FileVersion, bool Starts, IReadOnlyList<(string Tag, float? Number, byte[]? Picture)> Values);

/// <summary>
/// Reads TensorBoard's files with nothing of ours: frames with checksums computed bit by bit, and messages field by field.
/// </summary>
internal static class EventFile
{
    public static List<EventRecord> Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        var events = new List<EventRecord>();
        for (int at = 0; at < bytes.Length;)
        {
            int length = checked((int)BitConverter.ToUInt64(bytes, at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BitConverter.ToUInt32(bytes, at + 8));
            Assert.Equal(Masked(bytes.AsSpan(at + 12, length)), BitConverter.ToUInt32(bytes, at + 12 + length));
            events.Add(Event(bytes.AsSpan(at + 12, length).ToArray()));
            at += 12 + length + 4;
        }

        return events;
    }

    /// <summary>
    /// The events of a run as TensorBoard shows them: the files one after another, and a start voids what has its step or a later one.
    /// </summary>
    public static List<EventRecord> Shown(string run)
    {
        var shown = new List<EventRecord>();
        foreach (string path in Directory.GetFiles(run, "*tfevents*").Order(StringComparer.Ordinal))
        {
            foreach (EventRecord one in Read(path))
            {
                if (one.Starts) shown.RemoveAll(before => before.Step >= one.Step);
                else if (one.Values.Count > 0) shown.Add(one);
            }
        }

        return shown;
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint sum = 0xFFFFFFFF;
        foreach (byte value in data)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++) sum = (sum & 1) != 0 ? (sum >> 1) ^ 0x82F63B78 : sum >> 1;
        }

        sum = ~sum;
        return ((sum >> 15) | (sum << 17)) + 0xA282EAD8;
    }

    private static EventRecord Event(byte[] message)
    {
        double time = 0;
        long step = 0;
        string? version = null;
        bool starts = false;
        var values = new List<(string, float?, byte[]?)>();
        foreach ((int field, ulong number, byte[] content) in Fields(message))
        {
            if (field == 1) time = BitConverter.UInt64BitsToDouble(number);
            if (field == 2) step = (long)number;
            if (field == 3) version = Encoding.UTF8.GetString(content);
            if (field == 5) values.AddRange(Fields(content).Where(inner => inner.Field == 1).Select(inner => Value(inner.Content)));
            if (field == 7) starts = Fields(content).Any(inner => inner is (1, 1, _));
        }

        return new EventRecord(time, step, version, starts, values);
    }

    private static (string Tag, float? Number, byte[]? Picture) Value(byte[] message)
    {
        string tag = "";
        float? number = null;
        byte[]? picture = null;
        foreach ((int field, ulong bits, byte[] content) in Fields(message))
        {
            if (field == 1) tag = Encoding.UTF8.GetString(content);
            if (field == 2) number = BitConverter.UInt32BitsToSingle((uint)bits);
            if (field == 4) picture = Fields(content).Single(inner => inner.Field == 4).Content;
        }

        return (tag, number, picture);
    }

    private static List<(int Field, ulong Number, byte[] Content)> Fields(byte[] message)
    {
        var fields = new List<(int, ulong, byte[])>();
        for (int at = 0; at < message.Length;)
        {
            ulong key = Varint(ref at);
            int field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add((field, Varint(ref at), []));
                    break;
                case 1:
                    fields.Add((field, BitConverter.ToUInt64(message, at), []));
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(ref at);
                    fields.Add((field, 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add((field, BitConverter.ToUInt32(message, at), []));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"A field of wire type {key & 7}.");
            }
        }

        return fields;

        ulong Varint(ref int at)
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = message[at++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80) return value;
            }
        }
    }
}
