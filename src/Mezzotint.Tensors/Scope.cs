namespace Mezzotint.Tensors;

/// <summary>
/// The name of the layer whose expression is being written on this thread. Tensors made inside a scope remember it, and mistakes name it.
/// </summary>
public readonly struct Scope : IDisposable
{
    [ThreadStatic]
    private static string? _current;

    private readonly string? _outer;

    private Scope(string? outer) => _outer = outer;

    /// <summary>The full name of the present scope, its levels joined by dots, or null outside any.</summary>
    public static string? Current => _current;

    /// <summary>Enters a scope inside the present one; disposing of the result leaves it.</summary>
    public static Scope Enter(string name)
    {
        var scope = new Scope(_current);
        _current = _current is null ? name : $"{_current}.{name}";
        return scope;
    }

    /// <summary>Leaves the scope.</summary>
    public void Dispose() => _current = _outer;
}
