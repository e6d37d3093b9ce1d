using Mezzotint.Families;
using Mezzotint.Fuzz.Grammars;

namespace Mezzotint.Fuzz.Readers;

/// <summary>Recipes in YAML.</summary>
internal sealed class RecipeReader : Reader
{
    private static readonly Grammar Own = new TokenGrammar(
        ":", "-", " ", "\n", "\n  ", "[", "]", "{", "}", ",", "family", "name", "seed", "steps", "data", "network", "optimizer", "loss", "gan", "vae", "translation",
        "super-resolution", "hierarchical", "train", "batch", "learningRate", "kind", "schedule", "[1, 2]", "{a: 1}", "?", "!!int", "%YAML 1.2");

    /// <inheritdoc/>
    public override string Name => "yaml";

    /// <inheritdoc/>
    public override string Extension => ".yaml";

    /// <inheritdoc/>
    public override Grammar GrammarOf(byte[] file) => Own;

    /// <inheritdoc/>
    public override string Read(string path, byte[] bytes)
    {
        TrainingRecipe recipe = FamilyLibrary.Read(path);
        string written = FamilyLibrary.Write(recipe);
        string again = Path.ChangeExtension(path, ".again.yaml");
        File.WriteAllText(again, written);
        try
        {
            string twice = FamilyLibrary.Write(FamilyLibrary.Read(again));
            WrongSuccessException.Unless(twice == written, $"written and read again the recipe is another: {twice}");
        }
        catch (MezzotintException fault)
        {
            throw new WrongSuccessException($"the recipe as it is written cannot be read: {fault.Message}");
        }
        finally
        {
            File.Delete(again);
        }

        return $"{recipe.Family} {Magnitude(written.Length)}";
    }
}
