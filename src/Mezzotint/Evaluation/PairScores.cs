using Mezzotint.Imaging;
using Mezzotint.Tensors;

namespace Mezzotint.Evaluation;

/// <summary>A score of pairs of pictures.</summary>
/// <param name="Name">Its short name: <c>psnr_y</c>.</param>
/// <param name="Protocol">How it is taken.</param>
public sealed record PairColumn(string Name, Protocol Protocol);

/// <summary>The scores of one picture.</summary>
/// <param name="Name">Its path within the folder.</param>
/// <param name="Values">Its scores, in the order of the columns.</param>
public sealed record PairImage(string Name, IReadOnlyList<double> Values);

/// <summary>Scores of pictures against true ones of the same names.</summary>
/// <param name="Columns">The scores that were taken.</param>
/// <param name="Images">Each picture's.</param>
/// <param name="Means">Their means.</param>
public sealed record PairScores(IReadOnlyList<PairColumn> Columns, IReadOnlyList<PairImage> Images, IReadOnlyList<double> Means)
{
    /// <summary>PSNR, of the luma and over all colours.</summary>
    public const string Psnr = "psnr";

    /// <summary>SSIM, of the luma and the mean of the colours'.</summary>
    public const string Ssim = "ssim";

    /// <summary>LPIPS.</summary>
    public const string Lpips = "lpips";

    /// <summary>Scores the pictures of a set of scale 1.</summary>
    /// <param name="set">The pictures, and the truths.</param>
    /// <param name="metrics">Which scores, by their short names.</param>
    /// <param name="border">Pixels left out along every edge for PSNR and SSIM.</param>
    /// <param name="lpips">What takes LPIPS; null where it is not asked for.</param>
    /// <param name="device">Where its network runs.</param>
    /// <param name="begin">Told each picture's name as it begins; null for nobody.</param>
    /// <param name="cancellation">Ends the work between two pictures.</param>
    /// <exception cref="EvaluationException">There is no such score; a picture is broken, too small, or of another size than its
    /// truth.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PairScores Of(
        EvaluationSet set, IReadOnlyList<string> metrics, int border, Lpips? lpips, Device device, Action<string>? begin = null,
        CancellationToken cancellation = default)
    {
        if (set.Scale != 1) throw new ArgumentException("The pictures to judge are as large as the truths.", nameof(set));
        if (metrics.Count == 0 || metrics.FirstOrDefault(name => name is not (Psnr or Ssim or Lpips)) is not null)
            throw new EvaluationException($"There is no score '{metrics.FirstOrDefault(name => name is not (Psnr or Ssim or Lpips))}'; there are {Psnr}, {Ssim} and {Lpips}.");
        if (metrics.Contains(Lpips) && lpips is null) throw new ArgumentNullException(nameof(lpips));
        var protocol = new ScoreProtocol(1) { Border = border };
        (string Name, Protocol Protocol, Func<SuperResolutionScore, double>? Of)[] columns =
        [
            .. metrics.Distinct().SelectMany(metric => metric switch
            {
                Psnr => new (string, Protocol, Func<SuperResolutionScore, double>?)[]
                {
                    ("psnr_y", protocol.For("PSNR Y"), score => score.PsnrY), ("psnr_rgb", protocol.For("PSNR RGB"), score => score.PsnrRgb),
                },
                Ssim => [("ssim_y", protocol.For("SSIM Y"), score => score.SsimY), ("ssim_rgb", protocol.For("SSIM RGB"), score => score.SsimRgb)],
                _ => [(Lpips, lpips!.Protocol, null)],
            }),
        ];
        var images = new List<PairImage>();
        for (int i = 0; i < set.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            begin?.Invoke(set.NameOf(i));
            (Picture judged, Picture truth) = set.Load(i);
            try
            {
                SuperResolutionScore? score = columns.Any(column => column.Of is not null) ? SuperResolutionScore.Of(judged, truth, protocol) : null;
                images.Add(new PairImage(
                    set.NameOf(i), [.. columns.Select(column => column.Of?.Invoke(score!) ?? lpips!.Between(judged, truth, device))]));
            }
            catch (EvaluationException fault)
            {
                throw new EvaluationException($"Cannot score '{set.NameOf(i)}': {fault.Message}", fault);
            }
        }

        return new PairScores(
            [.. columns.Select(column => new PairColumn(column.Name, column.Protocol))], images,
            [.. columns.Select((_, i) => images.Average(image => image.Values[i]))]);
    }
}
