using Mezzotint.Data;
using Mezzotint.Imaging;

namespace Mezzotint.Evaluation;

/// <summary>The score of one picture of a set.</summary>
/// <param name="Name">Its path within the folder.</param>
/// <param name="Width">Columns of the truth as scored.</param>
/// <param name="Height">Rows of it.</param>
/// <param name="Score">The score.</param>
public sealed record NamedScore(string Name, int Width, int Height, SuperResolutionScore Score);

/// <summary>The scores of a way to enlarge on a folder of pictures.</summary>
/// <param name="Protocol">How they were scored.</param>
/// <param name="Images">Each picture's, by name.</param>
/// <param name="Mean">Their mean.</param>
public sealed record SuperResolutionScores(ScoreProtocol Protocol, IReadOnlyList<NamedScore> Images, SuperResolutionScore Mean)
{
    /// <summary>Enlarges every picture of a set and scores the results.</summary>
    /// <param name="set">The pictures with their low-resolution versions.</param>
    /// <param name="enlarge">Makes of a low-resolution picture one that is <c>set.Scale</c> times as wide and as high; what it returns
    /// is rounded to the truth's 8 or 16 bits before scoring.</param>
    /// <param name="progress">Told each score as it is there.</param>
    /// <param name="distance">Compares what a network sees too; null for no such score.</param>
    /// <param name="lpips">Takes the LPIPS of what was made and the truth; null for none.</param>
    /// <param name="cancellation">Stops between two pictures.</param>
    /// <exception cref="EvaluationException">A picture is broken, too small, or does not match its low-resolution version.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SuperResolutionScores Of(
        EvaluationSet set, Func<Picture, Picture> enlarge, IProgress<NamedScore>? progress = null, PerceptualDistance? distance = null,
        Func<Picture, Picture, double>? lpips = null, CancellationToken cancellation = default)
    {
        var protocol = new ScoreProtocol(set.Scale);
        var images = new List<NamedScore>();
        for (int i = 0; i < set.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (low, truth) = set.Load(i);
            try
            {
                Picture made = enlarge(low).WithBitDepth(truth.BitDepth);
                SuperResolutionScore score = SuperResolutionScore.Of(made, truth, protocol) with
                {
                    Perceptual = distance?.Between(made, truth),
                    Lpips = lpips?.Invoke(made, truth),
                };
                var named = new NamedScore(set.NameOf(i), truth.Width, truth.Height, score);
                images.Add(named);
                progress?.Report(named);
            }
            catch (EvaluationException fault)
            {
                throw new EvaluationException($"Cannot score '{set.NameOf(i)}': {fault.Message}", fault);
            }
        }
        return new SuperResolutionScores(protocol, images, SuperResolutionScore.Mean([.. images.Select(image => image.Score)]));
    }
}
