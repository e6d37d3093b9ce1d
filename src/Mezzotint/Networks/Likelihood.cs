using System.Text.Json.Serialization;

namespace Mezzotint.Networks;

/// <summary>What a decoder's output says of each sample of an image.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Likelihood>))]
public enum Likelihood
{
    /// <summary>The log-odds of its being 1 and not 0.</summary>
    Bernoulli,

    /// <summary>The mean of a normal distribution; its deviation is one number for all, and is learned.</summary>
    Gaussian,
}
