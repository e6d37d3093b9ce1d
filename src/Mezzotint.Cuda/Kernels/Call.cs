namespace Mezzotint.Cuda.Kernels;

/// <summary>What an argument of a call names.</summary>
internal enum Place
{
    /// <summary>An operand of the launch, by its number; its offset is added by who binds it.</summary>
    Operand,

    /// <summary>The launch's workspace.</summary>
    Workspace,

    /// <summary>The program's tables.</summary>
    Table,

    /// <summary>The words in which a run says how it went (<see cref="RunStatus"/>).</summary>
    Status,
}

/// <summary>What a call does with the memory behind an argument.</summary>
[Flags]
internal enum Use
{
    /// <summary>It only reads.</summary>
    Read = 1,

    /// <summary>It writes, all of what is named or some of it.</summary>
    Write = 2,
}

/// <summary>An argument of a call before it has an address.</summary>
/// <param name="Place">What it names.</param>
/// <param name="Index">The operand's number, or the bytes into the workspace or the tables.</param>
/// <param name="First">The first byte that is touched, from the address on; may be negative.</param>
/// <param name="End">The byte after the last that is touched.</param>
/// <param name="Use">What is done there.</param>
internal readonly record struct Argument(Place Place, long Index, long First, long End, Use Use)
{
    /// <summary>So many elements of an operand from its address on.</summary>
    public static Argument Of(int operand, long elements, Use use) => new(Place.Operand, operand, 0, elements * sizeof(float), use);

    /// <summary>The elements of an operand that strides over extents reach.</summary>
    public static Argument Of(int operand, ReadOnlySpan<int> extents, ReadOnlySpan<long> strides, Use use) => At(Place.Operand, operand, extents, strides, use);

    /// <summary>Elements of the workspace.</summary>
    public static Argument InWorkspace(long offset, long elements, Use use) => new(Place.Workspace, offset, 0, elements * sizeof(float), use);

    /// <summary>Elements of 16 bits of the workspace, two to a word.</summary>
    public static Argument HalvesInWorkspace(long offset, long elements, Use use) => new(Place.Workspace, offset, 0, (elements + 1) / 2 * sizeof(uint), use);

    /// <summary>The elements from a place on that strides over extents reach.</summary>
    public static Argument At(Place place, long index, ReadOnlySpan<int> extents, ReadOnlySpan<long> strides, Use use)
    {
        (long first, long end) = Indexing.Reach(extents, strides);
        return new Argument(place, index, first * sizeof(float), end * sizeof(float), use);
    }
}

/// <summary>One thing that the GPU does when a launch of a schedule runs.</summary>
internal abstract record Call(Argument[] Arguments);

/// <summary>A generated kernel on a grid of blocks of <see cref="Prelude.Threads"/> threads.</summary>
internal sealed record KernelCall(KernelSource Source, long BlocksX, int BlocksY, int BlocksZ, Argument[] Arguments) : Call(Arguments);
