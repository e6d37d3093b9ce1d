namespace Mezzotint.Weights.PyTorch;

/// <summary>A dictionary as a pickle fills it: its entries in their order, of whatever keys.</summary>
internal sealed class PickleDictionary
{
    private List<(object? Key, object? Value)>? _entries;

    /// <summary>The entries, in the order they were set.</summary>
    public IReadOnlyList<(object? Key, object? Value)> Entries => _entries ?? [];

    /// <summary>Sets an entry.</summary>
    public void Set(object? key, object? value) => (_entries ??= []).Add((key, value));

    /// <summary>What was last set for a text, or null.</summary>
    public object? this[string key] => Entries.LastOrDefault(entry => entry.Key is string text && text == key).Value;

    /// <summary>Whether there is an entry for a text.</summary>
    public bool Has(string key) => Entries.Any(entry => entry.Key is string text && text == key);
}
