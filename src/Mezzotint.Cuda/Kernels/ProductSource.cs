using System.Text;

namespace Mezzotint.Cuda.Kernels;

/// <summary>
/// Products of matrices whose elements are found by expressions: a plain product, or a convolution seen as one (implicit GEMM). A block of
/// threads computes a tile of the result, each thread up to 8x8 elements in registers, from slices of both operands in shared memory. Every
/// element is one chain of fused multiply-adds in the order of the depth, so its bits do not depend on the tile.
/// </summary>
internal sealed record ProductSource
{
    private const int Depth = 16;

    /// <summary>The kernel's name begins with this.</summary>
    public required string Stem { get; init; }

    /// <summary>Rows, columns and depth of each product.</summary>
    public required (long Rows, long Columns, long Depth) Size { get; init; }

    /// <summary>How many products there are: the number <c>z</c> of each is in scope everywhere.</summary>
    public required int Count { get; init; }

    /// <summary>
    /// Of how many pieces each product's depth is cut; each piece is a product of its own, numbered <c>z * Pieces + piece</c>.
    /// </summary>
    public int Pieces { get; init; } = 1;

    /// <summary>The type of indices.</summary>
    public required string Type { get; init; }

    /// <summary>Statements that return the left operand's element at <c>z</c>, <c>row</c>, <c>k</c> of <c>left</c>.</summary>
    public required string Left { get; init; }

    /// <summary>Whether the left operand's elements lie consecutively along its rows' depth, rather than from row to row.</summary>
    public required bool LeftAlongDepth { get; init; }

    /// <summary>Statements that return the right operand's element at <c>z</c>, <c>k</c>, <c>column</c> of <c>right</c>.</summary>
    public required string Right { get; init; }

    /// <summary>Whether the right operand's elements lie consecutively along the depth, rather than from column to column.</summary>
    public required bool RightAlongDepth { get; init; }

    /// <summary>Statements that take the element <c>value</c> at <c>z</c>, <c>piece</c>, <c>row</c>, <c>column</c>.</summary>
    public required string Result { get; init; }

    /// <summary>The parameters after the two operands, each with a comma before it.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>The names of those parameters, each with a comma before it.</summary>
    public string Names { get; init; } = "";

    /// <summary>The call of the kernel.</summary>
    public KernelCall Call(params Argument[] arguments)
    {
        Tile tile = Tile.For(Size.Rows, Size.Columns, Count * Pieces);
        var blocks = (X: (Size.Rows + tile.Rows - 1) / tile.Rows, Y: (int)((Size.Columns + tile.Columns - 1) / tile.Columns), Z: Count * Pieces);
        return new KernelCall(KernelSource.Of(Stem, Code(tile)), blocks.X * blocks.Y, Math.Min(blocks.Z, 65535), 1, arguments);
    }

