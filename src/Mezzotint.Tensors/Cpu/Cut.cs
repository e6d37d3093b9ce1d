namespace Mezzotint.Tensors.Cpu;

/// <summary>How a range is cut into parts, and work into tasks.</summary>
internal static class Cut
{
    /// <summary>Work worth a task of its own, in float operations.</summary>
    private const double TaskOperations = 2e6;

    /// <summary>The number of tasks beyond which no more are wanted.</summary>
    private const int EnoughTasks = 32;

    /// <summary>Parts of a length that cover a total.</summary>
    public static int Parts(int total, int length) => (total + length - 1) / length;

    /// <inheritdoc cref="Parts(int, int)"/>
    public static long Parts(long total, long length) => (total + length - 1) / length;

    /// <summary>The least multiple of a length that covers a total.</summary>
    public static int Covering(int total, int length) => Parts(total, length) * length;

    /// <inheritdoc cref="Covering(int, int)"/>
    public static long Covering(long total, long length) => Parts(total, length) * length;

    /// <summary>One of a number of parts, which differ in length by at most one.</summary>
    public static (int Start, int End) Part(int total, int parts, int part) =>
        ((int)((long)total * part / parts), (int)((long)total * (part + 1) / parts));

    /// <summary>
    /// A total cut evenly into the fewest parts of at most a length: the parts that are as long as the first, and come first. What is left is
    /// cut the same way.
    /// </summary>
    public static (int Parts, int Length) Run(int total, int most)
    {
        int parts = Parts(total, most);
        return (total % parts == 0 ? parts : total % parts, Parts(total, parts));
    }

    /// <summary>Tasks that so many float operations are worth.</summary>
    public static int Tasks(double operations) => (int)Math.Clamp(operations / TaskOperations, 1, EnoughTasks);
}
