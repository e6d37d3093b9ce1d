using System.Numerics;
using System.Runtime.CompilerServices;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Applies a table of taps along one axis. Operands: the input [outer, <see cref="ResampleTaps.InExtent"/>, inner] and the output
/// [outer, <see cref="ResampleTaps.OutExtent"/>, inner]. Where rows of <c>inner</c> are narrow, blocks of the outer axis are turned to the
/// inside.
/// </summary>
internal sealed unsafe class ResampleKernel : Kernel
{
    private const long TaskOperations = 64 * 1024;
    private const int NarrowInner = 16, TurnedOuter = 16;

    private readonly ResampleTaps _taps;
    private readonly long _outer, _inner, _lines, _linesPerTask;
    private readonly bool _turned;

    /// <param name="taps">The table.</param>
    /// <param name="outer">Points before the axis.</param>
    /// <param name="inner">Points after it.</param>
    public ResampleKernel(ResampleTaps taps, long outer, long inner)
    {
        (_taps, _outer, _inner) = (taps, outer, inner);
        _turned = inner < NarrowInner && outer >= TurnedOuter / 2;

        // Lines are rows of the output, or blocks of the outer axis.
        long work = Math.Max(1, taps.Weight.Length * inner);
        _lines = _turned ? Cut.Parts(outer, TurnedOuter) : outer * taps.OutExtent;
        _linesPerTask = Math.Max(1, TaskOperations / Math.Max(1, _turned ? work * TurnedOuter : work / Math.Max(1, taps.OutExtent)));
    }

    /// <inheritdoc/>
    public override long ScratchBytes => _turned ? (_taps.InExtent + _taps.OutExtent) * _inner * TurnedOuter * sizeof(float) : 0;

    /// <inheritdoc/>
    public override int TaskCount(int phase) => checked((int)Cut.Parts(_lines, _linesPerTask));

    /// <inheritdoc/>
    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        float* input = arguments.Operands[0], output = arguments.Operands[1];
        long inSize = _taps.InExtent * _inner, outSize = _taps.OutExtent * _inner;
        long end = Math.Min(_lines, (task + 1) * _linesPerTask);
        for (long line = task * _linesPerTask; line < end; line++)
        {
            if (!_turned)
            {
                long outer = line / _taps.OutExtent;
                Combine((int)(line - outer * _taps.OutExtent), input + outer * inSize, output + line * _inner, _inner);
                continue;
            }

            long first = line * TurnedOuter, count = Math.Min(TurnedOuter, _outer - first);
            float* turned = (float*)scratch, result = turned + _taps.InExtent * _inner * TurnedOuter;
            StridedCopy.Run(turned, count, 1, input + first * inSize, 1, inSize, inSize, count);
            for (int j = 0; j < _taps.OutExtent; j++) Combine(j, turned, result + j * _inner * count, _inner * count);
            StridedCopy.Run(output + first * outSize, outSize, 1, result, 1, count, count, outSize);
        }
    }

    // One row of the output; each element is the same chain of fused operations wherever it lies.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Combine(int row, float* input, float* output, long inner)
    {
        int begin = _taps.RowStart[row], count = _taps.RowStart[row + 1] - begin;
        fixed (int* index = _taps.Index)
        fixed (float* weight = _taps.Weight)
        {
            int lanes = Vector<float>.Count;
            long i = 0;
            for (; i + 4 * lanes <= inner; i += 4 * lanes)
            {
                Vector<float> a = default, b = default, c = default, d = default;
                for (int t = begin; t < begin + count; t++)
                {
                    var w = new Vector<float>(weight[t]);
                    float* from = input + index[t] * inner + i;
                    a = Vector.FusedMultiplyAdd(w, Vector.Load(from), a);
                    b = Vector.FusedMultiplyAdd(w, Vector.Load(from + lanes), b);
                    c = Vector.FusedMultiplyAdd(w, Vector.Load(from + 2 * lanes), c);
                    d = Vector.FusedMultiplyAdd(w, Vector.Load(from + 3 * lanes), d);
                }

                a.Store(output + i);
                b.Store(output + i + lanes);
                c.Store(output + i + 2 * lanes);
                d.Store(output + i + 3 * lanes);
            }

            for (; i + lanes <= inner; i += lanes)
            {
                Vector<float> sum = default;
                for (int t = begin; t < begin + count; t++)
                    sum = Vector.FusedMultiplyAdd(new Vector<float>(weight[t]), Vector.Load(input + index[t] * inner + i), sum);
                sum.Store(output + i);
            }

            for (; i < inner; i++)
            {
                float sum = 0;
                for (int t = begin; t < begin + count; t++) sum = MathF.FusedMultiplyAdd(weight[t], input[index[t] * inner + i], sum);
                output[i] = sum;
            }
        }
    }
}
