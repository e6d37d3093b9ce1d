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

    public static TheoryData<VectorWidth, int, int> Shuffles
    {
        get
        {
            var cases = new TheoryData<VectorWidth, int, int>();
            foreach (VectorWidth width in SerialRunner.Widths)
                foreach ((int factor, int channels) in ((int, int)[])[(4, 3), (3, 3), (2, 5), (2, 1), (4, 24), (8, 16)])
                    cases.Add(width, factor, channels);
            return cases;
        }
    }

    /// <summary>A pixel shuffle to which the pixel's own few channels are added again and again.</summary>
    [Theory]
    [MemberData(nameof(Shuffles))]
    internal void Channels_cut_into_a_block_of_pixels_are_stored_as_the_loops_definition_says(VectorWidth width, int factor, int channels)
    {
        const int Height = 5, Width = 37;
        int all = factor * factor * channels, line = factor * channels;
        var body = new LoopBody(
        [
            new(Opcode.Load, 0), new(Opcode.Load, 1), new(Opcode.Load, 2), new(Opcode.Binary, 0, 1, Function: (int)BinaryFunction.Add),
            new(Opcode.Binary, 3, 2, Function: (int)BinaryFunction.Add), new(Opcode.Store, 4, 3),
        ]);

        // Raw results in scratch, a term for each channel, the pixel as it was, and the output.
        LoopOperand[] operands =
        [
            new(Access.Read, [Width * (all + 3), all + 3, line, channels, 1]), new(Access.Read, [0, 0, line, channels, 1]),
            new(Access.Read, [Width * channels, channels, 0, 0, 1]),
            new(Access.Write, [Width * all, line, Width * line, channels, 1]),
        ];
        var nest = new LoopNest(body, [Height, Width, factor, factor, channels], operands);
        var random = new Random(3);
        float[] raw = LoopKernelTests.Fill(random, Height * Width * (all + 3)), terms = LoopKernelTests.Fill(random, all);
        float[] pixels = LoopKernelTests.Fill(random, Height * Width * channels);
        float[] expected = new float[Height * Width * all], actual = new float[expected.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            int c = i % channels, x = i / channels % factor, column = i / line % Width;
            int y = i / line / Width % factor, row = i / line / Width / factor;
            int channel = (y * factor + x) * channels + c, pixel = row * Width + column;
            expected[i] = raw[pixel * (all + 3) + channel] + terms[channel] + pixels[pixel * channels + c];
        }

        float** at = stackalloc float*[4];

        // Boxes of some rows and columns by whole channels, whole pixels of the block, or rows of it.
        foreach ((int rows, int columns) in ((int, int)[])[(factor, factor), (1, factor), (1, 1)])
        {
            var region = new LoopRegion(nest, width, new KernelCache(), whole: rows == factor ? 3 : columns == factor ? 2 : 1);
            byte* scratch = (byte*)NativeMemory.AlignedAlloc((nuint)region.ScratchBytes + 64, 64);
            Array.Clear(actual);
            fixed (float* rawAt = raw, termsAt = terms, pixelsAt = pixels, actualAt = actual)
            {
                float*[] origins = [rawAt, termsAt, pixelsAt, actualAt];
                foreach (int start in (int[])[0, 21])
                {
                    for (int y = 0; y < factor; y += rows)
                    {
                        for (int x = 0; x < factor; x += columns)
                        {
                            for (int i = 0; i < 4; i++)
                            {
                                long[] strides = operands[i].Strides;
                                at[i] = origins[i] + start * strides[1] + y * strides[2] + x * strides[3];
                            }

                            region.Run(at, [Height, start == 0 ? 21 : Width - 21, rows, columns, channels], scratch);
                        }
                    }
                }
            }

            NativeMemory.AlignedFree(scratch);
            SerialRunner.AssertSameBits(expected, actual);
        }
    }
}
