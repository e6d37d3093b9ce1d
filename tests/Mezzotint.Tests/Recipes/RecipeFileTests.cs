using System.ComponentModel.DataAnnotations;
using Mezzotint.Families.SuperResolution;
using Mezzotint.Recipes;
using Mezzotint.Training;

namespace Mezzotint.Tests.Recipes;

public sealed class RecipeFileTests
{
    [Fact]
    public void An_empty_recipe_is_all_defaults()
    {
        foreach (string yaml in (string[])["", "# nothing\n", "{}", "data:\nnetwork:\n"])
            Assert.Equal(RecipeFile.Write(new SuperResolutionRecipe()), RecipeFile.Write(Parse(yaml)));
    }

    [Fact]
    public void Values_are_read_into_the_record()
    {
        var recipe = Parse("""
            name: photographs x2   # a comment
            scale: 2
            network: { kind: srresnet, channels: 48 }
            data:
              train: [photos/a, "photos/b, c"]
              validation: held out
              flips: false
            loss: mse
            optimizer:
              learningRate: 1e-4
            schedule: {kind: step, milestones: [1000, 2e3]}
            steps: 100_000
            seed: 18446744073709551615
            """);
        Assert.Equal("photographs x2", recipe.Name);
        Assert.Equal(2, recipe.Scale);
        Assert.Equal(new SuperResolutionNetworkRecipe { Kind = SuperResolutionNetworkKind.Srresnet, Channels = 48 }, recipe.Network);
        Assert.Equal(["photos/a", "photos/b, c"], recipe.Data.Train);
        Assert.Equal("held out", recipe.Data.Validation);
        Assert.False(recipe.Data.Flips);
        Assert.Equal(PixelLoss.Mse, recipe.Loss);
        Assert.Equal(1e-4, recipe.Optimizer.LearningRate);
        Assert.Equal(0.9, recipe.Optimizer.Beta1);
        Assert.Equal([1000L, 2000L], recipe.Schedule.Milestones);
        Assert.Equal(100_000, recipe.Steps);
        Assert.Equal(ulong.MaxValue, recipe.Seed);
    }

    [Theory]
    [InlineData("scale: 2\noptimiser:\n  beta1: 0\n", "recipe.yaml:2: unknown key 'optimiser'; did you mean 'optimizer'?")]
    [InlineData("optimizer:\n  lerningRate: 1\n", "recipe.yaml:2: unknown key 'optimizer.lerningRate'; did you mean 'optimizer.learningRate'?")]
    [InlineData("learningRate: 1\n", "recipe.yaml:1: unknown key 'learningRate'; did you mean 'optimizer.learningRate'?")]
    [InlineData("scale: 5\n", "recipe.yaml:1: 'scale' is 5; allowed is 1, 2, 3 or 4.")]
    [InlineData("\n\nemaDecay: 1\n", "recipe.yaml:3: 'emaDecay' is 1; allowed is 0 to below 1.")]
    [InlineData("optimizer: {learningRate: 0}", "recipe.yaml:1: 'optimizer.learningRate' is 0; allowed is above 0, to 1.")]
    [InlineData("steps: many", "recipe.yaml:1: 'steps' is 'many'; allowed is a whole number.")]
    [InlineData("steps: 1.5", "recipe.yaml:1: 'steps' is '1.5'; allowed is a whole number.")]
    [InlineData("steps: 99999999999", "recipe.yaml:1: 'steps' is '99999999999'; allowed is a whole number.")]
    [InlineData("steps: 0", "recipe.yaml:1: 'steps' is 0; allowed is 1 to 100000000.")]
    [InlineData("steps:", "recipe.yaml:1: 'steps' is nothing; allowed is a whole number.")]
    [InlineData("name: ~", "recipe.yaml:1: 'name' is nothing; allowed is a text.")]
    [InlineData("loss: l3", "recipe.yaml:1: 'loss' is 'l3'; allowed is l1 or mse.")]
    [InlineData("data: {flips: yes}", "recipe.yaml:1: 'data.flips' is 'yes'; allowed is true or false.")]
    [InlineData("emaDecay: .nan", "recipe.yaml:1: 'emaDecay' is '.nan'; allowed is a number.")]
    [InlineData("network: srresnet", "recipe.yaml:1: 'network' is 'srresnet' where a table of keys belongs.")]
    [InlineData("scale: [2, 3]", "recipe.yaml:1: 'scale' is a list; allowed is a whole number.")]
    [InlineData("- scale", "recipe.yaml:1: the recipe is a list where a table of keys belongs.")]
    [InlineData("scale: 2\nseed: 1\nscale: 3\n", "recipe.yaml:3: the key 'scale' is there twice (first at recipe.yaml:1); remove one.")]
    [InlineData("name: &a x\n", "recipe.yaml:1: a recipe has no anchors (&) and aliases (*); write the value out.")]
    [InlineData("a: 1\n---\nb: 2\n", "recipe.yaml:2: a recipe is one YAML document, and a second one begins here.")]
    [InlineData("schedule:\n  kind: step\n  milestones: [5, 5]\n", "recipe.yaml:3: 'schedule.milestones' has 5 after 5; milestones ascend.")]
    [InlineData("schedule: {kind: step, milestones: [0]}", "recipe.yaml:1: 'schedule.milestones' is 0; allowed is 1 to 100000000.")]
    [InlineData("schedule: {factor: 0.1}", "recipe.yaml:1: 'schedule.factor' is used by 'kind: step' alone; set that, or remove it.")]
    [InlineData("steps: 10\nschedule:\n  warmupSteps: 11\n", "recipe.yaml:3: 'schedule.warmupSteps' is 11, more than the 10 steps of the training.")]
    [InlineData("family: gan", "recipe.yaml:1: 'family' is gan; allowed is super-resolution.")]
    public void What_cannot_be_followed_is_refused_by_place_key_and_value(string yaml, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<RecipeException>(() => Parse(yaml)).Message);

