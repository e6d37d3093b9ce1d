using System.Diagnostics.CodeAnalysis;
using Mezzotint.Recipes;
using Mezzotint.Training;

namespace Mezzotint.Families;

/// <summary>A family of methods: its recipes, and the trainings they describe.</summary>
public sealed class Family
{
    private readonly Func<string, IEnumerable<string>, TrainingRecipe> _read;
    private readonly Func<TrainingRecipe, string> _write;
    private readonly Func<TrainingRecipe, ITraining> _make;

    private Family(
        string name, Func<string, IEnumerable<string>, TrainingRecipe> read, Func<TrainingRecipe, string> write, Func<TrainingRecipe, ITraining> make) =>
        (Name, _read, _write, _make) = (name, read, write, make);

    /// <summary>What a recipe's <c>family</c> calls it.</summary>
    public string Name { get; }

    /// <summary>A family.</summary>
    /// <typeparam name="T">Its recipe's record.</typeparam>
    /// <param name="name">What a recipe's <c>family</c> calls it.</param>
    /// <param name="make">Makes a training: its networks and its steps, without a look at data.</param>
    public static Family Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(string name, Func<T, ITraining> make)
        where T : TrainingRecipe => new(
            name, (path, settings) => RecipeFile.Read<T>(path, settings), recipe => RecipeFile.Write((T)recipe), recipe => make((T)recipe));

    /// <summary>Reads a recipe of this family.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="settings">Settings that replace the file's, each as <c>dotted.key=value</c>.</param>
    /// <exception cref="RecipeException">It says something that cannot be followed.</exception>
    public TrainingRecipe Read(string path, IEnumerable<string> settings) => _read(path, settings);

    /// <summary>A recipe of this family in full, as YAML.</summary>
    public string Write(TrainingRecipe recipe) => _write(recipe);

    /// <summary>The training that a recipe describes: its networks and its steps; its data are not opened.</summary>
    /// <exception cref="RecipeException">The recipe describes no training.</exception>
    public ITraining Make(TrainingRecipe recipe) => _make(recipe);
}
