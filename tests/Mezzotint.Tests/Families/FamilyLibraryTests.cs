using Mezzotint.Families;
using Mezzotint.Families.SuperResolution;
using Mezzotint.Recipes;
using Mezzotint.Training;

namespace Mezzotint.Tests.Families;

public sealed class FamilyLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_family_that_there_is_not_names_the_nearest_that_there_is() =>
        Assert.EndsWith(
            "there is no family 'super-resolutoin'; did you mean 'super-resolution'?",
            Assert.Throws<RecipeException>(() => FamilyLibrary.Read(Recipe("family: super-resolutoin"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_recipe_that_names_no_family_is_of_the_first_there_was()
    {
        TrainingRecipe recipe = FamilyLibrary.Read(Recipe("scale: 2\nname: small"), ["steps=7"]);
        Assert.Equal((2, "small", 7), (Assert.IsType<SuperResolutionRecipe>(recipe).Scale, recipe.Name, recipe.Steps));
    }

    [Fact]
    public void A_recipe_is_written_so_that_its_family_is_found_again()
    {
        TrainingRecipe recipe = FamilyLibrary.Read(Recipe("scale: 3"));
        TrainingRecipe again = FamilyLibrary.Read(Recipe(FamilyLibrary.Write(recipe)));
        Assert.Equal(FamilyLibrary.Write(recipe), FamilyLibrary.Write(again));
    }

    [Theory]
    [InlineData("init=")]
    [InlineData("init=null")]
    [InlineData("init=~")]
    public void A_setting_can_take_a_value_away(string setting) =>
        Assert.Null(FamilyLibrary.Read(Recipe("init: photo-x4"), [setting]).Init);

    [Fact]
    public void Every_family_writes_its_step_without_a_look_at_data()
    {
        foreach (Family family in FamilyLibrary.Families)
        {
            using ITraining training = family.Make(family.Read(Recipe($"family: {family.Name}"), []));
            TrainingStep step = training.StepAt(1);
            Assert.Equal(step.Step.Outputs.Count, step.OutputNames.Count);
            Assert.Same(step, training.StepAt(1));
            Assert.Equal(training.Variables.Count, training.Variables.Select(variable => variable.Name).Distinct().Count());
        }
    }

    private string Recipe(string yaml)
    {
        string path = _folder["recipe.yaml"];
        File.WriteAllText(path, yaml);
        return path;
    }
}
