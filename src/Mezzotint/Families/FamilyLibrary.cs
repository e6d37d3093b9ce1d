using Mezzotint.Families.Gan;
using Mezzotint.Families.Hierarchical;
using Mezzotint.Families.SuperResolution;
using Mezzotint.Families.Translation;
using Mezzotint.Families.Vae;
using Mezzotint.Recipes;
using Mezzotint.Training;

namespace Mezzotint.Families;

/// <summary>The families there are. A new one is a folder beside this file, and a line in <see cref="Families"/>.</summary>
public static class FamilyLibrary
{
    private const string Key = "family";

    // The first family there was: its recipes need not name it.
    private const string Default = SuperResolutionRecipe.FamilyName;

    /// <summary>Every family.</summary>
    public static IReadOnlyList<Family> Families { get; } =
    [
        Family.Of<SuperResolutionRecipe>(SuperResolutionRecipe.FamilyName, recipe => new SuperResolutionTraining(recipe)),
        Family.Of<VaeRecipe>(VaeRecipe.FamilyName, recipe => new VaeTraining(recipe)),
        Family.Of<GanRecipe>(GanRecipe.FamilyName, recipe => new GanTraining(recipe)),
        Family.Of<TranslationRecipe>(TranslationRecipe.FamilyName, recipe => new TranslationTraining(recipe)),
        Family.Of<HierarchicalRecipe>(HierarchicalRecipe.FamilyName, recipe => new HierarchicalTraining(recipe)),
    ];

    /// <summary>Reads a recipe of whichever family it names.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="settings">Settings that replace the file's, each as <c>dotted.key=value</c> with the value in YAML; the last one
    /// counts.</param>
    /// <exception cref="RecipeException">There is no such family (the nearest is named), or it says something that cannot be
    /// followed.</exception>
    public static TrainingRecipe Read(string path, IEnumerable<string>? settings = null)
    {
        string name = RecipeFile.Peek(path, Key) ?? Default;
        Family family = Families.FirstOrDefault(family => family.Name == name)
            ?? throw new RecipeException($"{path}: there is no family '{name}'; did you mean '{Nearest(name)}'?");
        return family.Read(path, settings ?? []);
    }

    /// <summary>A recipe in full, defaults included, as YAML that reads back to an equal recipe.</summary>
    public static string Write(TrainingRecipe recipe) => Of(recipe).Write(recipe);

    /// <summary>The training that a recipe describes: its networks and its steps; its data are not opened.</summary>
    /// <exception cref="RecipeException">The recipe describes no training.</exception>
    public static ITraining Make(TrainingRecipe recipe) => Of(recipe).Make(recipe);

    private static Family Of(TrainingRecipe recipe) => Families.First(family => family.Name == recipe.Family);

    private static string Nearest(string name) => Families.MinBy(family => RecipeKeys.EditDistance(name, family.Name))!.Name;
}
