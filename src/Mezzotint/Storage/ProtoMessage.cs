using Google.Protobuf;

namespace Mezzotint.Storage;

/// <summary>
/// A protocol buffer being put together: fields by number, written in the order they were added. Enough for messages whose numbers are few
/// and known; large arrays are referred to and not copied.
/// </summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Number, object Value)> _fields = [];

    public ProtoMessage Add(int field, long value) => Add(field, (object)value);

    public ProtoMessage Add(int field, float value) => Add(field, (object)value);

    public ProtoMessage Add(int field, double value) => Add(field, (object)value);

    public ProtoMessage Add(int field, string? value) => value is null ? this : Add(field, (object)ByteString.CopyFromUtf8(value));

    public ProtoMessage Add(int field, ReadOnlyMemory<byte> value) => Add(field, (object)UnsafeByteOperations.UnsafeWrap(value));

    public ProtoMessage Add(int field, ProtoMessage value) => Add(field, (object)value);

    /// <summary>A field repeated, once for each message.</summary>
    public ProtoMessage Add(int field, IEnumerable<ProtoMessage> values)
    {
        foreach (ProtoMessage value in values) Add(field, value);
        return this;
    }

    /// <summary>A field repeated, once for each number (not packed, which every reader understands).</summary>
    public ProtoMessage Add(int field, IEnumerable<long> values)
    {
        foreach (long value in values) Add(field, value);
        return this;
    }

    /// <summary>The size when written, in bytes.</summary>
    public long Size() => _fields.Sum(field => CodedOutputStream.ComputeTagSize(field.Number) + field.Value switch
    {
        long number => CodedOutputStream.ComputeInt64Size(number),
        float => sizeof(float),
        double => sizeof(double),
        ByteString bytes => CodedOutputStream.ComputeLengthSize(bytes.Length) + (long)bytes.Length,
        ProtoMessage message => Prefixed(message.Size()),
        _ => throw new InvalidOperationException($"A field holds a {field.Value.GetType()}."),
    });

    /// <summary>Writes the fields.</summary>
    public void WriteTo(CodedOutputStream output)
    {
        foreach ((int number, object value) in _fields)
        {
            switch (value)
            {
                case long integer:
                    output.WriteTag(number, WireFormat.WireType.Varint);
                    output.WriteInt64(integer);
                    break;
                case float real:
                    output.WriteTag(number, WireFormat.WireType.Fixed32);
                    output.WriteFloat(real);
                    break;
                case double real:
                    output.WriteTag(number, WireFormat.WireType.Fixed64);
                    output.WriteDouble(real);
                    break;
                case ByteString bytes:
                    output.WriteTag(number, WireFormat.WireType.LengthDelimited);
                    output.WriteBytes(bytes);
                    break;
                case ProtoMessage message:
                    output.WriteTag(number, WireFormat.WireType.LengthDelimited);
                    output.WriteLength(checked((int)message.Size()));
                    message.WriteTo(output);
                    break;
            }
        }
    }

    private static long Prefixed(long size) => size + (size <= int.MaxValue ? CodedOutputStream.ComputeLengthSize((int)size) : 0);

    private ProtoMessage Add(int field, object value)
    {
        _fields.Add((field, value));
        return this;
    }
}
