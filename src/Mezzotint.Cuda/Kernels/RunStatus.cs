namespace Mezzotint.Cuda.Kernels;

/// <summary>
/// The words, all 0 at first, in which the kernels of a run say how it went. Updates are committed only where the first two stay 0.
/// </summary>
internal static class RunStatus
{
    /// <summary>Not 0 where an output is not finite.</summary>
    public const int NotFinite = 0;

    /// <summary>Not 0 where an index named no row of a table.</summary>
    public const int BadIndex = 1;

    /// <summary>That index.</summary>
    public const int Index = 2;

    /// <summary>The rows of that table.</summary>
    public const int Rows = 3;

    /// <summary>The number of words.</summary>
    public const int Words = 4;

    /// <summary>The argument of a kernel that reads the words.</summary>
    public static Argument Read => new(Place.Status, 0, 0, Words * sizeof(int), Use.Read);

    /// <summary>The argument of a kernel that may write them.</summary>
    public static Argument Write => new(Place.Status, 0, 0, Words * sizeof(int), Use.Read | Use.Write);

    /// <summary>The statement that ends a kernel of a commit where it must not happen.</summary>
    public const string Gate = "    if (status[0] | status[1]) return;\n";
}