    [Fact]
    public void Broken_yaml_names_the_line() =>
        Assert.StartsWith("recipe.yaml:2: this is not valid YAML",
            Assert.Throws<RecipeException>(() => Parse("scale: 2\nname: ]a\n")).Message);

    [Fact]
    public void A_file_of_megabytes_is_no_recipe()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, new string('#', 1 << 20));
            Assert.Equal(7UL, RecipeFile.Read<SuperResolutionRecipe>(path, ["seed=7"]).Seed);
            File.AppendAllText(path, "#");
            Assert.Equal(
                $"'{path}' has 1048577 bytes, which is no recipe: one has 1 to 1048576.",
                Assert.Throws<RecipeException>(() => RecipeFile.Read<SuperResolutionRecipe>(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Settings_replace_what_the_file_says_and_the_last_one_counts()
    {
        var recipe = Parse("scale: 2\ndata: {batch: 4, crop: 8}\nnetwork:\n",
            "scale=3", "data.batch=8", "network.kind=srresnet", "data.train=[a, b]", "optimizer.learningRate=1e-3",
            "data.batch=9", "name=a=b");
        Assert.Equal(3, recipe.Scale);
        Assert.Equal((9, 8), (recipe.Data.Batch, recipe.Data.Crop));
        Assert.Equal(SuperResolutionNetworkKind.Srresnet, recipe.Network.Kind);
        Assert.Equal(["a", "b"], recipe.Data.Train);
        Assert.Equal(1e-3, recipe.Optimizer.LearningRate);
        Assert.Equal("a=b", recipe.Name);
        Assert.Equal(["one folder"], Parse("", "data.train=one folder").Data.Train);
        Assert.Null(Parse("data: {validation: v}", "data.validation=").Data.Validation);
    }

    [Theory]
    [InlineData("data.bach=8", "--set data.bach=8: unknown key 'data.bach'; did you mean 'data.batch'?")]
    [InlineData("batch=8", "--set batch=8: unknown key 'batch'; did you mean 'data.batch'?")]
    [InlineData("steps", "--set steps: a setting is written key=value, as in optimizer.learningRate=1e-4.")]
    [InlineData("steps=-1", "--set steps=-1: 'steps' is -1; allowed is 1 to 100000000.")]
    [InlineData("network=srresnet", "--set network=srresnet: 'network' is 'srresnet' where a table of keys belongs.")]
    public void A_setting_that_cannot_be_followed_is_named(string setting, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<RecipeException>(() => Parse("", setting)).Message);

    [Fact]
    public void A_resolved_recipe_is_written_in_full_and_reads_back_equal()
    {
        var recipe = new SuperResolutionRecipe
        {
            Name = "null",
            Data = new() { Train = ["a b", "c: d", "# e", "f, g", "true", "é", ""], Validation = null },
            Optimizer = new() { LearningRate = 1.0 / 3e5, Epsilon = 1e-12 },
            Schedule = new() { Kind = ScheduleKind.Step, Milestones = [10, 20] },
            Seed = ulong.MaxValue,
            Adversarial = new() { Perceptual = new() { Layers = ["relu1_2"], Factors = [0.5] } },
        };
        string yaml = RecipeFile.Write(recipe);
        var back = Parse(yaml);
        Assert.Equal(yaml, RecipeFile.Write(back));
        Assert.Equal("null", back.Name);
        Assert.Null(back.Data.Validation);
        Assert.Equal(recipe.Data.Train, back.Data.Train);
        Assert.Equal(recipe.Schedule.Milestones, back.Schedule.Milestones);
        Assert.Equal(recipe.Optimizer, back.Optimizer);
        Assert.Equal(recipe.Adversarial.Perceptual.Factors, back.Adversarial!.Perceptual.Factors);
        foreach (string key in RecipeKeys.Paths(typeof(SuperResolutionRecipe)))
            Assert.Contains(key.Split('.')[^1] + ":", yaml);
    }

    [Fact]
    public void The_defaults_satisfy_their_own_rules() => Assert.Empty(new SuperResolutionRecipe().Problems());

    [Fact]
    public void A_required_key_and_a_list_with_too_few_entries_are_asked_for()
    {
        Assert.Equal("r:1: the key 'folder' is missing; it has no default.",
            Assert.Throws<RecipeException>(() => RecipeFile.Parse<Demanding>("{}", "r")).Message);
        Assert.Equal("r:1: 'sizes' needs at least 1 entry.",
            Assert.Throws<RecipeException>(() => RecipeFile.Parse<Demanding>("{folder: a, sizes: []}", "r")).Message);
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Equal("There is no recipe 'nowhere.yaml'.",
        Assert.Throws<RecipeException>(() => RecipeFile.Read<SuperResolutionRecipe>("nowhere.yaml")).Message);

    private static SuperResolutionRecipe Parse(string yaml, params string[] settings) =>
        RecipeFile.Parse<SuperResolutionRecipe>(yaml, "recipe.yaml", settings);

    private sealed record Demanding
    {
        public required string Folder { get; init; }

        [MinLength(1)]
        public IReadOnlyList<int> Sizes { get; init; } = [1];
    }
}
