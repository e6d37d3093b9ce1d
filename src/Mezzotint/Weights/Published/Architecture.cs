using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Weights.Published;

/// <summary>
/// A network as others publish its weights: how it is told from the names and shapes in a file, and what its variables are called there.
/// </summary>
internal abstract class Architecture
{
    private const int MostMissing = 2;
    private const int MostTypical = 1 << 20; // numbers of a typical network

    private HashSet<string>? _typicalNames;

    /// <summary>What the field calls it.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The network as it is published most often but for its channels, which are few: its names find what is nearest to a file that is
    /// none.
    /// </summary>
    public abstract NetworkDescription Typical { get; }

    private HashSet<string> TypicalNames => _typicalNames ??= NamesOfTypical();

    /// <summary>The network of a state, or null where the state has not the marks of this architecture.</summary>
    public abstract NetworkDescription? Recognise(PublishedState state);

    /// <summary>The name that a variable has in the file.</summary>
    public virtual string NameOf(NetworkDescription network, string variable) => variable;

    /// <summary>The factor of the pixel shuffle that a variable's channels go through; 1 for none.</summary>
    public virtual int ShuffleOf(NetworkDescription network, string variable) => 1;

    /// <summary>Whether a network is of this architecture, so that its state can be written as others do.</summary>
    public virtual bool Describes(NetworkDescription network) => network.GetType() == Typical.GetType();

    /// <summary>Whether the published network has no such variable, which then is zero.</summary>
    public virtual bool MayLack(NetworkDescription network, string variable) => false;

    /// <summary>
    /// A state without what its network does not use, under the names that <see cref="NameOf"/> gives: for most architectures the state
    /// itself.
    /// </summary>
    protected virtual PublishedState Plain(PublishedState state) => state;

    /// <summary>The arrays of a network as others save them: what <see cref="Build"/> reads.</summary>
    public IReadOnlyList<NamedArray> Save(Module network, NetworkDescription description) =>
    [
        .. network.Variables
            .Where(variable => !MayLack(description, variable.Name) || Array.Exists(variable.ToArray(), value => value != 0))
            .Select(variable => PublishedState.Save(variable, NameOf(description, variable.Name), ShuffleOf(description, variable.Name))),
    ];

    /// <summary>Makes the network of a state.</summary>
    /// <exception cref="WeightsException">An array is missing, left over or of another shape; all of it is said.</exception>
    public Module Build(PublishedState state, NetworkDescription description)
    {
        Module network;
        try
        {
            using (Initialization.ForValuesToCome(state.Numbers)) network = description.Build();
        }
        catch (MezzotintException fault)
        {
            throw new WeightsException($"The arrays in '{state.Path}' cannot be those of {Name} {description.Summary}: {fault.Message}", fault);
        }

        Plain(state).Fill(
            network, $"{Name} {description.Summary}", variable => NameOf(description, variable.Name), variable => ShuffleOf(description, variable.Name),
            mayLack: variable => MayLack(description, variable.Name));
        return network;
    }

    /// <summary>How many of the typical network's arrays a state has by name, from 0 to 1.</summary>
    public double Nearness(PublishedState state) =>
        (double)TypicalNames.Count(name => state.ShapeOf(name) is not null) / Math.Max(TypicalNames.Count, state.Names.Count);

    /// <summary>In what a state's names differ from the typical network's, as a clause: what is missing, what is left over.</summary>
    public string DifferenceTo(PublishedState state) => PublishedState.Differences(
        [.. TypicalNames.Where(name => state.ShapeOf(name) is null)], [], [], [.. state.Names.Where(name => !TypicalNames.Contains(name) && PublishedState.Matters(name))]);

    private HashSet<string> NamesOfTypical()
    {
        using (Initialization.ForValuesToCome(MostTypical)) return [.. Typical.Build().Variables.Select(variable => NameOf(Typical, variable.Name))];
    }

    /// <summary>
    /// How many numbers in a row from a first one on have an array of a name. One or two that have not are counted where later ones have:
    /// they are missing, and what comes after is not too much.
    /// </summary>
    protected static int CountOf(PublishedState state, Func<int, string> name, int first = 0)
    {
        int count = 0;
        for (int i = 0; i <= count + MostMissing; i++)
            if (state.ShapeOf(name(first + i)) is not null) count = i + 1;
        return count;
    }

    /// <summary>The factor of a pixel shuffle that makes three colours of so many channels, from 1 to 4, or 0.</summary>
    protected static int ScaleOf(int channels) => channels switch { 3 => 1, 12 => 2, 27 => 3, 48 => 4, _ => 0 };
}
