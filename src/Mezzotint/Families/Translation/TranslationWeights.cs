using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint.Families.Translation;

/// <summary>A training's beginning with another one's weights: of the same network, or for an enhancer of a global generator.</summary>
internal static class TranslationWeights
{
    private const string Global = "global.";

    /// <summary>Gives a network a model's weights.</summary>
    /// <returns>A sentence that says what was taken.</returns>
    /// <exception cref="RecipeException">The model is for another network.</exception>
    /// <exception cref="WeightsException">There is no such model, or its file is no good.</exception>
    public static string Take(TranslationNetwork network, TranslatorDescription description, string model)
    {
        string path = ModelLibrary.Find(model);
        bool enhances = description.Generator == TranslationGenerator.Enhanced
            && ModelFile.Describe(path) is TranslatorDescription { Generator: TranslationGenerator.Global } given && description.CanBeginWith(given);
        if (!enhances) return InitialWeights.Take(network, description, model);

        int taken = 0;
        Dictionary<string, Variable> weights = ModelFile.Read(path).Variables.ToDictionary(variable => variable.Name);
        foreach (Variable variable in network.Variables)
        {
            string name = variable.Name.StartsWith(Global, StringComparison.Ordinal) ? variable.Name[Global.Length..] : variable.Name;
            if (!weights.TryGetValue(name, out Variable? weight) || !weight.Shape.Span.SequenceEqual(variable.Shape.Span)) continue;
            variable.Set(weight.ToArray());
            taken++;
        }

        return $"Beginning with the global generator of '{model}' ({taken} arrays); the local enhancer is new.";
    }
}
