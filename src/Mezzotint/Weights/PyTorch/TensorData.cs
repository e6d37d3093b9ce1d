using System.Buffers;

namespace Mezzotint.Weights.PyTorch;

/// <summary>Reads the numbers of a tensor.</summary>
internal static class TensorData
{
    /// <summary>The tensor as an array of floats in row-major order.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="storage">The first byte of the tensor's storage (of the whole one, for a view).</param>
    /// <param name="name">The array's name.</param>
    /// <param name="tensor">What it looks at.</param>
    public static NamedArray Read(FileStream stream, long storage, string name, TensorReference tensor)
    {
        NumberFormat format = tensor.Storage.Format;
        stream.Position = storage + (tensor.Storage.Offset + tensor.Offset) * format.Bytes;
        if (tensor.Span > Array.MaxLength) throw new WeightsException($"'{name}' has its numbers too far apart");
        float[] numbers = ReadRun(stream, format, (int)tensor.Span);
        return new NamedArray(name, tensor.Shape, tensor.IsDense ? numbers : Gather(numbers, tensor));
    }

    private static float[] ReadRun(FileStream stream, NumberFormat format, int count)
    {
        float[] values = new float[count];
        byte[] chunk = ArrayPool<byte>.Shared.Rent(WeightsStream.ChunkBytes);
        try
        {
            for (int done = 0; done < count;)
            {
                int now = Math.Min(WeightsStream.ChunkBytes / format.Bytes, count - done);
                Span<byte> bytes = chunk.AsSpan(0, now * format.Bytes);
                stream.ReadExactly(bytes);
                format.Decode(bytes, values.AsSpan(done, now));
                done += now;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
        return values;
    }

    private static float[] Gather(float[] numbers, TensorReference tensor)
    {
        float[] values = new float[tensor.Elements];
        int[] index = new int[tensor.Shape.Length];
        long at = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = numbers[at];
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                at += tensor.Strides[axis];
                if (++index[axis] < tensor.Shape[axis]) break;
                at -= tensor.Strides[axis] * index[axis];
                index[axis] = 0;
            }
        }
        return values;
    }
}
