using System.Numerics;
using System.Runtime.CompilerServices;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The transpose of <see cref="PoolPickKernel"/>: adds each element at the place of its window's first maximum, in the order of the
/// windows.
/// Operands: the image compared, the elements [N, OutHeight, OutWidth, C], the result, of the image's shape. A task owns rows of the result
/// and
/// looks at every window that touches them.
/// </summary>
internal sealed unsafe class PoolScatterKernel(PoolWindow pool) : Kernel
{
    private readonly int _rowsPerTask = (int)Math.Clamp(
        32 * 1024 / Math.Max(1, (long)pool.Width * pool.Channels), 4L * pool.Window.StrideY,
        Math.Max((long)pool.Height, 4L * pool.Window.StrideY));

    private int Bands => Cut.Parts(pool.Height, _rowsPerTask);

    /// <inheritdoc/>
    public override long ScratchBytes => pool.Taps * sizeof(long);

    /// <inheritdoc/>
    public override int TaskCount(int phase) => checked(pool.Batch * Bands);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        int channels = pool.Channels, outWidth = pool.OutWidth, outHeight = pool.OutHeight, lanes = Vector<float>.Count;
        int sample = task / Bands, first = task % Bands * _rowsPerTask, end = Math.Min(pool.Height, first + _rowsPerTask);
        long row = (long)pool.Width * channels, image = pool.Height * row, begin = first * row, stop = end * row;
        float* compared = arguments.Operands[0] + sample * image, result = arguments.Operands[2] + sample * image;
        new Span<float>(result + begin, checked((int)(stop - begin))).Clear();
        long* places = (long*)scratch;
        for (int y = 0; y < outHeight; y++)
        {
            int top = y * pool.Window.StrideY - pool.Window.PadTop;
            if (top >= end || top + (pool.KernelHeight - 1) * pool.Window.DilationY < first) continue;
            float* elements = arguments.Operands[1] + ((long)sample * outHeight + y) * outWidth * channels;
            for (int x = 0; x < outWidth; x++, elements += channels)
            {
                int count = pool.Places(y, x, places), c = 0;
                if (count == 0) continue;
                for (; c + lanes <= channels; c += lanes)
                {
                    Vector<float> largest = Vector.Load(compared + places[0] + c);
                    Vector<int> best = Vector<int>.Zero;
                    for (int k = 1; k < count; k++)
                    {
                        Vector<float> candidate = Vector.Load(compared + places[k] + c);
                        Vector<int> wins = PoolWindow.Wins(candidate, largest);
                        largest = Vector.ConditionalSelect(wins, candidate, largest);
                        best = Vector.ConditionalSelect(wins, new Vector<int>(k), best);
                    }

                    Vector<float> added = Vector.Load(elements + c);
                    for (int k = 0; k < count; k++)
                    {
                        if (places[k] < begin || places[k] >= stop) continue;
                        float* to = result + places[k] + c;
                        Vector<float> sum = Vector.Load(to);
                        Vector.ConditionalSelect(Vector.Equals(best, new Vector<int>(k)), sum + added, sum).Store(to);
                    }
                }

                for (; c < channels; c++)
                {
                    int best = 0;
                    for (int k = 1; k < count; k++)
                        if (PoolWindow.Wins(compared[places[k] + c], compared[places[best] + c])) best = k;
                    if (places[best] >= begin && places[best] < stop) result[places[best] + c] += elements[c];
                }
            }
        }
    }
}
