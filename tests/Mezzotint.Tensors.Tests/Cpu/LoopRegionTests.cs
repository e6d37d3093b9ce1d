using System.Runtime.InteropServices;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed unsafe class LoopRegionTests
{
    public static TheoryData<VectorWidth, int> Cases
    {
        get
        {
            var cases = new TheoryData<VectorWidth, int>();
            foreach (VectorWidth width in SerialRunner.Widths)
                foreach (int channels in (int[])[1, 3, 17, 35, 64]) cases.Add(width, channels);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    internal void Boxes_cover_what_the_whole_nest_covers_to_the_bit(VectorWidth width, int channels)
    {
        const int Height = 7, Width = 23;
        var body = new LoopBody(
        [
            new(Opcode.Load, 0), new(Opcode.Load, 1), new(Opcode.Load, 2), new(Opcode.Binary, 0, 1, Function: (int)BinaryFunction.Multiply),
            new(Opcode.Binary, 3, 2, Function: (int)BinaryFunction.Add),
            new(Opcode.Unary, 4, Function: (int)UnaryFunction.HyperbolicTangent),
            new(Opcode.Store, 5, 3),
        ]);

        // Raw results, a factor for each channel, a residual stored channels first, and the output.
        int[] extents = [Height, Width, channels];
        LoopOperand[] operands =
        [
            new(Access.Read, [Width * (channels + 5), channels + 5, 1]), new(Access.Read, [0, 0, 1]),
            new(Access.Read, [Width, 1, Height * Width]),
            new(Access.Write, [Width * channels, channels, 1]),
        ];
        var nest = new LoopNest(body, extents, operands);
        var random = new Random(2);
        float[] raw = LoopKernelTests.Fill(random, Height * Width * (channels + 5)), factor = LoopKernelTests.Fill(random, channels);
        float[] residual = LoopKernelTests.Fill(random, Height * Width * channels);
        float[] whole = new float[residual.Length], pieces = new float[residual.Length];
        var cache = new KernelCache();
        SerialRunner.Run(LoopKernel.Create(nest, width, cache), raw, factor, residual, whole);

        var region = new LoopRegion(nest, width, cache);
        byte* scratch = (byte*)NativeMemory.AlignedAlloc((nuint)region.ScratchBytes + 64, 64);
        float** at = stackalloc float*[4];
        fixed (float* rawAt = raw, factorAt = factor, residualAt = residual, piecesAt = pieces)
        {
            float*[] origins = [rawAt, factorAt, residualAt, piecesAt];
            for (int y = 0; y < Height; y += 3)
            {
                for (int x = 0; x < Width; x += 12)
                {
                    for (int c = 0; c < channels; c += 32)
                    {
                        for (int i = 0; i < 4; i++)
                            at[i] = origins[i] + y * operands[i].Strides[0] + x * operands[i].Strides[1] + c * operands[i].Strides[2];
                        region.Run(at, [Math.Min(3, Height - y), Math.Min(12, Width - x), Math.Min(32, channels - c)], scratch);
                    }
                }
            }
        }

        NativeMemory.AlignedFree(scratch);
        SerialRunner.AssertSameBits(whole, pieces);
    }
}
