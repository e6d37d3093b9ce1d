using Mezzotint.Data.Pairs;
using Mezzotint.Families;
using Mezzotint.Families.Translation;
using Mezzotint.Imaging;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;

namespace Mezzotint.Tests.Families.Translation;

public sealed class TranslationTrainingTests
{
    private static readonly TranslationRecipe Small = new()
    {
        EmaDecay = 0,
        Steps = 1000,
        Schedule = new ScheduleRecipe { Kind = ScheduleKind.Linear },
        Optimizer = new AdamRecipe { LearningRate = 2e-3, Beta1 = 0.5, Beta2 = 0.999 },
        Network = new TranslationNetworkRecipe { Channels = 8, Depth = 3 },
        Discriminator = new TranslationDiscriminatorRecipe { Channels = 4, Layers = 1 },
        Data = new TranslationDataRecipe { Load = [36], Crop = [32] },
    };

    [Fact]
    public void Pix2pix_learns_a_mapping_of_colours()
    {
        using var folder = new TemporaryFolder();
        PairFiles.WriteColours(folder["train"], 40);
        PairFiles.WriteColours(folder["validation"], 4, first: 100);
        TranslationRecipe recipe = Small with
        {
            Data = Small.Data with { Train = [folder["train"]], Validation = folder["validation"], Batch = 4, Load = [32] },
            Network = Small.Network with { Dropout = 0 },
            Loss = new TranslationLossRecipe { Turns = TranslationTurns.Together },
        };
        using TranslationTraining training = Opened(recipe);
        double before = training.Validate(CpuDevice.Shared, CancellationToken.None)!.Value;
        Run(training, 1, 250);
        double after = training.Validate(CpuDevice.Shared, CancellationToken.None)!.Value;

        // The best that takes no notice of the input is the mean colour: a deviation of 74 of 256 levels, 10.8 dB.
        Assert.InRange(before, 0, 11);
        Assert.InRange(after, 18, 100);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public void A_resumed_training_is_the_one_that_never_stopped_its_pool_and_dropout_included(int criticSteps, double r1)
    {
        using var folder = new TemporaryFolder();
        PairFiles.WriteColours(folder["train"], 5);
        TranslationRecipe recipe = Small with
        {
            EmaDecay = 0.9,
            CriticSteps = criticSteps,
            Objective = new AdversarialRecipe { R1 = r1, R1Every = r1 > 0 ? 3 : 1, Relativistic = r1 > 0 },
            Augment = r1 > 0 ? [Augmentation.Colour, Augmentation.Translation, Augmentation.Cutout] : [],
            Discriminator = Small.Discriminator with { Norm = r1 > 0 ? Mezzotint.Layers.Normalization.Instance : Mezzotint.Layers.Normalization.Batch },
            Data = Small.Data with { Train = [folder["train"]] },
            Loss = new TranslationLossRecipe { Pool = 2, FeatureMatching = 10 },
        };
        using TranslationTraining whole = Opened(recipe), resumed = Opened(recipe);
        Run(whole, 1, 5);
        foreach ((Variable variable, Variable value) in resumed.Variables.Zip(whole.Variables)) variable.Set(value.ToArray());
        Run(whole, 6, 4);
        Run(resumed, 6, 4);
        Assert.Equal(whole.Variables.Count, whole.Variables.Select(variable => variable.Name).Distinct().Count());
        foreach ((Variable one, Variable other) in whole.Variables.Zip(resumed.Variables)) Assert.Equal(one.ToArray(), other.ToArray());
    }

    [Theory]
    [InlineData(TranslationDiscriminatorKind.Patch, TranslationTurns.Alternate, AdversarialKind.NonSaturating)]
    [InlineData(TranslationDiscriminatorKind.MultiScale, TranslationTurns.Together, AdversarialKind.LeastSquares)]
    [InlineData(TranslationDiscriminatorKind.GlobalAndLocal, TranslationTurns.Together, AdversarialKind.Hinge)]
    public void Every_discriminator_learns_to_tell_real_from_made(
        TranslationDiscriminatorKind kind, TranslationTurns turns, AdversarialKind objective)
    {
        using var folder = new TemporaryFolder();
        PairFiles.WriteColours(folder["train"], 5);
        TranslationRecipe recipe = Small with
        {
            Data = Small.Data with { Train = [folder["train"]] },
            // The generator all but stands still, so that the discriminator's loss can only fall.
            Optimizer = Small.Optimizer with { LearningRate = 1e-9 },
            DiscriminatorLearningRate = 2e-3,
            Discriminator = Small.Discriminator with { Kind = kind, Norm = Mezzotint.Layers.Normalization.Instance },
            Objective = new AdversarialRecipe { Kind = objective },
            Loss = new TranslationLossRecipe { Turns = turns, FeatureMatching = 10 },
        };
        using TranslationTraining training = Opened(recipe);
        int at = training.StepAt(1).OutputNames.ToList().IndexOf("discriminator_loss");
        float first = Run(training, 1, 1).Scalar(at), last = Run(training, 2, 40).Scalar(at);
        Assert.InRange(last, 0, 0.8f * first);
    }

    [Fact]
    public void Penalties_are_of_slopes_by_the_picture_and_clipping_limits_the_weights()
    {
        using var folder = new TemporaryFolder();
        PairFiles.WriteColours(folder["train"], 5);
        TranslationRecipe plain = Small with
        {
            Data = Small.Data with { Train = [folder["train"]] },
            Discriminator = Small.Discriminator with { Kind = TranslationDiscriminatorKind.MultiScale, Norm = Mezzotint.Layers.Normalization.Spectral },
            Objective = new AdversarialRecipe { Kind = AdversarialKind.Wasserstein, Clip = 0.01 },
            Loss = new TranslationLossRecipe { Turns = TranslationTurns.Together },
        };
        float without = First(plain), few = First(With(1, 0)), many = First(With(3, 0)), slopes = First(With(0, 1));
        Assert.True(few > without + 1e-6f, $"without: {without}, with R1: {few}");
        Assert.Equal(3 * (few - without), many - without, 1e-3f * (many - without)); // in proportion to the factor
        Assert.True(slopes > without, $"without: {without}, with WGAN-GP's: {slopes}");

        using TranslationTraining training = Opened(plain);
        Run(training, 1, 3);
        Variable[] weights = [.. training.Parameters.Where(parameter => parameter.Name.StartsWith("scales.", StringComparison.Ordinal))];
        Assert.NotEmpty(weights);
        Assert.All(weights, variable => Assert.All(variable.ToArray(), value => Assert.InRange(value, -0.01f, 0.01f)));

        TranslationRecipe With(double r1, double penalty) => plain with { Objective = plain.Objective with { R1 = r1, GradientPenalty = penalty } };

        static float First(TranslationRecipe recipe)
        {
            using TranslationTraining training = Opened(recipe);
            return Run(training, 1, 1).Scalar(training.StepAt(1).OutputNames.ToList().IndexOf("discriminator_loss"));
        }
    }

    /// <summary>Two moves of a discriminator that stands still cost what their own batches cost in steps of one move.</summary>
    [Fact]
    public void Each_move_of_the_discriminator_has_a_batch_of_its_own()
    {
        using var folder = new TemporaryFolder();
        PairFiles.WriteColours(folder["train"], 6);
        TranslationRecipe one = Small with
        {
            Data = Small.Data with { Train = [folder["train"]], Batch = 2 },
            Network = Small.Network with { Dropout = 0 },
            Optimizer = Small.Optimizer with { LearningRate = 1e-12 },
        };
        using TranslationTraining single = Opened(one), twice = Opened(one with { CriticSteps = 2 });
        Assert.Equal(4, twice.SamplesPerStep);
        (float second, float fourth) = (Loss(single, 2), Loss(single, 4));
        Assert.NotEqual(second, fourth);
        Assert.Equal(second, Loss(twice, 1), 1e-5f * second);
        Assert.Equal(fourth, Loss(twice, 2), 1e-5f * fourth);

        static float Loss(TranslationTraining training, long step) =>
            Run(training, step, 1).Scalar(training.StepAt(step).OutputNames.ToList().IndexOf("discriminator_loss"));
    }

    [Fact]
    public void A_view_changes_a_picture_and_what_was_given_alike_and_colours_of_pictures_alone()
    {
        var key = new Feed("key", [3], ElementType.Int32);
        float[] pixels = [.. Enumerable.Range(0, 6 * 16 * 16).Select(i => 1 + (float)Math.Sin(i * 0.7))];
        Tensor images = Tensor.Of([6, 16, 16, 1], pixels);
        float[][] moved = Seen([Augmentation.Translation, Augmentation.Cutout]), coloured = Seen([Augmentation.Colour]);
        Assert.Equal(moved[0], moved[1]);
        Assert.NotEqual(pixels, moved[0]);
        Assert.Equal(pixels, coloured[1]);
        Assert.NotEqual(pixels, coloured[0]);

        float[][] Seen(Augmentation[] augmentations)
        {
            var view = new AugmentedView(augmentations, new RandomStream(key), images.Shape);
            RunResult run = CpuDevice.Shared.Run(
                new Step([view.Of(images), view.Beside(images)]), new Bindings().Set(key, RandomStream.Key(3, 1)));
            return [run[0], run[1]];
        }
    }

    [Theory]
    [InlineData("objective: {kind: wasserstein}", "must be kept from being steep")]
    [InlineData("objective: {kind: leastSquares, realTarget: 0.9}", "is used by 'kind: nonSaturating' alone")]
    [InlineData("objective: {r1: 1}", "a gradient penalty is of each by itself")]
    [InlineData("criticSteps: 2\nloss: {turns: together}", "by which each side moves once")]
    [InlineData("augment: [cutout]\nloss: {adversarial: 0}", "are of a discriminator")]
    public void A_game_that_contradicts_itself_is_refused(string yaml, string sentence) => Assert.Contains(
        sentence, Assert.Throws<RecipeException>(() => RecipeFile.Parse<TranslationRecipe>($"family: translation\n{yaml}", "recipe.yaml")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void What_a_trained_network_sees_can_be_all_that_is_made_small()
    {
        using var folder = new TemporaryFolder();
        PairFiles.WriteColours(folder["train"], 4);
        TranslationRecipe recipe = Small with
        {
            Data = Small.Data with { Train = [folder["train"]], Load = [32], Flips = false },
            Network = Small.Network with { Channels = 4, Dropout = 0 },
            Optimizer = Small.Optimizer with { LearningRate = 1e-2 },
            Loss = new TranslationLossRecipe
            {
                Adversarial = 0,
                L1 = 0,
                Perceptual = 1,
                PerceptualWeights = SharedData.Path("weights/vgg_normalised_conv3_1.pth"),
            },
        };
        using TranslationTraining training = Opened(recipe);
        int at = training.StepAt(1).OutputNames.ToList().IndexOf("perceptual_loss");
        float first = Run(training, 1, 1).Scalar(at), last = Run(training, 2, 30).Scalar(at);
        Assert.InRange(last, 0, 0.85f * first);
    }

    [Fact]
    public void Of_what_a_network_sees_Pix2PixHDs_layers_are_compared_with_its_weights()
    {
        (string, float)[] published = [("relu1_1", 1f / 32), ("relu2_1", 1f / 16), ("relu3_1", 1f / 8), ("relu4_1", 1f / 4), ("relu5_1", 1)];
        Assert.Equal(published, Seen(new Vgg19(new Initialization(0))));
        Assert.Equal(published.Take(3), Seen(new PerceptualEncoder(new Initialization(0))));
        Assert.Contains("VGG-19", Assert.Throws<RecipeException>(() => Seen(new LeNet5(new Initialization(0)))).Message, StringComparison.Ordinal);

        static IEnumerable<(string, float)> Seen(IFeatureNetwork network) =>
            TranslationLossRecipe.Seen(network, "vgg.pth").Weights.Select(weight => (weight.Key, weight.Value));
    }

    [Fact]
    public void The_enhancer_begins_with_a_global_generator_and_leaves_it_alone_at_first()
    {
        using var folder = new TemporaryFolder();
        PairFiles.WriteLabels(folder.Path, 3);
        TranslationRecipe global = Labels(folder) with { Network = Small.Network with { Kind = TranslationGenerator.Global, Depth = 2, Blocks = 1 } };
        using (TranslationTraining training = Opened(global))
        {
            Run(training, 1, 2);
            training.WriteModel(folder["global.safetensors"]);
        }

        TranslationRecipe enhanced = Labels(folder) with
        {
            Init = folder["global.safetensors"],
            Network = Small.Network with { Kind = TranslationGenerator.Enhanced, Channels = 4, Depth = 2, Blocks = 1, LocalBlocks = 1, FixedSteps = 2 },
        };
        string said = "";
        using var both = new TranslationTraining(enhanced);
        both.Open(new TrainingOpening { Say = sentence => said += sentence });
        Assert.Contains("Beginning with the global generator", said);
        Dictionary<string, float[]> given = Mezzotint.Weights.Safetensors.Read(folder["global.safetensors"]).Arrays.ToDictionary(a => a.Name, a => a.Data);
        Variable[] inside = [.. both.Variables.Where(variable => variable.Name.StartsWith("global.", StringComparison.Ordinal) && !variable.Name.Contains("adam"))];
        Assert.NotEmpty(inside);
        Run(both, 1, 2);
        Assert.All(inside, variable => Assert.Equal(given[variable.Name["global.".Length..]], variable.ToArray()));
        Run(both, 3, 1);
        Assert.Contains(inside, variable => !given[variable.Name["global.".Length..]].AsSpan().SequenceEqual(variable.ToArray()));
    }

    [Fact]
    public void Styles_of_instances_are_kept_for_each_class_and_used_where_none_is_given()
    {
        using var folder = new TemporaryFolder();
        PairFiles.WriteLabels(folder.Path, 6);
        TranslationRecipe recipe = Labels(folder) with
        {
            Network = new TranslationNetworkRecipe
            {
                Kind = TranslationGenerator.Global,
                Channels = 4,
                Depth = 2,
                Blocks = 1,
                Style = new TranslationStyleRecipe { Kind = StyleKind.Instances, Channels = 4, Clusters = 3 },
            },
        };
        using TranslationTraining training = Opened(recipe);
        Run(training, 1, 30);
        training.WriteSample(CpuDevice.Shared, folder["sample.png"], CancellationToken.None);
        training.WriteModel(folder["model.safetensors"]);
        Variable clusters = training.Variables.Single(variable => variable.Name == "clusters");
        float[] values = clusters.ToArray();
        Assert.Contains(values[..9], value => value != 0);
        Assert.All(values[(3 * 9)..], value => Assert.Equal(0, value)); // no pixel is unknown

        Translator translator = Translator.Load(folder["model.safetensors"]);
        LabelMap map = translator.LabelScheme!.Read(folder["A/0.png"]);
        Picture like = Picture.Load(folder["B/0.png"]);
        Picture made = translator.Translate(map), same = translator.Translate(map), styled = translator.Translate(map, new TranslationOptions { Style = like });
        Assert.Equal(made.ToFloats(), same.ToFloats());
        Assert.NotEqual(made.ToFloats(), styled.ToFloats());
    }

    [Theory]
    [InlineData(TranslationGenerator.Unet)]
    [InlineData(TranslationGenerator.Global)]
    public void A_style_vector_tells_apart_what_the_input_does_not(TranslationGenerator generator)
    {
        // One label map, two pictures of it: a network without style can do no better than their mean, which is 60 levels from both.
        using var folder = new TemporaryFolder();
        foreach (string name in new[] { "A", "B" }) Directory.CreateDirectory(folder[name]);
        for (int n = 0; n < 8; n++)
        {
            Picture.FromSamples(new byte[32 * 32], 32, 32, 1).Save(folder[$"A/{n}.png"]);
            byte[] flat = new byte[32 * 32 * 3];
            Array.Fill(flat, (byte)(n % 2 == 0 ? 188 : 68));
            Picture.FromSamples(flat, 32, 32, 3).Save(folder[$"B/{n}.png"]);
        }

        TranslationRecipe recipe = Labels(folder) with
        {
            Network = new TranslationNetworkRecipe
            {
                Kind = generator,
                Channels = 4,
                Depth = 2,
                Blocks = 1,
                Dropout = 0,
                Style = new TranslationStyleRecipe { Kind = StyleKind.Adain, Channels = 4, Size = 2 },
            },
            Loss = new TranslationLossRecipe { Adversarial = 0 },
            Optimizer = Small.Optimizer with { LearningRate = 1e-2 },
        };
        recipe = recipe with { Data = recipe.Data with { Instances = null, Batch = 2 } };
        using TranslationTraining training = Opened(recipe);
        Run(training, 1, 200);
        training.WriteModel(folder["model.safetensors"]);
        Translator translator = Translator.Load(folder["model.safetensors"]);
        LabelMap map = translator.LabelScheme!.Read(folder["A/0.png"]);
        double Brightness(string style) =>
            255 * translator.Translate(map, new TranslationOptions { Style = Picture.Load(folder[style]) }).ToFloats().Average();
        Assert.InRange(Brightness("B/0.png") - Brightness("B/1.png"), 80, 160);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void What_is_known_of_a_picture_with_holes_is_kept_to_the_bit(int depth)
    {
        using var folder = new TemporaryFolder();
        PairFiles.WriteColours(folder["train"], 3);
        TranslationRecipe recipe = Small with
        {
            Data = new TranslationDataRecipe { Train = [folder["train"]], Pairs = PairSource.Photographs, Load = [32], Crop = [32] },
            Network = Small.Network with { Channels = 4, Depth = 2 },
        };
        using TranslationTraining training = Opened(recipe);
        Run(training, 1, 2);
        training.WriteModel(folder["model.safetensors"]);
        var random = new Random(1);
        ushort[] samples = new ushort[37 * 21 * 3];
        byte[] mask = new byte[37 * 21];
        for (int i = 0; i < samples.Length; i++) samples[i] = (ushort)random.Next(1 << depth);
        for (int i = 0; i < mask.Length; i++) mask[i] = (byte)(i % 5 == 0 ? 255 : 0);
        Picture picture = depth == 16
            ? Picture.FromSamples(samples, 37, 21, 3)
            : Picture.FromSamples([.. samples.Select(sample => (byte)sample)], 37, 21, 3);
        Picture made = Translator.Load(folder["model.safetensors"]).Translate(
            picture, new TranslationOptions { Mask = Picture.FromSamples(mask, 37, 21, 1) });
        Assert.Equal((37, 21, depth), (made.Width, made.Height, made.BitDepth));
        int changed = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            int x = i / 3 % 37, y = i / 3 / 37;
            if (mask[i / 3] == 0) Assert.Equal(picture[x, y, i % 3], made[x, y, i % 3]);
            else if (picture[x, y, i % 3] != made[x, y, i % 3]) changed++;
        }

        Assert.InRange(changed, 100, samples.Length);
    }

    private static TranslationRecipe Labels(TemporaryFolder folder) => Small with
    {
        Data = new TranslationDataRecipe
        {
            Train = [folder.Path],
            Pairs = PairSource.Folders,
            Input = InputKind.Numbers,
            Classes = 3,
            Instances = "C",
            Load = [32],
            Crop = [32],
            MostSegments = 8,
        },
        Discriminator = Small.Discriminator with { Norm = Mezzotint.Layers.Normalization.Instance },
    };

    private static TranslationTraining Opened(TranslationRecipe recipe)
    {
        Assert.Empty(recipe.Problems());
        var training = new TranslationTraining(recipe);
        training.Open(new TrainingOpening());
        return training;
    }

    private static RunResult Run(TranslationTraining training, long first, int count)
    {
        training.Begin((first - 1) * training.SamplesPerStep);
        RunResult? result = null;
        for (long step = first; step < first + count; step++)
        {
            var bindings = new Bindings();
            training.Feed(bindings, step, CancellationToken.None);
            result = CpuDevice.Shared.Run(training.StepAt(step).Step, bindings);
            Assert.True(result.Finite);
        }

        return result!;
    }
}
