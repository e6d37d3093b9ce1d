using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// Writes micro-kernels. Accumulators are locals, which the JIT keeps in registers as long as there are no more of them than registers and
/// the method stays small.
/// </summary>
internal static unsafe class TileEmitter
{
    /// <summary>Vector operations that a method may hold; well above it the JIT stops optimising.</summary>
    public const int MaxOperations = 500;

    private const int WantedOperations = 360;

    private const int LeastUnrolled = 5, MostUnrolled = 12;

    /// <summary>What a kernel that fetches brings to the cache in each of its unrolled trips.</summary>
    private const int TripBytes = 128, LineBytes = 64;

    /// <summary>Emits the micro-kernel of a shape.</summary>
    public static TileFunction Emit(in TileSpec spec)
    {
        var method = new DynamicMethod("Tile", typeof(void), [typeof(TileCall*)], typeof(TileEmitter).Module, skipVisibility: true);
        new Writer(spec, method.GetILGenerator()).Write();
        return method.CreateDelegate<TileFunction>();
    }

    /// <summary>Vector operations of one step.</summary>
    public static int StepOperations(in TileSpec spec) => spec.Left == TileLeft.Columns
        ? (2 * spec.Rows + 1) * spec.Vectors
        : spec.Rows * spec.Vectors + spec.Rows + spec.Vectors;

    /// <summary>Steps written out one after the other: the most of those wanted, or of their halves, that leave the method small.</summary>
    public static int Unroll(in TileSpec spec)
    {
        int unroll = spec.Unroll;
        while (unroll > 1 && Operations(spec, unroll) > WantedOperations) unroll >>= 1;
        return unroll;
    }

    /// <summary>
    /// The same shape for trips of so many steps: written out are all of them or an even part, so that none is left over, where the method
    /// stays small.
    /// </summary>
    public static TileSpec For(in TileSpec spec, int steps)
    {
        for (int part = Math.Min(steps, MostUnrolled); part >= Math.Min(steps, LeastUnrolled); part--)
        {
            if (steps % part == 0 && Operations(spec, part) <= WantedOperations) return spec with { Unroll = part };
        }

        return spec;
    }

    /// <summary>Vector operations of the whole method.</summary>
    public static int Operations(in TileSpec spec, int unroll) =>
        StepOperations(spec) * (unroll + (unroll > 1 ? 1 : 0)) + 3 * spec.Rows * spec.Vectors;

    /// <summary>The bytes that a kernel that fetches brings to the cache in so many steps.</summary>
    public static long FetchedBytes(in TileSpec spec, long steps) => steps / Unroll(spec) * TripBytes;

    /// <summary>
    /// Whether different rows read the same elements in different steps of a trip, as those of adjacent pixels with few channels do. The JIT
    /// would keep each until it is read again, on the stack, for there are no registers left: more stores than multiply-adds can hide. Loads
    /// that are volatile are read again.
    /// </summary>
    public static bool ReadsTwice(in TileSpec spec)
    {
        int unroll = Unroll(spec);
        for (int row = 1; row < spec.Rows; row++)
        {
            for (int other = 0; other < row; other++)
            {
                long apart = spec.RowOffset(row) - spec.RowOffset(other);
                if (apart % spec.StepA == 0 && Math.Abs(apart / spec.StepA) < unroll) return true;
            }
        }

        return false;
    }

    private sealed class Writer
    {
        private readonly TileSpec spec;
        private readonly ILGenerator il;
        private readonly VectorMethods vectors;
        private readonly LocalBuilder[] sums;
        private readonly LocalBuilder[] held;
        private readonly LocalBuilder scratch;
        private readonly LocalBuilder results, trips, rest, fetch;
        private readonly int unroll;
        private readonly bool readsTwice;

        public Writer(in TileSpec spec, ILGenerator il)
        {
            this.spec = spec;
            this.il = il;
            vectors = VectorMethods.Of(spec.Width);
            sums = [.. Enumerable.Range(0, spec.Rows * spec.Vectors).Select(_ => il.DeclareLocal(vectors.Type))];
            held = [.. Enumerable.Range(0, Math.Min(spec.Rows, spec.Vectors)).Select(_ => il.DeclareLocal(vectors.Type))];
            scratch = il.DeclareLocal(vectors.Type);
            (results, trips, rest, fetch) = (Pointer(), Pointer(), Pointer(), Pointer());
            unroll = Unroll(spec);
            readsTwice = X86Base.IsSupported && ReadsTwice(spec);
        }

