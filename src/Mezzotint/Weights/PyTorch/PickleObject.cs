namespace Mezzotint.Weights.PyTorch;

/// <summary>An object of a pickle as inert data: what class it was of, and what it was filled with.</summary>
/// <param name="type">The label of its class.</param>
internal sealed class PickleObject(PickleClass type)
{
    private PickleDictionary? _items;
    private List<object?>? _elements;

    /// <summary>The label of its class.</summary>
    public PickleClass Class { get; } = type;

    /// <summary>What it was built from (its attributes, as a rule); null where there is nothing.</summary>
    public object? State { get; set; }

    /// <summary>Its entries, where its class is a kind of dictionary.</summary>
    public PickleDictionary Items => _items ??= new();

    /// <summary>Its elements, where its class is a kind of list.</summary>
    public List<object?> Elements => _elements ??= [];
}
