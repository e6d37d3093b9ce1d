using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mezzotint.Tensors.Cpu;

/// <summary>Copies a matrix of 4-byte elements from one pair of strides to another.</summary>
internal static unsafe class StridedCopy
{
    /// <summary>Copies <paramref name="rows"/> by <paramref name="columns"/> elements; strides are in elements, and the source's may be 0.</summary>
    public static void Run(
        float* target, long targetRow, long targetColumn, float* source, long sourceRow, long sourceColumn, long rows, long columns)
    {
        // The shorter strides of the target inside, unless only the other order lets both sides be consecutive.
        bool consecutive = targetColumn == 1 && sourceColumn == 1;
        if (!consecutive && ((targetRow == 1 && sourceRow == 1) || (targetRow == 1 && targetColumn != 1)))
        {
            (targetRow, targetColumn) = (targetColumn, targetRow);
            (sourceRow, sourceColumn) = (sourceColumn, sourceRow);
            (rows, columns) = (columns, rows);
            consecutive = targetColumn == 1 && sourceColumn == 1;
        }

        if (consecutive) CopyRows(target, targetRow, source, sourceRow, rows, columns);
        else if (targetColumn == 1 && sourceRow == 1 && Sse.IsSupported) Transpose(target, targetRow, source, sourceColumn, rows, columns);
        else CopyElements(target, targetRow, targetColumn, source, sourceRow, sourceColumn, rows, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* target, long targetRow, float* source, long sourceRow, long rows, long columns)
    {
        for (long r = 0; r < rows; r++, target += targetRow, source += sourceRow)
        {
            if (columns >= 16)
            {
                Buffer.MemoryCopy(source, target, columns * sizeof(float), columns * sizeof(float));
                continue;
            }

            for (long c = 0; c < columns; c++) target[c] = source[c];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyElements(
        float* target, long targetRow, long targetColumn, float* source, long sourceRow, long sourceColumn, long rows, long columns)
    {
        for (long r = 0; r < rows; r++, target += targetRow, source += sourceRow)
        {
            float* to = target, from = source;
            for (long c = 0; c < columns; c++, to += targetColumn, from += sourceColumn) *to = *from;
        }
    }

    // target[r, c] = source[c, r], both consecutive in their last index, in blocks of 32 x 32 that stay in L1 and of 4 x 4 in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* target, long targetRow, float* source, long sourceRow, long rows, long columns)
    {
        const long Block = 32;
        for (long r0 = 0; r0 < rows; r0 += Block)
        {
            long r1 = Math.Min(rows, r0 + Block), whole = r0 + (r1 - r0) / 4 * 4;
            for (long c0 = 0; c0 < columns; c0 += Block)
            {
                long c1 = Math.Min(columns, c0 + Block), c = c0;
                for (; c + 4 <= c1; c += 4)
                {
                    for (long r = r0; r < whole; r += 4) Transpose4(target + r * targetRow + c, targetRow, source + c * sourceRow + r, sourceRow);
                    CopyElements(target + whole * targetRow + c, targetRow, 1, source + c * sourceRow + whole, 1, sourceRow, r1 - whole, 4);
                }

                CopyElements(target + r0 * targetRow + c, targetRow, 1, source + c * sourceRow + r0, 1, sourceRow, r1 - r0, c1 - c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* target, long targetRow, float* source, long sourceRow)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + sourceRow);
        Vector128<float> c = Vector128.Load(source + 2 * sourceRow), d = Vector128.Load(source + 3 * sourceRow);
        Vector128<float> lowAB = Sse.UnpackLow(a, b), highAB = Sse.UnpackHigh(a, b);
        Vector128<float> lowCD = Sse.UnpackLow(c, d), highCD = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(lowAB, lowCD).Store(target);
        Sse.MoveHighToLow(lowCD, lowAB).Store(target + targetRow);
        Sse.MoveLowToHigh(highAB, highCD).Store(target + 2 * targetRow);
        Sse.MoveHighToLow(highCD, highAB).Store(target + 3 * targetRow);
    }
}
