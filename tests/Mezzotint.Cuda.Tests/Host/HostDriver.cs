using System.Runtime.InteropServices;
using Mezzotint.Cuda.Driver;
using Mezzotint.Cuda.Kernels;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Cuda.Tests.Host;

/// <summary>
/// A GPU's driver that is none: memory is this process's, kernels are compiled by g++ and run when they are asked for, and every call is
/// checked against what it said it would touch. Libraries, where it is told to have them, are plain loops in double precision.
/// </summary>
internal sealed unsafe class HostDriver(bool libraries = false) : IDriver
{
    private const int Guard = 4096;

    // Kernels of the same name have the same text, whichever driver loads them.
    private static readonly Dictionary<string, nint> Functions = [];

    private readonly SortedDictionary<ulong, Block> _blocks = [];
    private readonly Dictionary<nint, List<BoundCall>> _graphs = [];
    private List<BoundCall>? _captured;
    private nint _last;

    public GpuFacts Facts { get; } = new("a GPU that is the processor", 8, 0, libraries ? ["loops"] : []);

    public CudaPrecision Precision { get; init; }

    public bool HasMatrixProducts => libraries;

    /// <summary>Bytes that may be allocated in all.</summary>
    public long Capacity { get; init; } = long.MaxValue;

    /// <summary>Whether kernels run on copies of what they said they would touch, between guards.</summary>
    public bool Strict { get; init; }

    /// <summary>Every call that was run.</summary>
    public List<BoundCall>? Record { get; init; }

    /// <summary>What NVIDIA's compiler is to take as well; null for nothing.</summary>
    public Nvrtc? Compiler { get; init; }

    /// <summary>How many copies went to memory of the GPU.</summary>
    public int CopiesIn { get; private set; }

    /// <summary>How many graphs were replayed.</summary>
    public int Replays { get; private set; }

    /// <summary>The bytes allocated now.</summary>
    public long Allocated => _blocks.Values.Sum(block => block.Bytes);

    public void MakeCurrent()
    {
    }

    public (long Free, long Total) Memory() => (Capacity - Allocated, Capacity);

    public ulong Allocate(long bytes)
    {
        if (Allocated + bytes > Capacity) return 0;
        ulong address = (ulong)NativeMemory.AlignedAlloc((nuint)bytes, 256);
        new Span<uint>((void*)address, (int)(bytes / sizeof(uint))).Fill(0x7fc00000);
        _blocks.Add(address, new Block(bytes, new Intervals()));
        return address;
    }

    public void Free(ulong address)
    {
        Assert.True(_blocks.Remove(address), "Memory is freed once.");
        NativeMemory.AlignedFree((void*)address);
    }

    public nint AllocateStaging(long bytes) => (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64);

    public void FreeStaging(nint address) => NativeMemory.AlignedFree((void*)address);

    public (nint Module, nint[] Functions) Load(IReadOnlyList<KernelSource> kernels)
    {
        lock (Functions)
        {
            KernelSource[] missing = [.. kernels.Where(kernel => !Functions.ContainsKey(kernel.Name))];
            nint[] compiled = missing.Length == 0 ? [] : HostCompiler.Compile(missing);
            if (missing.Length > 0 && Compiler is not null)
                foreach (int capability in NvrtcTests.Capabilities(Compiler)) _ = Compiler.Compile(missing, capability);
            for (int i = 0; i < missing.Length; i++) Functions[missing[i].Name] = compiled[i];
            return (++_last, [.. kernels.Select(kernel => Functions[kernel.Name])]);
        }
    }

    public void Unload(nint module)
    {
    }

    public long? ConvolutionWorkspace(ConvolutionSide side, in ConvolutionGeometry geometry) => libraries ? 96 : null;

    public void Run(BoundCall call)
    {
        if (_captured is not null)
        {
            _captured.Add(call);
            return;
        }

        Record?.Add(call);
        Check(call);
        switch (call.Call)
        {
            case FillCall fill:
                BoundArgument filled = call.Arguments[0];
                for (long done = 0; done < filled.End; done += 1 << 30)
                    new Span<uint>((byte*)filled.Address + done, (int)Math.Min(1 << 30, filled.End - done) / sizeof(uint)).Fill(fill.Word);
                break;
            case KernelCall kernel:
                if (Strict) RunBetweenGuards(call, kernel);
                else Launch(call.Function, kernel, [.. call.Arguments.Select(argument => argument.Address)]);
                break;
            case MatMulCall product:
                HostLibraries.Multiply(product, [.. call.Arguments.Select(argument => argument.Address)]);
                break;
            case ConvolutionCall convolution:
                HostLibraries.Convolve(convolution, [.. call.Arguments.Select(argument => argument.Address)]);
                break;
            default:
                throw new NotSupportedException(call.Call.GetType().Name);
        }
    }

