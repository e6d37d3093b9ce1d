using System.Security.Cryptography;
using System.Text;

namespace Mezzotint.Comparisons;

/// <summary>A model that is compared.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Weights">The SHA-256 of its weights, in hexadecimal; null where it has none.</param>
public sealed record ComparedModel(string Name, string? Weights);

/// <summary>A score that pictures are given.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="HigherIsBetter">Whether more is better.</param>
/// <param name="Protocol">How it is taken.</param>
public sealed record ComparedScore(string Name, bool HigherIsBetter, string Protocol);

/// <summary>What several models made of one input, or of one seed.</summary>
/// <param name="Name">The input's name, or the seed.</param>
/// <param name="Input">What was given; null for a seed.</param>
/// <param name="Truth">What should have come of it; null where that is not known.</param>
/// <param name="Made">What each model made.</param>
/// <param name="Scores">Each model's scores, in the order of the comparison's; empty where there is no truth.</param>
public sealed record ComparisonRow(
    string Name, ComparedPicture? Input, ComparedPicture? Truth, IReadOnlyList<ComparedPicture> Made, IReadOnlyList<IReadOnlyList<double>> Scores);

/// <summary>The same seeds, or the same inputs, through several models.</summary>
/// <param name="Title">What is compared, in words.</param>
/// <param name="Models">The models, at least two.</param>
/// <param name="Scores">The scores that rows have; none where there is no truth.</param>
/// <param name="Rows">What was made, at least one.</param>
public sealed record ModelComparison(
    string Title, IReadOnlyList<ComparedModel> Models, IReadOnlyList<ComparedScore> Scores, IReadOnlyList<ComparisonRow> Rows)
{
    private const int IdentityLetters = 16;

    /// <summary>A model's mean of a score over all rows.</summary>
    /// <param name="model">Which model.</param>
    /// <param name="score">Which score.</param>
    public double Mean(int model, int score) => Rows.Average(row => row.Scores[model][score]);

    /// <summary>A digest of the models and of all pictures, by which votes know what they are of.</summary>
    public string Identity()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ComparedModel model in Models) hash.AppendData(Encoding.UTF8.GetBytes($"{model.Name}\0{model.Weights}\n"));
        foreach (ComparisonRow row in Rows)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{row.Name}\n"));
            foreach (ComparedPicture picture in row.Made) hash.AppendData(picture.Png.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..IdentityLetters];
    }
}
