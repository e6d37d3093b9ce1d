using System.Globalization;

namespace Mezzotint.Training;

/// <summary>
/// Watches the numbers of a training and says, with advice, when it goes wrong: once for each kind of trouble, and again only when it had
/// recovered. It is a function of the lines it has been given alone, so that it can be taken up from a run's metrics.
/// </summary>
/// <remarks>
/// The names it knows: losses are <c>loss</c> or end in <c>_loss</c> (a discriminator's is <c>d_loss</c> or <c>discriminator_loss</c>, its
/// generator's <c>g_loss</c> or <c>adversarial_loss</c>), norms of gradients end in <c>gradient_norm</c>, scores begin with
/// <c>validation_</c>, and <see cref="Diversity"/>.
/// </remarks>
public sealed class TrainingHealth
{
    /// <summary>How far generated pictures are from one another, as a share of how far the data's are.</summary>
    public const string Diversity = "diversity";

    private const string LossSuffix = "_loss", Loss = "loss";
    private const string NormSuffix = "gradient_norm", ScorePrefix = "validation_";

    private const int Window = 60;       // lines that a loss is compared over
    private const int Smoothed = 5;      // lines that a level is the median of
    private const int Lasting = 10;      // lines that a state must last to be one
    private const double Growth = 100;   // a loss that grows so many times within the window diverges
    private const double GameLevel = 1;  // losses of a game swing around zero: growth is counted from here
    private const double Vanished = 1e-6;
    private const double LossWon = 0.02, LossLost = 0.4; // a discriminator's that sees everything, and its generator's at the least
    private const double Collapsed = 0.25;
    private const int Diversities = 3;   // the first is of an untrained network
    private const int Overfitted = 8;    // judgements since the best

    private static readonly string[] DiscriminatorLosses = ["d_loss", "discriminator_loss"], GeneratorLosses = ["g_loss", "adversarial_loss"];

    private static readonly string[] Distances = ["perceptual", "distance"];

    private readonly Dictionary<string, List<double>> _series = [];
    private readonly Dictionary<Trouble, int> _quiet = [];

    private enum Trouble
    {
        Divergence,
        VanishedGradients,
        DiscriminatorWon,
        ModeCollapse,
        Overfitting,
    }

    /// <summary>Looks at one line of metrics more.</summary>
    /// <param name="values">Its names and numbers.</param>
    /// <returns>What should be said now; most of the time nothing.</returns>
    public IReadOnlyList<string> Observe(IEnumerable<KeyValuePair<string, double>> values)
    {
        HashSet<string> seen = [];
        foreach ((string name, double value) in values)
        {
            if (!double.IsFinite(value) || !seen.Add(name)) continue;
            if (!_series.TryGetValue(name, out List<double>? series)) _series[name] = series = [];
            series.Add(value);
            // All of a score's are kept: its best may be far back.
            if (series.Count > Window && !name.StartsWith(ScorePrefix, StringComparison.Ordinal)) series.RemoveAt(0);
        }

        var said = new List<string>();
        Judge(Trouble.Divergence, seen.Any(IsLoss), Lasting, Divergence);
        Judge(Trouble.VanishedGradients, seen.Any(IsNorm), Lasting, VanishedGradients);
        Judge(Trouble.DiscriminatorWon, seen.Overlaps(DiscriminatorLosses), Lasting, DiscriminatorWon);
        Judge(Trouble.ModeCollapse, seen.Contains(Diversity), 1, ModeCollapse);
        Judge(Trouble.Overfitting, seen.Any(IsScore), 1, Overfitting);
        return said;

        void Judge(Trouble kind, bool applies, int recovered, Func<string?> judge)
        {
            if (!applies) return;
            string? sentence = judge();
            if (sentence is null)
            {
                if (_quiet.TryGetValue(kind, out int quiet) && quiet + 1 < recovered) _quiet[kind] = quiet + 1;
                else _quiet.Remove(kind);
                return;
            }

            if (!_quiet.ContainsKey(kind)) said.Add(sentence);
            _quiet[kind] = 0;
        }
    }

    /// <summary>Whether a score is a distance, of which less is better.</summary>
    internal static bool IsDistance(string name) => Distances.Any(word => name.Contains(word, StringComparison.Ordinal));

    private static bool IsLoss(string name) => name == Loss || name.EndsWith(LossSuffix, StringComparison.Ordinal);