    private string Code(Tile tile)
    {
        (long rows, long columns, long depth) = Size;
        long piece = Pieces == 1 ? depth : ((depth + Pieces - 1) / Pieces + Depth - 1) / Depth * Depth;
        long columnBlocks = (columns + tile.Columns - 1) / tile.Columns;
        var code = new StringBuilder();
        Line($"MZ float {KernelSource.Self}_l(const float* __restrict__ left, int z, {Type} row, {Type} k)\n{{\n{Left}}}");
        Line($"MZ float {KernelSource.Self}_r(const float* __restrict__ right, int z, {Type} k, {Type} column)\n{{\n{Right}}}");
        Line($"MZ void {KernelSource.Self}_e(float value, int z, int piece, {Type} row, {Type} column{Parameters})\n{{\n{Result}}}");
        Line($"extern \"C\" __global__ void {KernelSource.Self}(const float* __restrict__ left, const float* __restrict__ right{Parameters})\n{{");
        Line($"    __shared__ __align__(16) float ls[{Depth}][{tile.Rows + 4}];");
        Line($"    __shared__ __align__(16) float rs[{Depth}][{tile.Columns + 4}];");
        Line($"    const int tx = threadIdx.x % {tile.ThreadsAcross}, ty = threadIdx.x / {tile.ThreadsAcross};");
        Line($"    const {Type} row0 = ({Type})(blockIdx.x / {columnBlocks}u) * {tile.Rows}, column0 = ({Type})(blockIdx.x % {columnBlocks}u) * {tile.Columns};");
        Line($"    for (int zz = blockIdx.y; zz < {Count * Pieces}; zz += gridDim.y)\n    {{");
        Line($"    const int z = zz / {Pieces}, piece = zz % {Pieces};");
        Line($"    const {Type} begin = ({Type})piece * {piece};");
        Line($"    const {Type} end = begin + {piece} < {depth} ? begin + {piece} : {depth};");
        Line($"    float sum[{tile.Down}][{tile.Across}];");
        Line($"    MZ_UNROLL\n    for (int i = 0; i < {tile.Down}; i++)\n    MZ_UNROLL\n    for (int j = 0; j < {tile.Across}; j++) sum[i][j] = 0.0f;");
        int lefts = Per(tile.Rows * Depth), rights = Per(tile.Columns * Depth);
        Line($"    float nl[{lefts}], nr[{rights}];");
        Fetch("begin");
        Line($"    for ({Type} k0 = begin; k0 < end; k0 += {Depth})\n    {{");
        Copy(lefts, tile.Rows, LeftAlongDepth, (i, k, at) => $"ls[{k}][{at}] = nl[{i}];");
        Copy(rights, tile.Columns, RightAlongDepth, (i, k, at) => $"rs[{k}][{at}] = nr[{i}];");
        Line("    __syncthreads();");
        Line($"    if (k0 + {Depth} < end)\n    {{");
        Fetch($"(k0 + {Depth})");
        Line("    }");
        Line($"    MZ_UNROLL\n    for (int k = 0; k < {Depth}; k++)\n    {{");
        Fragment("l", "ls", "ty", tile.Down, tile.ThreadsDown);
        Fragment("r", "rs", "tx", tile.Across, tile.ThreadsAcross);
        for (int i = 0; i < tile.Down; i++)
            Line($"    {string.Join(' ', Enumerable.Range(0, tile.Across).Select(j => $"sum[{i}][{j}] = fmaf(l{i}, r{j}, sum[{i}][{j}]);"))}");
        Line("    }\n    __syncthreads();\n    }");
        Line($"    MZ_UNROLL\n    for (int i = 0; i < {tile.Down}; i++)\n    {{");
        Line($"    const {Type} row = row0 + {Tile.Place("ty", "i", tile.Down, tile.ThreadsDown)};");
        Line($"    if (row < {rows})\n    MZ_UNROLL\n    for (int j = 0; j < {tile.Across}; j++)\n    {{");
        Line($"    const {Type} column = column0 + {Tile.Place("tx", "j", tile.Across, tile.ThreadsAcross)};");
        Line($"    if (column < {columns}) {KernelSource.Self}_e(sum[i][j], z, piece, row, column{Names});");
        Line("    }\n    }\n    }\n}");
        return code.ToString();

        void Line(string line) => code.Append(line).Append('\n');

        static int Per(int elements) => (elements + Prelude.Threads - 1) / Prelude.Threads;

        // The slice that comes next, into registers while the present one is computed with.
        void Fetch(string from)
        {
            Copy(lefts, tile.Rows, LeftAlongDepth,
                (i, k, at) => $"nl[{i}] = row0 + {at} < {rows} && {from} + {k} < end ? {KernelSource.Self}_l(left, z, row0 + {at}, {from} + {k}) : 0.0f;");
            Copy(rights, tile.Columns, RightAlongDepth,
                (i, k, at) => $"nr[{i}] = column0 + {at} < {columns} && {from} + {k} < end ? {KernelSource.Self}_r(right, z, {from} + {k}, column0 + {at}) : 0.0f;");
        }

        void Copy(int each, int width, bool alongDepth, Func<string, string, string, string> statement)
        {
            Line($"    MZ_UNROLL\n    for (int i = 0; i < {each}; i++)\n    {{");
            Line($"    const int e = threadIdx.x + i * {Prelude.Threads};");
            string k = alongDepth ? $"(e % {Depth})" : $"(e / {width})", at = alongDepth ? $"(e / {Depth})" : $"(e % {width})";
            string guard = width * Depth % Prelude.Threads == 0 ? "" : $"if (e < {width * Depth}) ";
            Line($"    {guard}{statement("i", k, at)}\n    }}");
        }

        void Fragment(string name, string from, string thread, int count, int threads)
        {
            for (int i = 0; i < count; i += 4)
            {
                if (count < 4)
                {
                    for (int j = 0; j < count; j++) Line($"    const float {name}{j} = {from}[k][{thread} * {count} + {j}];");
                    continue;
                }

                Line($"    const float4 {name}q{i} = *(const float4*)&{from}[k][{thread} * 4 + {i * threads}];");
                for (int j = 0; j < 4; j++) Line($"    const float {name}{i + j} = {name}q{i}.{"xyzw"[j]};");
            }
        }
    }

    /// <summary>How many elements each thread has, and how the threads of a block lie.</summary>
    private sealed record Tile(int Down, int Across, int ThreadsDown, int ThreadsAcross)
    {
        private const long Busy = 256;

        public int Rows => Down * ThreadsDown;

        public int Columns => Across * ThreadsAcross;

        /// <summary>A tile that wastes little on the edges and leaves enough blocks to fill a GPU.</summary>
        public static Tile For(long rows, long columns, long count)
        {
            if (columns <= 4) return new Tile(4, 1, 64, 4);
            int across = columns <= 16 ? 1 : columns <= 32 ? 2 : columns <= 64 || columns % 128 is > 0 and <= 64 && columns < 512 ? 4 : 8;
            int down = across >= 4 ? 8 : 4;
            while (down > 1 && Blocks(rows, down * 16L) * Blocks(columns, across * 16L) * count < Busy) down /= 2;
            while (across > 4 && Blocks(rows, down * 16L) * Blocks(columns, across * 16L) * count < Busy) across /= 2;
            return new Tile(down, across, 16, 16);
        }

        /// <summary>Where in a tile the elements of a thread lie: runs of four, so that they are read as one.</summary>
        public static string Place(string thread, string index, int count, int threads) => count <= 4
            ? $"{thread} * {count} + {index}"
            : $"{thread} * 4 + {index} % 4 + {index} / 4 * {4 * threads}";

        private static long Blocks(long extent, long size) => (extent + size - 1) / size;
    }
}
