using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tensors.Tests.Cpu;

/// <summary>Runs a kernel's tasks one by one, in any order, with scratch and workspace full of NaN.</summary>
internal static unsafe class SerialRunner
{
    public static IEnumerable<VectorWidth> Widths
    {
        get
        {
            yield return VectorWidth.Bits128;
            if (Avx2.IsSupported) yield return VectorWidth.Bits256;
            if (Avx512F.IsSupported) yield return VectorWidth.Bits512;
        }
    }

    public static TheoryData<VectorWidth> WidthData => new(Widths);

    /// <summary>Runs on operands that start at an offset in their buffers.</summary>
    public static void Run(Kernel kernel, (float[] Buffer, int Offset)[] operands, int? seed = null)
    {
        GCHandle[] pins = [.. operands.Select(o => GCHandle.Alloc(o.Buffer, GCHandleType.Pinned))];
        void* workspace = NativeMemory.AlignedAlloc((nuint)Math.Max(64, kernel.WorkspaceBytes), 64);
        void* scratch = NativeMemory.AlignedAlloc((nuint)kernel.ScratchBytes + 128, 64);
        void* prepared = NativeMemory.AlignedAlloc((nuint)Math.Max(64, kernel.PreparedBytes), 64);
        try
        {
            float** pointers = stackalloc float*[operands.Length];
            for (int i = 0; i < operands.Length; i++) pointers[i] = (float*)pins[i].AddrOfPinnedObject() + operands[i].Offset;
            NativeMemory.Fill(workspace, (nuint)kernel.WorkspaceBytes, 0xFF);
            var arguments = new KernelArguments { Operands = pointers, Workspace = (byte*)workspace, Prepared = (byte*)prepared };
            for (int phase = 0; phase < kernel.Phases; phase++)
            {
                int[] tasks = [.. Enumerable.Range(0, kernel.TaskCount(phase))];
                if (seed is int s) new Random(s).Shuffle(tasks);
                foreach (int task in tasks)
                {
                    NativeMemory.Fill(scratch, (nuint)kernel.ScratchBytes + 128, 0xFF);
                    kernel.Run(phase, task, arguments, (byte*)scratch);
                    byte* guard = (byte*)scratch + kernel.ScratchBytes;
                    for (int i = 0; i < 64; i++) Assert.True(guard[i] == 0xFF, "A task wrote beyond its scratch.");
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(workspace);
            NativeMemory.AlignedFree(scratch);
            NativeMemory.AlignedFree(prepared);
            foreach (GCHandle pin in pins) pin.Free();
        }
    }

    public static void Run(Kernel kernel, params float[][] operands) => Run(kernel, [.. operands.Select(o => (o, 0))]);

    /// <summary>Equal bits, or NaN in both.</summary>
    public static void AssertSameBits(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i])
                || (float.IsNaN(expected[i]) && float.IsNaN(actual[i]));
            Assert.True(same, $"Element {i}: {expected[i]:G9} and {actual[i]:G9}.");
        }
    }
}
