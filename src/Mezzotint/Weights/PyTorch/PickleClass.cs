namespace Mezzotint.Weights.PyTorch;

/// <summary>The name of a class or function that a pickle mentions: a label, behind which there is nothing.</summary>
/// <param name="Module">The Python module.</param>
/// <param name="Name">The name within it.</param>
internal sealed record PickleClass(string Module, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Module}.{Name}";
}