    private static bool IsNorm(string name) => name.EndsWith(NormSuffix, StringComparison.Ordinal);

    private static bool IsScore(string name) => name.StartsWith(ScorePrefix, StringComparison.Ordinal) && !IsDistance(name);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private string? Divergence()
    {
        foreach ((string name, List<double> series) in _series.Where(entry => IsLoss(entry.Key) && entry.Value.Count >= 2 * Smoothed))
        {
            double now = LevelAt(series, series.Count - Smoothed);
            double lowest = Enumerable.Range(0, series.Count - 2 * Smoothed + 1).Min(start => LevelAt(series, start));
            double from = Math.Max(lowest, name == Loss ? double.Epsilon : GameLevel);
            if (now <= Growth * from) continue;
            return string.Create(CultureInfo.InvariantCulture,
                $"The training diverges: {name} has grown from {lowest:G3} to {now:G3}. ")
                + "Begin anew with a lower learning rate, a longer warm-up, or a clipNorm for the optimizer.";
        }

        return null;

        static double LevelAt(List<double> series, int start) => Median(series.Skip(start).Take(Smoothed).Select(Math.Abs));
    }

    private string? VanishedGradients()
    {
        foreach ((string name, List<double> series) in _series.Where(entry => IsNorm(entry.Key) && entry.Value.Count >= Lasting))
        {
            if (series.TakeLast(Lasting).Any(norm => norm >= Vanished)) continue;
            return string.Create(CultureInfo.InvariantCulture, $"The gradients have vanished: {name} has been below {Vanished:0.#e+0} for {Lasting} lines, ")
                + "and the network no longer learns. Use another activation or normalisation, fewer layers, or, for a generator, another objective.";
        }

        return null;
    }

    private string? DiscriminatorWon()
    {
        if (!Last(DiscriminatorLosses, out double[] judge) || !Last(GeneratorLosses, out double[] generator)) return null;

        // A Wasserstein critic's loss is near zero too when it has nothing to tell, but then on either side of it.
        if (judge.Any(loss => loss is < 0 or >= LossWon) || Median(generator) <= LossLost) return null;
        return string.Create(CultureInfo.InvariantCulture, $"The discriminator has won: its loss is {judge[^1]:0.0000}, its generator's {generator[^1]:0.00}. ")
            + "It tells all images apart, and the generator learns little from it. Lower its learning rate, set r1 or gradientPenalty, smooth its labels "
            + "(realTarget: 0.9), or augment its images.";
    }

    private string? ModeCollapse()
    {
        List<double> series = _series[Diversity];
        if (series.Count < Diversities || series.TakeLast(2).Any(share => share >= Collapsed)) return null;
        return string.Create(CultureInfo.InvariantCulture, $"The generator's images have become alike: their distances are {series[^1]:P0} of the data's ")
            + "(mode collapse). Set r1 or gradientPenalty, take another objective (hinge, wasserstein), a lower learning rate, or larger batches.";
    }

    /// <summary>
    /// A game's scores wander without the training being at fault; elsewhere they rise until it learns its data by heart.
    /// </summary>
    private string? Overfitting()
    {
        if (DiscriminatorLosses.Any(_series.ContainsKey)) return null;
        foreach ((string name, List<double> series) in _series.Where(entry => IsScore(entry.Key)))
        {
            int best = series.IndexOf(series.Max()), since = series.Count - 1 - best;
            if (since < Overfitted) continue;
            double noise = Median(series.Zip(series.Skip(1), (a, b) => Math.Abs(b - a)));
            List<double> late = [.. series.Skip(best + 1)];
            double before = Median(late.Take(late.Count / 2)), now = Median(late.Skip(late.Count / 2));
            if (now >= before || now >= series[best] - noise) continue;
            return string.Create(CultureInfo.InvariantCulture, $"The training learns its data by heart: {name} was best ({series[best]:0.###}) {since} judgements ago ")
                + "and has become worse since. The best model is kept; more data, augmentation, a smaller network or fewer steps would help.";
        }

        return null;
    }

    private bool Last(string[] names, out double[] values)
    {
        values = names.FirstOrDefault(_series.ContainsKey) is { } name ? [.. _series[name].TakeLast(Lasting)] : [];
        return values.Length == Lasting;
    }
}
