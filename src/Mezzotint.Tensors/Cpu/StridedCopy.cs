using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mezzotint.Tensors.Cpu;

/// <summary>Copies a matrix of 4-byte elements from one pair of strides to another.</summary>
internal static unsafe class StridedCopy
{
    /// <summary>Copies <paramref name="rows"/> by <paramref name="columns"/> elements; strides are in elements, and the source's may be
    /// 0.</summary>
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
        else if (targetColumn == 1 && sourceRow == 1 && rows >= 8 && Avx.IsSupported)
            Transpose(target, targetRow, source, sourceColumn, rows, columns);
        else CopyElements(target, targetRow, targetColumn, source, sourceRow, sourceColumn, rows, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* target, long targetRow, float* source, long sourceRow, long rows, long columns)
    {
        for (long r = 0; r < rows; r++, target += targetRow, source += sourceRow) Panels.Copy(source, target, columns);
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

    // target[r, c] = source[c, r], both consecutive in their last index. Strips of 16 target rows take whole cache lines of the source at a
    // time,
    // 16 x 8 elements a step, so that lines which compete for the same place in the cache (strides of a power of two) are not needed again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* target, long targetRow, float* source, long sourceRow, long rows, long columns)
    {
        long wholeColumns = columns / 8 * 8, r = 0;
        for (; r + 8 <= rows; r += 16)
        {
            bool two = r + 16 <= rows;
            for (long c = 0; c < wholeColumns; c += 8)
            {
                float* from = source + c * sourceRow + r, to = target + r * targetRow + c;
                Transpose8(to, targetRow, from, sourceRow);
                if (two) Transpose8(to + 8 * targetRow, targetRow, from + 8, sourceRow);
            }

            long done = two ? 16 : 8;
            float* rest = target + r * targetRow + wholeColumns;
            CopyElements(rest, targetRow, 1, source + wholeColumns * sourceRow + r, 1, sourceRow, done, columns - wholeColumns);
            if (two) continue;
            r += 8;
            break;
        }

        if (r < rows) CopyElements(target + r * targetRow, targetRow, 1, source + r, 1, sourceRow, rows - r, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8(float* target, long targetRow, float* source, long sourceRow)
    {
        // Rows c and c + 4 of the source share a vector; a 4 x 4 transposition within both halves then gives eight elements of a target
        // row.
        Vector256<float> a = Halves(source, 4 * sourceRow), b = Halves(source + sourceRow, 4 * sourceRow);
        Vector256<float> c = Halves(source + 2 * sourceRow, 4 * sourceRow), d = Halves(source + 3 * sourceRow, 4 * sourceRow);
        Store4(target, targetRow, a, b, c, d);
        a = Halves(source + 4, 4 * sourceRow);
        b = Halves(source + sourceRow + 4, 4 * sourceRow);
        c = Halves(source + 2 * sourceRow + 4, 4 * sourceRow);
        d = Halves(source + 3 * sourceRow + 4, 4 * sourceRow);
        Store4(target + 4 * targetRow, targetRow, a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* source, long next) =>
        Vector256.Create(Vector128.Load(source), Vector128.Load(source + next));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store4(
        float* target, long targetRow, Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        Vector256<float> lowAB = Avx.UnpackLow(a, b), highAB = Avx.UnpackHigh(a, b);
        Vector256<float> lowCD = Avx.UnpackLow(c, d), highCD = Avx.UnpackHigh(c, d);
        Avx.Shuffle(lowAB, lowCD, 0b01_00_01_00).Store(target);
        Avx.Shuffle(lowAB, lowCD, 0b11_10_11_10).Store(target + targetRow);
        Avx.Shuffle(highAB, highCD, 0b01_00_01_00).Store(target + 2 * targetRow);
        Avx.Shuffle(highAB, highCD, 0b11_10_11_10).Store(target + 3 * targetRow);
    }
}
