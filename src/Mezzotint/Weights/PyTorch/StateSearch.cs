using System.Globalization;

namespace Mezzotint.Weights.PyTorch;

/// <summary>
/// Finds the states in a saved value: dictionaries or lists that hold tensors, and modules, which hold them as parameters, buffers and
/// modules within. Whatever refers to itself, or is one thing a million times, is met with a bound.
/// </summary>
internal sealed class StateSearch
{
    private const int MaximumDepth = 100;
    private const int MaximumTensors = 1 << 16;
    private const int LongestName = 1 << 9;

    /// <summary>What a search may cost: 1 for each value that is seen, and more for one that is looked into and for its name.</summary>
    private const long MaximumCost = 1 << 20;
    private const int LookCost = 4, CharactersOfCost = 8;

    private readonly List<FoundState> _found = [];
    private long _cost;
    private int _tensors;

    private StateSearch()
    {
    }

    /// <summary>All states of a value, in the order they lie in it.</summary>
    /// <exception cref="WeightsException">The value is beyond the bounds, or names a tensor twice.</exception>
    public static IReadOnlyList<FoundState> In(object? root)
    {
        var search = new StateSearch();
        if (root is TensorReference tensor) return [new FoundState("", [("tensor", tensor)])];
        search.Search("", root, 0);
        return search._found;
    }

    private static bool IsModule(object? value) => value is PickleObject { State: PickleDictionary state } && state.Has("_modules") && state.Has("_parameters");

    /// <summary>Whether a value is a module compiled by TorchScript, whose parameters and modules are attributes among others.</summary>
    private static bool IsScript(object? value) => value is PickleObject made && made.Class.Module.StartsWith("__torch__", StringComparison.Ordinal);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void Search(string path, object? value, int depth)
    {
        Visit(path, value, depth);
        if (IsModule(value) || IsScript(value) || Children(value).Any(child => child.Value is TensorReference))
        {
            var tensors = new List<(string, TensorReference)>();
            Collect("", value, tensors, depth);
            if (tensors.Count > 0) _found.Add(new FoundState(path, tensors));
            return;
        }
        foreach ((string name, object? child) in Children(value))
        {
            if (MayHold(child)) Search(Join(path, name), child, depth + 1);
        }
    }

    private void Collect(string path, object? value, List<(string, TensorReference)> tensors, int depth)
    {
        Visit(path, value, depth);
        if (value is TensorReference tensor)
        {
            if (++_tensors > MaximumTensors) throw new WeightsException($"it holds more than {MaximumTensors} tensors");
            tensors.Add((path, tensor));
            return;
        }
        foreach ((string name, object? child) in Children(value))
        {
            if (MayHold(child)) Collect(Join(path, name), child, tensors, depth + 1);
        }
    }

    /// <summary>Pays for a look at a value with all that is in it.</summary>
    private void Visit(string path, object? value, int depth)
    {
        if (path.Length > LongestName) throw new WeightsException($"a name in it is longer than {LongestName} characters");
        _cost += LookCost + Size(value) + path.Length / CharactersOfCost;
        if (depth > MaximumDepth || _cost > MaximumCost)
            throw new WeightsException("its values are nested too deeply, hold themselves, or are too many");
    }

    private static long Size(object? value) => value switch
    {
        PickleDictionary dictionary => dictionary.Entries.Count,
        List<object?> list => list.Count,
        object?[] tuple => tuple.Length,
        PickleObject made => made.Items.Entries.Count + made.Elements.Count
            + (made.State is PickleDictionary state ? state.Entries.Count + Passing(state).Count : 0),
        _ => 0,
    };

    /// <summary>Whether a value is a tensor or may hold one: numbers and texts, of which lists may be long, are passed over.</summary>
    private static bool MayHold(object? value) => value is TensorReference or PickleDictionary or List<object?> or object?[] or PickleObject;

    /// <summary>The names of those buffers of a module that are not part of its state.</summary>
    private static List<object?> Passing(PickleDictionary state) => state["_non_persistent_buffers_set"] as List<object?> ?? [];

    /// <summary>What lies in a value, with names; of a module only what is its state.</summary>
    private static IEnumerable<(string Name, object? Value)> Children(object? value) => value switch
    {
        PickleDictionary dictionary => Entries(dictionary),
        List<object?> list => Elements(list),
        object?[] tuple => Elements(tuple),
        PickleObject { State: PickleDictionary state } when IsModule(value) =>
            Entries(state["_parameters"]).Concat(Persistent(state)).Concat(Entries(state["_modules"])),
        PickleObject made => Entries(made.State).Concat(Entries(made.Items)).Concat(Elements(made.Elements)),
        _ => [],
    };

    private static IEnumerable<(string Name, object? Value)> Persistent(PickleDictionary state)
    {
        HashSet<string> passing = [.. Passing(state).OfType<string>()];
        return Entries(state["_buffers"]).Where(entry => !passing.Contains(entry.Name));
    }

    private static IEnumerable<(string Name, object? Value)> Entries(object? value) => value is not PickleDictionary dictionary
        ? []
        : dictionary.Entries.Where(entry => entry.Key is string { Length: > 0 } or long).Select(entry =>
            (entry.Key as string ?? ((long)entry.Key!).ToString(CultureInfo.InvariantCulture), entry.Value));

    private static IEnumerable<(string Name, object? Value)> Elements(IEnumerable<object?> values) =>
        values.Select((value, i) => (i.ToString(CultureInfo.InvariantCulture), value));
}
