namespace Mezzotint.Evaluation;

/// <summary>How well classifiers tell the test images' classes that were trained on images of one kind.</summary>
/// <param name="Kind">What they were trained on.</param>
/// <param name="Accuracies">Of each run, the share of test images whose class is told, from 0 to 1.</param>
public sealed record AugmentationScore(string Kind, IReadOnlyList<double> Accuracies)
{
    /// <summary>The mean over the runs.</summary>
    public double Mean => Accuracies.Average();

    /// <summary>The standard deviation over the runs (of a sample: divided by one less); 0 of a single run.</summary>
    public double Deviation => Accuracies.Count < 2
        ? 0
        : Math.Sqrt(Accuracies.Sum(accuracy => Math.Pow(accuracy - Mean, 2)) / (Accuracies.Count - 1));
}
