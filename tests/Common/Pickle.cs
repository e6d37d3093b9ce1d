using System.Buffers.Binary;
using System.Text;

namespace Mezzotint;

/// <summary>Writes pickles code by code, as Python would or as an enemy would.</summary>
internal sealed class Pickle
{
    private readonly List<byte> _bytes = [0x80, 2];

    public byte[] Bytes => [.. _bytes, (byte)'.'];

    public static byte[] Of(Action<Pickle> write)
    {
        var pickle = new Pickle();
        write(pickle);
        return pickle.Bytes;
    }

    public Pickle Code(string codes)
    {
        _bytes.AddRange(Encoding.Latin1.GetBytes(codes));
        return this;
    }

    public Pickle Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public Pickle Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Code("X").Raw(Four(utf8.Length)).Raw(utf8);
    }

    public Pickle Int(long value)
    {
        byte[] eight = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(eight, value);
        return value is >= int.MinValue and <= int.MaxValue ? Code("J").Raw(Four((int)value)) : Raw(0x8a, 8).Raw(eight);
    }

    public Pickle Global(string module, string name) => Code($"c{module}\n{name}\n");

    public Pickle Tuple(params ReadOnlySpan<long> values)
    {
        Code("(");
        foreach (long value in values) Int(value);
        return Code("t");
    }

    /// <summary>A dictionary of what the actions write.</summary>
    public Pickle Dictionary(params (string Key, Action<Pickle> Value)[] entries)
    {
        Code("}(");
        foreach ((string key, Action<Pickle> value) in entries) value(Text(key));
        return Code("u");
    }

    /// <summary>A tensor over a storage, as <c>torch.save</c> writes it.</summary>
    public Pickle Tensor(
        string storage, long elements, long[] shape, long[]? strides = null, long offset = 0, string type = "FloatStorage", bool legacy = false)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Code("((").Text("storage").Global("torch", type).Text(storage).Text("cpu").Int(elements);
        if (legacy) Code("N");
        return Code("tQ").Int(offset).Tuple(shape).Tuple(strides ?? Dense(shape)).Raw(0x89).Global("collections", "OrderedDict").Code(")RtR");
    }

    private static long[] Dense(long[] shape)
    {
        long[] strides = new long[shape.Length];
        for (long axis = shape.Length - 1, stride = 1; axis >= 0; stride *= shape[axis--]) strides[axis] = stride;
        return strides;
    }

    private static byte[] Four(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];
}
