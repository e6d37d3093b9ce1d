using System.Collections.Concurrent;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Cpu;

/// <summary>The loop nest that finishes the raw results of a convolution or a matrix product, box by box.</summary>
/// <param name="nest">The nest over the whole output; its operand 0 is the raw result.</param>
/// <param name="runs">For each axis of the output the run of the nest's axes that it is; only the last, the channels, may be more than
/// one.</param>
/// <param name="first">The number that the nest's operand 0 has among the kernel's operands.</param>
/// <param name="width">The vector registers to use.</param>
/// <param name="cache">Where emitted methods are kept.</param>
internal sealed unsafe class LoopEpilogue(LoopNest nest, int[][] runs, int first, VectorWidth width, KernelCache cache) : Epilogue
{
    private const int Alignment = 64;

    // How raw results lie in scratch is the kernel's affair, and few ways occur.
    private readonly ConcurrentDictionary<(long Row, long Column, int Whole), LoopRegion> _regions = new();

    public override void Run(float** operands, float* raw, long rowPitch, long columnPitch, in OutputBox box)
    {
        int axes = nest.Extents.Length;
        Span<long> starts = stackalloc long[axes], counts = stackalloc long[axes];
        starts.Clear();
        counts.Fill(1);

        // Right-aligned: N,H,W,C of an image, or batch, row, column of a matrix product, whose rows are the columns of an image of one row.
        bool image = runs.Length == 4;
        Lay(runs.Length - 4, box.Image, 1, starts, counts);
        Lay(runs.Length - 3, image ? box.Row : box.Image, image ? box.Rows : 1, starts, counts);
        Lay(runs.Length - 2, box.Column, box.Columns, starts, counts);

        var call = new Call(this, operands, raw - box.Channel, rowPitch, columnPitch);
        RunChannels(call, runs[^1], box.Channel, box.Channel + box.Channels, starts, counts);
    }

    private void Lay(int axis, long start, long count, Span<long> starts, Span<long> counts)
    {
        if (axis < 0 || runs[axis].Length == 0) return;
        starts[runs[axis][0]] = start;
        counts[runs[axis][0]] = count;
    }

    /// <summary>
    /// Runs the channels from <paramref name="start"/> to before <paramref name="stop"/> as boxes of the axes they are cut into: whole ones
    /// of the outermost in the middle, and what is left of one at either end.
    /// </summary>
    private static void RunChannels(in Call call, ReadOnlySpan<int> run, long start, long stop, Span<long> starts, Span<long> counts)
    {
        if (run.Length <= 1)
        {
            if (run.Length == 1) (starts[run[0]], counts[run[0]]) = (start, stop - start);
            call.Run(starts, counts);
            return;
        }

        long inner = 1;
        foreach (int axis in run[1..]) inner *= call.Extent(axis);
        long whole = (start + inner - 1) / inner, end = stop / inner;
        if (whole < end)
        {
            (starts[run[0]], counts[run[0]]) = (whole, end - whole);
            foreach (int axis in run[1..]) (starts[axis], counts[axis]) = (0, call.Extent(axis));
            call.Run(starts, counts);
        }

        // One outermost index each, if the range does not begin or end on a whole one (or lies within one).
        if (start < Math.Min(stop, whole * inner)) Part(call, run, start, Math.Min(stop, whole * inner), inner, starts, counts);
        if (end >= whole && end * inner < stop) Part(call, run, end * inner, stop, inner, starts, counts);

        static void Part(in Call call, ReadOnlySpan<int> run, long start, long stop, long inner, Span<long> starts, Span<long> counts)
        {
            (starts[run[0]], counts[run[0]]) = (start / inner, 1);
            RunChannels(call, run[1..], start % inner, start % inner + stop - start, starts, counts);
        }
    }

    private LoopRegion Region((long Row, long Column, int Whole) pitch)
    {
        var strides = new long[nest.Extents.Length];
        if (runs.Length == 4) Set(1, pitch.Row);
        Set(runs.Length - 2, pitch.Column);
        long stride = 1;
        foreach (int axis in runs[^1].Reverse())
        {
            strides[axis] = stride;
            stride *= nest.Extents[axis];
        }

        LoopOperand[] operands = [.. nest.Operands];
        operands[0] = operands[0] with { Strides = strides };
        return new LoopRegion(nest with { Operands = operands }, width, cache, pitch.Whole);

        void Set(int axis, long value)
        {
            if (runs[axis].Length > 0) strides[runs[axis][0]] = value;
        }
    }

    /// <summary>What the boxes of one run have in common. The raw result is addressed from channel 0 of the box's first pixel.</summary>
    private readonly ref struct Call(LoopEpilogue epilogue, float** operands, float* raw, long rowPitch, long columnPitch)
    {
        private readonly LoopEpilogue _epilogue = epilogue;
        private readonly float** _operands = operands;
        private readonly float* _raw = raw;
        private readonly long _rowPitch = rowPitch, _columnPitch = columnPitch;

        public int Extent(int axis) => _epilogue.ExtentOf(axis);

        public void Run(ReadOnlySpan<long> starts, ReadOnlySpan<long> counts)
        {
            LoopNest nest = _epilogue.Nest;
            int whole = 0;
            while (whole < _epilogue.ChannelRun.Length && counts[^(whole + 1)] == nest.Extents[^(whole + 1)]) whole++;
            LoopRegion region = _epilogue._regions.GetOrAdd((_rowPitch, _columnPitch, whole), _epilogue.Region);
            byte* scratch = stackalloc byte[region.ScratchBytes + Alignment];
            scratch = (byte*)(((nint)scratch + Alignment - 1) & -Alignment);
            float** at = stackalloc float*[nest.Operands.Length];
            at[0] = _raw;
            foreach (int axis in _epilogue.ChannelRun) at[0] += starts[axis] * region.Stride(0, axis);
            for (int i = 1; i < nest.Operands.Length; i++)
            {
                at[i] = _operands[_epilogue.First + i];
                for (int axis = 0; axis < starts.Length; axis++) at[i] += starts[axis] * nest.Operands[i].Strides[axis];
            }

            region.Run(at, counts, scratch);
        }
    }

    private LoopNest Nest => nest;

    private int First => first;

    private int[] ChannelRun => runs[^1];

    private int ExtentOf(int axis) => nest.Extents[axis];
}
