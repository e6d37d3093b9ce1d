namespace Mezzotint.Weights.PyTorch;

/// <summary>A state that lies in a saved value.</summary>
/// <param name="Path">Where: names of dictionaries, joined by dots; empty for the value itself.</param>
/// <param name="Tensors">Its tensors by name.</param>
internal sealed record FoundState(string Path, IReadOnlyList<(string Name, TensorReference Tensor)> Tensors)
{
    /// <summary>Names under which networks are saved; averages of weights before the weights, as they are the better ones.</summary>
    private static readonly string[] Names =
    [
        "params_ema", "g_ema", "model_ema", "state_dict_ema", "ema", "params", "state_dict", "model", "net", "netG", "net_g", "generator", "gen", "G",
    ];

    /// <summary>What is trained against a network, and is not the one that is meant where both are there.</summary>
    private static readonly string[] Opponents = ["D", "netD", "net_d", "discriminator", "disc", "critic"];

    /// <summary>What may follow any of these names.</summary>
    private static readonly string[] Endings = ["_state_dict", "_state", "_dict", "_weights"];

    /// <summary>With what the names begin of what holds the state of an optimizer, which is not a network's.</summary>
    private static readonly string[] Optimizers = ["optim", "lr_scheduler", "scheduler"];

    /// <summary>How many numbers it has.</summary>
    public long Elements => Tensors.Sum(entry => (long)entry.Tensor.Elements);

    /// <summary>The lower, the sooner it is the one that is meant.</summary>
    public int Rank
    {
        get
        {
            if (Path.Length == 0) return -1;
            bool opponent = false;
            int known = -1;
            foreach (Range part in Path.AsSpan().Split('.'))
            {
                ReadOnlySpan<char> name = Path.AsSpan(part);
                foreach (string start in Optimizers)
                    if (name.StartsWith(start, StringComparison.OrdinalIgnoreCase)) return int.MaxValue;
                opponent |= IndexOf(Opponents, name) >= 0;
                known = IndexOf(Names, name);
            }

            return opponent ? Names.Length + 1 : known < 0 ? Names.Length : known;
        }
    }

    /// <summary>The state of a module that was saved as a part of this one; null where there is none of that name.</summary>
    public FoundState? Within(string part)
    {
        if (StateNames.Start(part, [.. Tensors.Select(entry => entry.Name)]) is not { } start) return null;
        return new FoundState(
            Path.Length > 0 ? $"{Path}.{part}" : part,
            [.. Tensors.Select(entry => (Name: StateNames.Within(start, entry.Name), entry.Tensor)).Where(entry => entry.Name is not null).Select(entry => (entry.Name!, entry.Tensor))]);
    }

    private static int IndexOf(string[] names, ReadOnlySpan<char> name)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (name.StartsWith(names[i], StringComparison.OrdinalIgnoreCase) && IsEnding(name[names[i].Length..])) return i;
        }

        return -1;
    }

    private static bool IsEnding(ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty) return true;
        foreach (string ending in Endings)
            if (rest.Equals(ending, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
