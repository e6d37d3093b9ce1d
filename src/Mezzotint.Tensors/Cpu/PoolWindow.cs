using System.Numerics;
using System.Runtime.CompilerServices;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>The sizes of a max-pooling of an N,H,W,C image, and the choice it makes in a window.</summary>
internal readonly unsafe record struct PoolWindow(
    int Batch, int Height, int Width, int Channels, int KernelHeight, int KernelWidth, ConvolutionWindow Window)
{
    public int OutHeight => Window.OutExtent(Height, KernelHeight, vertical: true);

    public int OutWidth => Window.OutExtent(Width, KernelWidth, vertical: false);

    public int Taps => KernelHeight * KernelWidth;

    /// <summary>The row of the image under a tap, or -1 if that is padding.</summary>
    public int RowOf(int outRow, int tap)
    {
        int row = outRow * Window.StrideY - Window.PadTop + tap * Window.DilationY;
        return (uint)row < (uint)Height ? row : -1;
    }

    /// <summary>The column of the image under a tap, or -1 if that is padding.</summary>
    public int ColumnOf(int outColumn, int tap)
    {
        int column = outColumn * Window.StrideX - Window.PadLeft + tap * Window.DilationX;
        return (uint)column < (uint)Width ? column : -1;
    }

    /// <summary>The offsets, within one image, of the pixels under a window, by rows; returns their number.</summary>
    public int Places(int outRow, int outColumn, long* places)
    {
        int count = 0;
        for (int ky = 0; ky < KernelHeight; ky++)
        {
            int row = RowOf(outRow, ky);
            if (row < 0) continue;
            for (int kx = 0; kx < KernelWidth; kx++)
            {
                int column = ColumnOf(outColumn, kx);
                if (column >= 0) places[count++] = ((long)row * Width + column) * Channels;
            }
        }

        return count;
    }

    /// <summary>Whether a candidate takes the place of the largest element so far: it is larger or NaN, and that one is not NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<int> Wins(Vector<float> candidate, Vector<float> largest) =>
        Vector.AndNot(Vector.Equals(largest, largest), Vector.LessThanOrEqual(candidate, largest));

    /// <inheritdoc cref="Wins(Vector{float}, Vector{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Wins(float candidate, float largest) => !float.IsNaN(largest) && !(candidate <= largest);
}
