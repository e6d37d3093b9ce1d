using System.Runtime.InteropServices;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class GatherKernelTests
{
    [Theory]
    [InlineData(7, 5, 20)]
    [InlineData(300, 33, 4000)]
    [InlineData(1, 1, 3)]
    internal void Rows_are_gathered_and_summed_by_number(int rows, int inner, int count)
    {
        var random = new Random(1);
        int[] index = [.. Enumerable.Range(0, count).Select(_ => random.Next(rows))];
        float[] table = LoopKernelTests.Fill(random, rows * inner), values = LoopKernelTests.Fill(random, count * inner);
        float[] gathered = new float[count * inner], summed = new float[rows * inner], expected = new float[rows * inner];
        SerialRunner.Run(new GatherKernel(rows, inner, count), table, AsFloats(index), gathered);
        SerialRunner.Run(new SegmentSumKernel(rows, inner, count), [(values, 0), (AsFloats(index), 0), (summed, 0)], seed: 2);
        for (int i = 0; i < count * inner; i++)
        {
            int row = index[i / inner];
            Assert.Equal(table[row * inner + i % inner], gathered[i]);
            expected[row * inner + i % inner] += values[i];
        }

        Assert.Equal(expected, summed);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    internal void An_index_outside_the_table_is_named(int index)
    {
        float[] indices = AsFloats([0, index]);
        float[] four = new float[4], two = new float[2];
        var gather = Assert.Throws<ArgumentException>(() => SerialRunner.Run(new GatherKernel(4, 1, 2), four, indices, two));
        var sum = Assert.Throws<ArgumentException>(() => SerialRunner.Run(new SegmentSumKernel(4, 1, 2), two, indices, four));
        Assert.Contains($"{index}", gather.Message, StringComparison.Ordinal);
        Assert.Contains($"{index}", sum.Message, StringComparison.Ordinal);
    }

    private static float[] AsFloats(int[] values) => [.. MemoryMarshal.Cast<int, float>(values.AsSpan())];
}
