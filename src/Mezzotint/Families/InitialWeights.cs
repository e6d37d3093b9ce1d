using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint.Families;

/// <summary>A training's beginning with another one's weights.</summary>
internal static class InitialWeights
{
    private const int ModulesNamed = 4;

    /// <summary>Gives a network a model's weights: those of the same name and shape.</summary>
    /// <param name="network">The network.</param>
    /// <param name="description">What it is.</param>
    /// <param name="model">A model's name or path, or a run's folder.</param>
    /// <returns>A sentence that says what was taken.</returns>
    /// <exception cref="RecipeException">The model is for another network.</exception>
    /// <exception cref="WeightsException">There is no such model, or its file is no good.</exception>
    public static string Take(Module network, NetworkDescription description, string model)
    {
        string path = ModelLibrary.Find(model);
        NetworkDescription given = ModelFile.Describe(path);
        if (!description.CanBeginWith(given))
        {
            throw new RecipeException($"The weights of '{model}' are for a {given.Kind} network {given.Summary}, and the recipe's is a "
                + $"{description.Kind} network {description.Summary}; set the recipe's network to the model's, or leave out init.");
        }

        Dictionary<string, Variable> weights = ModelFile.Read(path).Variables.ToDictionary(variable => variable.Name);
        var anew = new List<string>();
        foreach (Variable variable in network.Variables)
        {
            if (weights.TryGetValue(variable.Name, out Variable? weight) && weight.Shape.Span.SequenceEqual(variable.Shape.Span))
                variable.Set(weight.ToArray());
            else
                anew.Add(variable.Name);
        }

        string[] modules = [.. anew.Select(name => name[..name.LastIndexOf('.')]).Distinct()];
        string some = string.Join(", ", modules.Take(ModulesNamed));
        string more = modules.Length > ModulesNamed ? $" and {modules.Length - ModulesNamed} more" : "";
        return anew.Count == 0
            ? $"Beginning with the weights of '{model}'."
            : $"Beginning with the weights of '{model}'; not there, or of another shape, and so new here: {some}{more}.";
    }
}