        private bool Transposes => spec.Left == TileLeft.Depth;

        private int Lanes => (int)spec.Width;

        public void Write()
        {
            Debug.Assert(Operations(spec, unroll) <= MaxOperations, "the JIT would give up on this method");
            LocalBuilder tiles = Pointer(), left = Pointer();
            LoadField(nameof(TileCall.More));
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, tiles);
            SetField(left, nameof(TileCall.A));
            SetField(results, nameof(TileCall.C));
            if (spec.Fetches) SetField(fetch, nameof(TileCall.Fetch));
            CutSteps();
            if (spec.Fetches) OneTile();
            else Loop(tiles, checkFirst: false, OneTile);
            il.Emit(OpCodes.Ret);

            void OneTile()
            {
                StartSums();
                SumTile(left);
                StoreSums();
                AddField(left, nameof(TileCall.ATile));
                AddField(results, nameof(TileCall.CTile));
            }
        }

        /// <summary>All trips of a tile.</summary>
        private void SumTile(LocalBuilder left)
        {
            LocalBuilder row = Pointer(), outerRow = Pointer(), a = Pointer(), b = Pointer();
            LocalBuilder outer = Pointer(), inner = Pointer(), step = Pointer();
            Set(row, left);
            SetField(b, nameof(TileCall.B));
            SetField(outer, nameof(TileCall.Outer));
            Loop(outer, checkFirst: true, () =>
            {
                Set(outerRow, row);
                SetField(inner, nameof(TileCall.Inner));
                Loop(inner, checkFirst: false, () =>
                {
                    Set(a, row);
                    Set(step, trips);
                    Loop(step, checkFirst: true, () =>
                    {
                        if (spec.Fetches) Fetch();
                        Steps(unroll, a, b);
                    });
                    if (unroll > 1)
                    {
                        Set(step, rest);
                        Loop(step, checkFirst: true, () => Steps(1, a, b));
                    }

                    AddField(row, nameof(TileCall.AInner));
                    AddField(b, nameof(TileCall.BInner));
                });
                Set(row, outerRow);
                AddField(row, nameof(TileCall.AOuter));
                AddField(b, nameof(TileCall.BOuter));
            });
        }

        /// <summary>The steps of a trip as those that are written out, so many times, and those that are left.</summary>
        private void CutSteps()
        {
            foreach ((OpCode part, LocalBuilder into) in new[] { (OpCodes.Div_Un, trips), (OpCodes.Rem_Un, rest) })
            {
                LoadField(nameof(TileCall.Steps));
                il.Emit(OpCodes.Ldc_I4, unroll);
                il.Emit(OpCodes.Conv_I);
                il.Emit(part);
                il.Emit(OpCodes.Stloc, into);
            }
        }

        private void Set(LocalBuilder to, LocalBuilder from)
        {
            il.Emit(OpCodes.Ldloc, from);
            il.Emit(OpCodes.Stloc, to);
        }

        private void SetField(LocalBuilder to, string name)
        {
            LoadField(name);
            il.Emit(OpCodes.Stloc, to);
        }

        private LocalBuilder Pointer() => il.DeclareLocal(typeof(nint));

