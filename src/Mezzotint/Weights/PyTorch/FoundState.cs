namespace Mezzotint.Weights.PyTorch;

/// <summary>A state that lies in a saved value.</summary>
/// <param name="Path">Where: names of dictionaries, joined by dots; empty for the value itself.</param>
/// <param name="Tensors">Its tensors by name.</param>
internal sealed record FoundState(string Path, IReadOnlyList<(string Name, TensorReference Tensor)> Tensors)
{
    /// <summary>Names under which networks are saved; averages of weights before the weights, as they are the better ones.</summary>
    private static readonly string[] Names =
    [
        "params_ema", "g_ema", "model_ema", "ema", "params", "state_dict", "model_state_dict", "model", "net", "netG", "generator", "G",
    ];

    /// <summary>What holds the state of an optimizer, which is not a network's.</summary>
    private static readonly string[] Optimizers = ["optim", "optimizer", "optimizers", "optimizer_states", "lr_schedulers", "scheduler"];

    /// <summary>How many numbers it has.</summary>
    public long Elements => Tensors.Sum(entry => (long)entry.Tensor.Elements);

    /// <summary>The lower, the sooner it is the one that is meant.</summary>
    public int Rank
    {
        get
        {
            string[] path = Path.Split('.');
            if (path.Any(name => Optimizers.Contains(name, StringComparer.OrdinalIgnoreCase))) return int.MaxValue;
            int known = Array.IndexOf(Names, path[^1]);
            return Path.Length == 0 ? -1 : known < 0 ? Names.Length : known;
        }
    }
}
