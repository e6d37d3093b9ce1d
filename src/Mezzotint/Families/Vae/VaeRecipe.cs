using System.ComponentModel.DataAnnotations;
using Mezzotint.Data;
using Mezzotint.Data.Examination;
using Mezzotint.Networks;
using Mezzotint.Training;

namespace Mezzotint.Families.Vae;

/// <summary>
/// How to train a variational autoencoder. As it stands it is the published one for digits: 784-400-20, Adam, batches of 128.
/// </summary>
public sealed record VaeRecipe : TrainingRecipe
{
    /// <summary>What <c>family</c> must be.</summary>
    public const string FamilyName = "vae";

    /// <summary>A recipe with every default.</summary>
    public VaeRecipe()
        : base(FamilyName)
    {
    }

    /// <summary>The network.</summary>
    public VaeNetworkRecipe Network { get; init; } = new();

    /// <summary>
    /// What is learned from; its size and channels are the network's. Default: grey images of 28 pixels a side, batches of 128.
    /// </summary>
    public ImageSetRecipe Data { get; init; } = new() { Size = 28, Channels = 1, Batch = 128 };

    /// <summary>
    /// What the decoder's output says of a sample: bernoulli (the log-odds of white), or gaussian (a mean, with one learned deviation).
    /// Default: bernoulli.
    /// </summary>
    public Likelihood Likelihood { get; init; } = Likelihood.Bernoulli;

    /// <summary>
    /// Whether each sample is drawn to be 0 or 1 with its grey as the chance of 1, anew each time an image is seen, so that the Bernoulli
    /// likelihood is one. Default: false.
    /// </summary>
    public bool Binarize { get; init; }

    /// <summary>
    /// The weight of the divergence from the prior: 1 for the evidence's bound, more for beta-VAE (Higgins et al. 2017). Default: 1.
    /// </summary>
    [Range(0.0, 10_000.0)]
    public double Beta { get; init; } = 1;

    /// <summary>Over so many first steps that weight rises linearly from 0 (Bowman et al. 2016). Default: 0.</summary>
    [Range(0, 100_000_000)]
    public int BetaWarmupSteps { get; init; }

    /// <summary>How the weights move. Default: Adam with a rate of 0.001 and decays of 0.9 and 0.999.</summary>
    public AdamRecipe Optimizer { get; init; } = new() { LearningRate = 1e-3, Beta2 = 0.999 };

    /// <inheritdoc/>
    public override DataPlaces Places => new(Data.Train, Data.Validation);

    /// <inheritdoc/>
    public override double LearningRate => Optimizer.LearningRate;

    /// <inheritdoc/>
    public override TrainingRecipe WithPlaces(DataPlaces places) =>
        this with { Data = Data with { Train = places.Train, Validation = places.Validation } };

    /// <inheritdoc/>
    public override DataNeeds Needs() => DataNeeds.Of(Data);

    /// <inheritdoc/>
    public override string UseOf(string model) => $"mezzo generate {model}";

    /// <summary>The network.</summary>
    public VaeDescription Describe() => Network.Describe(Data.Size ?? 28, Data.Channels ?? 1, Likelihood);

    /// <inheritdoc/>
    public override IEnumerable<(string Key, string Problem)> Problems()
    {
        foreach (var problem in base.Problems()) yield return problem;
        if (Data.Size is null) yield return ("data.size", "is nothing, and the network needs to know the images' side; set it");
        if (Data.Channels is null) yield return ("data.channels", "is nothing, and the network needs to know them; set it to 1 or 3");
        if (Binarize && Likelihood != Likelihood.Bernoulli) yield return ("binarize", "is for 'likelihood: bernoulli' alone; set that, or remove it");
    }
}