    public void CopyIn(ulong to, nint from, long bytes)
    {
        CopiesIn++;
        BlockOf(to, 0, bytes, "a copy").Written.Add((long)to, (long)to + bytes);
        Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);
    }

    public void CopyOut(nint to, ulong from, long bytes)
    {
        BlockOf(from, 0, bytes, "a copy");
        Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);
    }

    public void BeginCapture() => _captured = [];

    public nint EndCapture()
    {
        _graphs[++_last] = _captured!;
        _captured = null;
        return _last;
    }

    public void Replay(nint graph)
    {
        Replays++;
        foreach (BoundCall call in _graphs[graph]) Run(call);
    }

    public void FreeGraph(nint graph) => Assert.True(_graphs.Remove(graph), "A graph is freed once.");

    public nint Mark() => ++_last;

    public void WaitFor(nint mark)
    {
    }

    public void Dispose()
    {
        foreach (ulong address in _blocks.Keys) NativeMemory.AlignedFree((void*)address);
        _blocks.Clear();
    }

    private static void Launch(nint function, KernelCall kernel, ulong[] addresses)
    {
        fixed (ulong* arguments = addresses)
        {
            ((delegate* unmanaged<ulong*, uint, uint, uint, void>)function)(
                arguments, checked((uint)kernel.BlocksX), (uint)kernel.BlocksY, (uint)kernel.BlocksZ);
        }
    }

    /// <summary>Every argument within one allocation, and nothing read that nobody wrote.</summary>
    private void Check(BoundCall call)
    {
        string name = call.Call is KernelCall kernel ? kernel.Source.Name : call.Call.GetType().Name;
        if (call.Call is KernelCall { BlocksY: > 65535 } or KernelCall { BlocksZ: > 65535 } or KernelCall { BlocksX: > int.MaxValue or 0 })
            Assert.Fail($"The grid of {name} is none.");
        foreach (BoundArgument argument in call.Arguments)
        {
            if (argument.End == argument.First) continue;
            Block block = BlockOf(argument.Address, argument.First, argument.End, name);
            long first = (long)argument.Address + argument.First, end = (long)argument.Address + argument.End;
            if (argument.Use == Use.Read) Assert.True(block.Written.Covers(first, end), $"{name} reads what nobody wrote.");
        }

        foreach (BoundArgument argument in call.Arguments)
            if (argument.Use.HasFlag(Use.Write) && argument.End > argument.First)
                BlockOf(argument.Address, argument.First, argument.End, name).Written.Add(
                    (long)argument.Address + argument.First, (long)argument.Address + argument.End);
    }

    private Block BlockOf(ulong address, long first, long end, string name)
    {
        foreach ((ulong start, Block block) in _blocks)
            if (address + (ulong)first >= start && address + (ulong)end <= start + (ulong)block.Bytes) return block;
        throw new InvalidOperationException($"{name} would touch memory that was not allocated.");
    }

    /// <summary>
    /// Runs a kernel where it finds what it said it would touch, and NaN around: what it reads beyond spoils its result, what it writes
    /// beyond is seen. Arguments that overlap share their copy.
    /// </summary>
    private static void RunBetweenGuards(BoundCall call, KernelCall kernel)
    {
        var spans = new List<(ulong First, ulong End)>();
        foreach (BoundArgument argument in call.Arguments)
        {
            (ulong first, ulong end) = (argument.Address + (ulong)argument.First, argument.Address + (ulong)argument.End);
            foreach ((ulong otherFirst, ulong otherEnd) in spans.Where(span => span.First < end && first < span.End).ToArray())
            {
                (first, end) = (Math.Min(first, otherFirst), Math.Max(end, otherEnd));
                spans.Remove((otherFirst, otherEnd));
            }

            spans.Add((first, end));
        }

        var copies = new List<(ulong First, ulong End, ulong At)>();
        foreach ((ulong first, ulong end) in spans)
        {
            // The same place modulo 16, for reads of four numbers at once.
            ulong lead = Guard + first % 64, bytes = end - first, room = (lead + bytes + Guard + 63) / 64 * 64;
            ulong copy = (ulong)NativeMemory.AlignedAlloc((nuint)room, 64);
            new Span<uint>((void*)copy, (int)(room / sizeof(uint))).Fill(0x7fc0beef);
            Buffer.MemoryCopy((void*)first, (void*)(copy + lead), bytes, bytes);
            copies.Add((first, end, copy + lead));
        }

        Launch(call.Function, kernel, [.. call.Arguments.Select(argument =>
        {
            (ulong first, _, ulong at) = copies.First(copy => argument.Address + (ulong)argument.First >= copy.First && argument.Address + (ulong)argument.End <= copy.End);
            return at + (argument.Address - first);
        })]);
        foreach ((ulong first, ulong end, ulong at) in copies)
        {
            ulong start = at - Guard - first % 64, lead = Guard + first % 64, room = (lead + (end - first) + Guard + 63) / 64 * 64;
            foreach (uint word in new ReadOnlySpan<uint>((void*)start, (int)lead / 4)) Assert.True(word == 0x7fc0beef, $"{kernel.Source.Name} writes before an argument.");
            foreach (uint word in new ReadOnlySpan<uint>((void*)(at + (end - first)), (int)(room - lead - (end - first)) / 4))
                Assert.True(word == 0x7fc0beef, $"{kernel.Source.Name} writes behind an argument.");
            Buffer.MemoryCopy((void*)at, (void*)first, end - first, end - first);
            NativeMemory.AlignedFree((void*)start);
        }
    }

    private sealed record Block(long Bytes, Intervals Written);
}
