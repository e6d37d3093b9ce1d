using System.Runtime.CompilerServices;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Random numbers as <see cref="Philox"/> defines them. Operands: the key (three integers: the seed's low and high word, and the step) and
/// the
/// <paramref name="count"/> numbers written.
/// </summary>
/// <param name="distribution">What the numbers are distributed like.</param>
/// <param name="count">How many.</param>
/// <param name="site">The number of the place that draws them.</param>
internal sealed unsafe class RandomKernel(Distribution distribution, long count, int site) : Kernel
{
    private const long TaskElements = 8 * 1024;

    /// <inheritdoc/>
    public override int TaskCount(int phase) => checked((int)Cut.Parts(count, TaskElements));

    /// <inheritdoc/>
    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        long begin = task * TaskElements;
        Draw((uint*)arguments.Operands[0], arguments.Operands[1], begin, Math.Min(count, begin + TaskElements));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Draw(uint* key, float* target, long begin, long end)
    {
        float* four = stackalloc float[4];
        for (long element = begin; element < end; element += 4)
        {
            ulong block = (ulong)element / 4;
            (uint w0, uint w1, uint w2, uint w3) = Philox.Block((uint)block, (uint)(block >> 32), key[2], (uint)site, key[0], key[1]);
            float* at = end - element >= 4 ? target + element : four;
            if (distribution == Distribution.Uniform)
            {
                (at[0], at[1], at[2], at[3]) = (Philox.Uniform(w0), Philox.Uniform(w1), Philox.Uniform(w2), Philox.Uniform(w3));
            }
            else
            {
                (at[0], at[1]) = Philox.Normals(w0, w1);
                (at[2], at[3]) = Philox.Normals(w2, w3);
            }

            if (at != four) continue;
            for (long i = element; i < end; i++) target[i] = four[i - element];
        }
    }
}
