using System.Runtime.InteropServices;
using Mezzotint.Fuzz;

namespace Mezzotint.Tests.Hostile;

[Collection(nameof(Alone))]
public sealed unsafe class NativeHeapTests
{
    private const int Bytes = 20_000;

    [Fact]
    public void Memory_that_nobody_wrote_shows_and_other_memory_does_not()
    {
        Assert.SkipUnless(NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallopt", out _), "only glibc fills fresh memory with a pattern");
        Assert.True(NativeHeap.Shows(() => Contents((byte*)NativeMemory.Alloc(Bytes)), Same));
        Assert.False(NativeHeap.Shows(() => Contents((byte*)NativeMemory.AllocZeroed(Bytes)), Same));
    }

    private static bool Same(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);

    private static byte[] Contents(byte* memory)
    {
        byte[] contents = new Span<byte>(memory, Bytes).ToArray();
        NativeMemory.Free(memory);
        return contents;
    }
}
