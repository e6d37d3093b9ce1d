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
            string[] path = Path.Split('.');
            if (Path.Length == 0) return -1;
            if (Array.Exists(path, name => Array.Exists(Optimizers, start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase)))) return int.MaxValue;
            if (Array.Exists(path, name => IndexOf(Opponents, name) >= 0)) return Names.Length + 1;
            int known = IndexOf(Names, path[^1]);
            return known < 0 ? Names.Length : known;
        }
    }

    private static int IndexOf(string[] names, string name) => Array.FindIndex(
        names,
        known => name.StartsWith(known, StringComparison.OrdinalIgnoreCase)
            && (name.Length == known.Length || Endings.Contains(name[known.Length..], StringComparer.OrdinalIgnoreCase)));
}
