using Mezzotint.Tensors;
using Mezzotint.Training;
using Mezzotint.Weights;

namespace Mezzotint.Families;

/// <summary>
/// A discriminator's beginning with that of another run. A model's file holds no discriminator, so it is the run's newest checkpoint that
/// gives it; a generator that has learned much would else first be misled by an opponent that has learned nothing.
/// </summary>
internal static class InitialDiscriminator
{
    /// <summary>
    /// Gives discriminators the weights and statistics of the same name and shape, where <c>init</c> is a run's folder that has them.
    /// </summary>
    /// <param name="discriminators">Their variables.</param>
    /// <param name="init">A model's name or path, or a run's folder.</param>
    /// <returns>A sentence that says what was taken.</returns>
    public static string Take(IEnumerable<Variable> discriminators, string init)
    {
        Variable[] all = [.. discriminators];
        Checkpoint? checkpoint = Directory.Exists(init) ? new CheckpointFolder(RunDirectory.CheckpointsOf(init)).Latest() : null;
        Dictionary<string, NamedArray> arrays = checkpoint?.Arrays.ToDictionary(array => array.Name) ?? [];
        int taken = 0;
        foreach (Variable variable in all)
        {
            if (!arrays.TryGetValue(variable.Name, out NamedArray? array) || !array.Shape.AsSpan().SequenceEqual(variable.Shape.Span)) continue;
            variable.Set(array.Data);
            taken++;
        }

        if (taken == 0) return $"'{init}' has no discriminator of this kind; it begins anew.";
        return taken == all.Length
            ? $"The discriminator begins as in the newest checkpoint of '{init}'."
            : $"The discriminator begins as in the newest checkpoint of '{init}' in {taken} of {all.Length} arrays; the others are new.";
    }
}
