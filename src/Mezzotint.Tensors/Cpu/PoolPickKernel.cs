using System.Numerics;
using System.Runtime.CompilerServices;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// For every window of an image, another image's element at the place of the window's first maximum (a NaN wins, padding never does; 0
/// where a
/// window sees padding alone). Operands: the image compared, the image picked from, the result.
/// </summary>
internal sealed unsafe class PoolPickKernel(PoolWindow pool) : Kernel
{
    private readonly long _rowsPerTask = Math.Max(1, 64 * 1024 / Math.Max(1, (long)pool.OutWidth * pool.Channels * pool.Taps));

    /// <inheritdoc/>
    public override long ScratchBytes => pool.Taps * sizeof(long);

    /// <inheritdoc/>
    public override int TaskCount(int phase) => checked((int)(((long)pool.Batch * pool.OutHeight + _rowsPerTask - 1) / _rowsPerTask));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        int channels = pool.Channels, outWidth = pool.OutWidth, outHeight = pool.OutHeight, lanes = Vector<float>.Count;
        long image = (long)pool.Height * pool.Width * channels, end = Math.Min((long)pool.Batch * outHeight, (task + 1) * _rowsPerTask);
        long* places = (long*)scratch;
        for (long line = task * _rowsPerTask; line < end; line++)
        {
            long sample = line / outHeight;
            float* compared = arguments.Operands[0] + sample * image, picked = arguments.Operands[1] + sample * image;
            float* result = arguments.Operands[2] + line * outWidth * channels;
            for (int x = 0; x < outWidth; x++, result += channels)
            {
                int count = pool.Places((int)(line - sample * outHeight), x, places);
                if (count == 0)
                {
                    new Span<float>(result, channels).Clear();
                    continue;
                }

                int c = 0;
                for (; c + lanes <= channels; c += lanes)
                {
                    Vector<float> largest = Vector.Load(compared + places[0] + c), pick = Vector.Load(picked + places[0] + c);
                    for (int k = 1; k < count; k++)
                    {
                        Vector<float> candidate = Vector.Load(compared + places[k] + c);
                        Vector<int> wins = PoolWindow.Wins(candidate, largest);
                        largest = Vector.ConditionalSelect(wins, candidate, largest);
                        pick = Vector.ConditionalSelect(wins, Vector.Load(picked + places[k] + c), pick);
                    }

                    pick.Store(result + c);
                }

                for (; c < channels; c++)
                {
                    int best = 0;
                    for (int k = 1; k < count; k++)
                        if (PoolWindow.Wins(compared[places[k] + c], compared[places[best] + c])) best = k;
                    result[c] = picked[places[best] + c];
                }
            }
        }
    }
}
