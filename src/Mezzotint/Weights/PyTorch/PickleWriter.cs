using System.Buffers.Binary;
using System.Text;

namespace Mezzotint.Weights.PyTorch;

/// <summary>
/// Writes the pickle of a state: an ordered dictionary of tensors of single precision, each a whole storage of its own, in the protocol
/// that every version of PyTorch reads. Nothing else can be written.
/// </summary>
internal static class PickleWriter
{
    private const byte Protocol = 2;

    /// <summary>The pickle of arrays, whose storages are named by their number.</summary>
    public static byte[] Of(IReadOnlyList<NamedArray> arrays)
    {
        using var stream = new MemoryStream();
        stream.Write([0x80, Protocol]);
        EmptyOrderedDictionary(stream);
        stream.WriteByte((byte)'(');
        for (int i = 0; i < arrays.Count; i++)
        {
            Text(stream, arrays[i].Name);
            Tensor(stream, arrays[i], i);
        }

        stream.Write("u."u8);
        return stream.ToArray();
    }

    /// <summary>torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks).</summary>
    private static void Tensor(Stream stream, NamedArray array, int key)
    {
        stream.Write("ctorch._utils\n_rebuild_tensor_v2\n(("u8);
        Text(stream, "storage");
        stream.Write("ctorch\nFloatStorage\n"u8);
        Text(stream, $"{key}");
        Text(stream, "cpu");
        Number(stream, array.Data.Length);
        stream.Write("tQ"u8);
        Number(stream, 0);
        Numbers(stream, array.Shape);
        Numbers(stream, Strides(array.Shape));
        stream.WriteByte(0x89); // False
        EmptyOrderedDictionary(stream);
        stream.Write("tR"u8);
    }

    private static int[] Strides(int[] shape)
    {
        var strides = new int[shape.Length];
        int stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Math.Max(1, shape[axis]);
        }

        return strides;
    }

    private static void EmptyOrderedDictionary(Stream stream) => stream.Write("ccollections\nOrderedDict\n)R"u8);

    private static void Numbers(Stream stream, int[] numbers)
    {
        stream.WriteByte((byte)'(');
        foreach (int number in numbers) Number(stream, number);
        stream.WriteByte((byte)'t');
    }

    private static void Number(Stream stream, int number)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(int)];
        bytes[0] = (byte)'J';
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], number);
        stream.Write(bytes);
    }

    private static void Text(Stream stream, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> head = stackalloc byte[1 + sizeof(int)];
        head[0] = (byte)'X';
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], utf8.Length);
        stream.Write(head);
        stream.Write(utf8);
    }
}