        /// <summary>Runs a body as often as a counter says; the counter ends at 0.</summary>
        private void Loop(LocalBuilder counter, bool checkFirst, Action body)
        {
            Label start = il.DefineLabel(), end = il.DefineLabel();
            if (checkFirst)
            {
                il.Emit(OpCodes.Ldloc, counter);
                il.Emit(OpCodes.Brfalse, end);
            }
            il.MarkLabel(start);
            body();
            il.Emit(OpCodes.Ldloc, counter);
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Sub);
            il.Emit(OpCodes.Stloc, counter);
            il.Emit(OpCodes.Ldloc, counter);
            il.Emit(OpCodes.Brtrue, start);
            il.MarkLabel(end);
        }

        private void Fetch()
        {
            for (int line = 0; line < TripBytes; line += LineBytes)
            {
                Address(fetch, line);
                il.Emit(OpCodes.Call, vectors.Fetch);
            }

            Advance(fetch, TripBytes);
        }

        private void Steps(int count, LocalBuilder a, LocalBuilder b)
        {
            for (int step = 0; step < count; step++) Step(a, (long)step * spec.StepA, b, (long)step * spec.StepB);
            Advance(a, (long)count * spec.StepA);
            Advance(b, (long)count * spec.StepB);
        }

        /// <summary>One step: the fewer of the two operands' vectors are held, the others pass through one register.</summary>
        private void Step(LocalBuilder a, long atA, LocalBuilder b, long atB)
        {
            if (spec.Left == TileLeft.Columns)
            {
                for (int vector = 0; vector < spec.Vectors; vector++)
                {
                    LoadRight(b, atB, vector, scratch);
                    for (int row = 0; row < spec.Rows; row++)
                    {
                        LoadLeftVector(a, atA + spec.RowOffset(row) + vector * Lanes * sizeof(float));
                        il.Emit(OpCodes.Ldloc, scratch);
                        Accumulate(row, vector);
                    }
                }
            }
            else if (spec.Vectors <= spec.Rows)
            {
                for (int vector = 0; vector < spec.Vectors; vector++) LoadRight(b, atB, vector, held[vector]);
                for (int row = 0; row < spec.Rows; row++)
                {
                    LoadLeft(a, atA, row, scratch);
                    for (int vector = 0; vector < spec.Vectors; vector++)
                    {
                        il.Emit(OpCodes.Ldloc, scratch);
                        il.Emit(OpCodes.Ldloc, held[vector]);
                        Accumulate(row, vector);
                    }
                }
            }
            else
            {
                for (int row = 0; row < spec.Rows; row++) LoadLeft(a, atA, row, held[row]);
                for (int vector = 0; vector < spec.Vectors; vector++)
                {
                    LoadRight(b, atB, vector, scratch);
                    for (int row = 0; row < spec.Rows; row++)
                    {
                        il.Emit(OpCodes.Ldloc, held[row]);
                        il.Emit(OpCodes.Ldloc, scratch);
                        Accumulate(row, vector);
                    }
                }
            }
        }

        private LocalBuilder Sum(int row, int vector) => sums[row * spec.Vectors + vector];

        private void Accumulate(int row, int vector)
        {
            il.Emit(OpCodes.Ldloc, Sum(row, vector));
            il.Emit(OpCodes.Call, vectors.MultiplyAdd);
            il.Emit(OpCodes.Stloc, Sum(row, vector));
        }

        private void LoadLeft(LocalBuilder a, long at, int row, LocalBuilder into)
        {
            if (spec.Left == TileLeft.Broadcast)
            {
                Address(a, at + spec.RowOffset(row));
                if (readsTwice) il.Emit(OpCodes.Volatile);
                il.Emit(OpCodes.Ldind_R4);
                il.Emit(OpCodes.Call, vectors.Broadcast);
            }
            else
            {
                LoadLeftVector(a, at + spec.RowOffset(row));
            }
            il.Emit(OpCodes.Stloc, into);
        }

        private void LoadLeftVector(LocalBuilder a, long at)
        {
            if (!readsTwice)
            {
                LoadVector(a, at);
                return;
            }

            Address(a, at);
            il.Emit(OpCodes.Volatile);
            il.Emit(OpCodes.Unaligned, (byte)sizeof(float));
            il.Emit(OpCodes.Ldobj, vectors.Type);
        }

        private void LoadRight(LocalBuilder b, long at, int vector, LocalBuilder into)
        {
            LoadVector(b, at + vector * Lanes * sizeof(float));
            il.Emit(OpCodes.Stloc, into);
        }

        private void LoadVector(LocalBuilder pointer, long at)
        {
            Address(pointer, at);
            il.Emit(OpCodes.Call, vectors.Load);
        }

        private void Address(LocalBuilder pointer, long at)
        {
            il.Emit(OpCodes.Ldloc, pointer);
            if (at == 0) return;
            il.Emit(OpCodes.Ldc_I8, at);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
        }

        private void Advance(LocalBuilder pointer, long by)
        {
            Address(pointer, by);
            il.Emit(OpCodes.Stloc, pointer);
        }

        private void LoadField(string name)
        {
            int offset = (int)Marshal.OffsetOf<TileCall>(name);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, offset);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
        }

        private void AddField(LocalBuilder pointer, string name)
        {
            il.Emit(OpCodes.Ldloc, pointer);
            LoadField(name);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, pointer);
        }

        private void StartSums()
        {
            Label loads = il.DefineLabel(), done = il.DefineLabel();
            if (!Transposes)
            {
                LoadField(nameof(TileCall.Accumulate));
                il.Emit(OpCodes.Brtrue, loads);
            }
            foreach (LocalBuilder sum in sums)
            {
                il.Emit(OpCodes.Call, vectors.Zero);
                il.Emit(OpCodes.Stloc, sum);
            }
            if (!Transposes)
            {
                il.Emit(OpCodes.Br, done);
                il.MarkLabel(loads);
                EachResult((pointer, row, vector) =>
                {
                    LoadVector(pointer, vector * Lanes * sizeof(float));
                    il.Emit(OpCodes.Stloc, Sum(row, vector));
                });
                il.MarkLabel(done);
            }
        }

        private void StoreSums() => EachResult((pointer, row, vector) =>
        {
            il.Emit(OpCodes.Ldloc, Sum(row, vector));
            if (Transposes)
            {
                LocalBuilder total = scalar ??= il.DeclareLocal(typeof(float));
                il.Emit(OpCodes.Call, vectors.Total);
                il.Emit(OpCodes.Stloc, total);
                Address(pointer, vector * sizeof(float));
                il.Emit(OpCodes.Ldloc, total);
                il.Emit(OpCodes.Stind_R4);
            }
            else
            {
                Address(pointer, vector * Lanes * sizeof(float));
                il.Emit(OpCodes.Call, vectors.Store);
            }
        });

        private LocalBuilder? scalar;

        private void EachResult(Action<LocalBuilder, int, int> emit)
        {
            LocalBuilder pointer = Pointer(), group = Pointer();
            Set(group, results);
            for (int row = 0; row < spec.Rows; row++)
            {
                if (row % spec.InnerRows == 0)
                {
                    if (row > 0) AddField(group, nameof(TileCall.CGroup));
                    Set(pointer, group);
                }
                else
                {
                    AddField(pointer, nameof(TileCall.CRow));
                }
                for (int vector = 0; vector < spec.Vectors; vector++) emit(pointer, row, vector);
            }
        }
    }

    /// <summary>The vector operations of one width, found through delegates so that trimming keeps them.</summary>
    private sealed record VectorMethods(
        Type Type, MethodInfo Load, MethodInfo Store, MethodInfo Broadcast, MethodInfo Zero, MethodInfo MultiplyAdd, MethodInfo Total)
    {
        /// <summary>Brings a line to the second-level cache, on processors of x86.</summary>
        public MethodInfo Fetch { get; } = ((FetchLine)Sse.Prefetch1).Method;

        private delegate void FetchLine(void* at);

        private delegate Vector512<float> Load512(float* from);

        private delegate Vector256<float> Load256(float* from);

        private delegate Vector128<float> Load128(float* from);

        private delegate void Store512(Vector512<float> vector, float* to);

        private delegate void Store256(Vector256<float> vector, float* to);

        private delegate void Store128(Vector128<float> vector, float* to);

        public static VectorMethods Of(VectorWidth width) => width switch
        {
            VectorWidth.Bits512 => new(
                typeof(Vector512<float>), ((Load512)Vector512.Load).Method, ((Store512)Vector512.Store).Method,
                ((Func<float, Vector512<float>>)Vector512.Create).Method, Getter(typeof(Vector512<float>)),
                ((Func<Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>>)Vector512.FusedMultiplyAdd).Method,
                ((Func<Vector512<float>, float>)Vector512.Sum).Method),
            VectorWidth.Bits256 => new(
                typeof(Vector256<float>), ((Load256)Vector256.Load).Method, ((Store256)Vector256.Store).Method,
                ((Func<float, Vector256<float>>)Vector256.Create).Method, Getter(typeof(Vector256<float>)),
                ((Func<Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>>)Vector256.FusedMultiplyAdd).Method,
                ((Func<Vector256<float>, float>)Vector256.Sum).Method),
            _ => new(
                typeof(Vector128<float>), ((Load128)Vector128.Load).Method, ((Store128)Vector128.Store).Method,
                ((Func<float, Vector128<float>>)Vector128.Create).Method, Getter(typeof(Vector128<float>)),
                ((Func<Vector128<float>, Vector128<float>, Vector128<float>, Vector128<float>>)Vector128.FusedMultiplyAdd).Method,
                ((Func<Vector128<float>, float>)Vector128.Sum).Method),
        };

        private static MethodInfo Getter(Type vector) => vector.GetProperty("Zero", BindingFlags.Public | BindingFlags.Static)!.GetMethod!;
    }
}
