using System.Runtime.InteropServices;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tensors.Tests.Cpu;

/// <summary>Runs one kernel on managed arrays; every buffer ends exactly where it should, between guards that are checked.</summary>
internal static unsafe class KernelRunner
{
    private const int Guard = 64;

    public static VectorWidth[] Widths => [VectorWidth.Bits512, VectorWidth.Bits256, VectorWidth.Bits128];

    /// <summary>Runs a kernel whose operand <paramref name="output"/> has the given length, and returns that operand.</summary>
    public static float[] Run(ThreadTeam team, Kernel kernel, int output, int length, params float[][] inputs)
    {
        int operands = inputs.Length + 1;
        float** pointers = stackalloc float*[operands];
        var allocated = new List<nint>();
        float* Allocate(long floats)
        {
            float* start = (float*)NativeMemory.AlignedAlloc((nuint)((floats + 2 * Guard) * sizeof(float)), 64);
            new Span<float>(start, checked((int)floats + 2 * Guard)).Fill(float.NaN);
            allocated.Add((nint)start);
            return start + Guard;
        }
        try
        {
            for (int i = 0, next = 0; i < operands; i++)
            {
                float[] data = i == output ? new float[length] : inputs[next++];
                pointers[i] = Allocate(data.Length);
                if (i != output) data.CopyTo(new Span<float>(pointers[i], data.Length));
            }
            float* prepared = Allocate(kernel.PreparedBytes / sizeof(float)), workspace = Allocate(kernel.WorkspaceBytes / sizeof(float));
            var arguments = new KernelArguments { Operands = pointers, Prepared = (byte*)prepared, Workspace = (byte*)workspace };
            team.Run(kernel, arguments);
            foreach ((nint buffer, long floats) in new[]
            {
                ((nint)pointers[output], (long)length), ((nint)prepared, kernel.PreparedBytes / sizeof(float)),
                ((nint)workspace, kernel.WorkspaceBytes / sizeof(float)),
            })
            {
                float* start = (float*)buffer;
                for (int i = 1; i <= Guard; i++)
                {
                    Assert.True(float.IsNaN(start[-i]), "the kernel wrote in front of a buffer");
                    Assert.True(float.IsNaN(start[floats + i - 1]), "the kernel wrote behind a buffer");
                }
            }
            return new Span<float>(pointers[output], length).ToArray();
        }
        finally
        {
            foreach (nint buffer in allocated) NativeMemory.AlignedFree((void*)buffer);
        }
    }

    public static float[] Random(Random random, long length)
    {
        var data = new float[length];
        for (int i = 0; i < data.Length; i++) data[i] = (float)(random.NextDouble() * 2 - 1);
        return data;
    }

    /// <summary>Asserts that results are as near to double-precision ones as a sum of products of the given absolute size may be.</summary>
    public static void Near(double[] expected, double[] absolute, float[] actual, object what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double allowed = 4 * 1.2e-7 * absolute[i] + 1e-30;
            if (!(Math.Abs(expected[i] - actual[i]) <= allowed))
                Assert.Fail($"{what}: element {i} is {actual[i]}, and should be {expected[i]} to within {allowed}");
        }
    }
}
