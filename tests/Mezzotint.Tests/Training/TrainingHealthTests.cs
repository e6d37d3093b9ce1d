using Mezzotint.Training;

namespace Mezzotint.Tests.Training;

/// <summary>Which series are warned of, and how often.</summary>
public sealed class TrainingHealthTests
{
    [Fact]
    public void A_loss_that_grows_by_orders_diverges_once_and_again_after_it_recovered()
    {
        IEnumerable<double> falls = Enumerable.Range(0, 40).Select(i => 0.5 * Math.Pow(0.95, i) + 0.02 * (i % 3));
        IEnumerable<double> grows = Enumerable.Range(0, 20).Select(i => 0.1 * Math.Pow(2, i));
        double[] both = [.. falls, .. grows, .. falls, .. falls, .. grows];
        List<(int At, string Sentence)> said = Warnings(both.Select(loss => Line(("loss", loss))));
        Assert.Equal(2, said.Count);
        Assert.InRange(said[0].At, 40, 59);
        Assert.InRange(said[1].At, 140, 159);
        Assert.All(said, warning => Assert.Contains("diverges: loss has grown", warning.Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Losses_that_fall_or_swing_as_those_of_a_game_do_not_diverge()
    {
        Assert.Empty(Warnings(Enumerable.Range(0, 500).Select(i => Line(("loss", Math.Exp(-i / 30.0) + 1e-3 * (1 + i % 7))))));
        Assert.Empty(Warnings(Enumerable.Range(0, 500).Select(i => Line(("d_loss", 30 * Math.Sin(i / 9.0)), ("g_loss", 40 * Math.Cos(i / 7.0))))));
        // The divergence of a variational autoencoder begins at nothing.
        Assert.Empty(Warnings(Enumerable.Range(0, 200).Select(i => Line(("loss", 200 - i * 0.4), ("kl", 1e-4 * i * i)))));
    }

    [Fact]
    public void Norms_that_stay_under_a_floor_have_vanished()
    {
        List<(int At, string Sentence)> said = Warnings(Enumerable.Range(0, 60).Select(i =>
            Line(("g_gradient_norm", i < 20 ? 0.5 : 1e-9), ("d_gradient_norm", 0.2))));
        Assert.Contains("g_gradient_norm", Assert.Single(said).Sentence, StringComparison.Ordinal);
        Assert.Equal(29, said[0].At); // the tenth line
        Assert.Empty(Warnings(Enumerable.Range(0, 60).Select(i => Line(("gradient_norm", i % 9 == 0 ? 1e-3 : 1e-9)))));
    }

    [Theory]
    [InlineData("d_loss", "g_loss")]
    [InlineData("discriminator_loss", "adversarial_loss")]
    public void A_discriminator_without_loss_before_a_generator_with_much_has_won(string judge, string generator)
    {
        string sentence = Assert.Single(Warnings(Enumerable.Range(0, 60).Select(i =>
            Line((judge, i < 30 ? 1.2 : 0.001), (generator, i < 30 ? 0.9 : 9))))).Sentence;
        Assert.Contains("discriminator has won", sentence, StringComparison.Ordinal);
        // A critic that has nothing to tell has a loss of zero on both sides, whatever the generator's.
        Assert.Empty(Warnings(Enumerable.Range(0, 60).Select(i => Line((judge, 0.01 * Math.Sin(i)), (generator, 3)))));
    }

    [Fact]
    public void Images_that_become_alike_are_a_collapse_and_an_untrained_network_is_none()
    {
        double[] shares = [0.02, 0.4, 0.8, 0.9, 0.1, 0.09, 0.05, 0.7, 0.9, 0.1, 0.1];
        List<(int At, string Sentence)> said = Warnings(shares.Select(share => Line((TrainingHealth.Diversity, share))));
        Assert.Equal([5, 10], said.Select(warning => warning.At));
        Assert.Contains("mode collapse", said[0].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_that_worsen_for_long_are_overfitting_and_scores_that_waver_are_not()
    {
        IEnumerable<double> worsens = Enumerable.Range(0, 40).Select(i => 30 - Math.Pow((i - 15) / 10.0, 2) + 0.02 * (i % 2));
        (int at, string sentence) = Assert.Single(Warnings(worsens.Select(score => Line(("loss", 1), ("validation_psnr", score)))));
        Assert.InRange(at, 23, 27);
        Assert.Contains("by heart", sentence, StringComparison.Ordinal);
        Assert.Empty(Warnings(Enumerable.Range(0, 60).Select(i => Line(("validation_psnr", 30 - 1.0 / (i + 1) + 0.1 * Math.Sin(i))))));
        Assert.Empty(Warnings(worsens.Select(score => Line(("d_loss", 1), ("g_loss", 1), ("validation_psnr", score)))));
    }

    [Fact]
    public void Taken_up_from_the_lines_before_it_says_nothing_twice()
    {
        KeyValuePair<string, double>[][] lines = [.. Enumerable.Range(0, 80).Select(i => Line(("gradient_norm", i < 30 ? 1 : 1e-9)))];
        for (int cut = 0; cut < lines.Length; cut += 7)
        {
            int said = 0;
            var first = new TrainingHealth();
            foreach (KeyValuePair<string, double>[] line in lines[..cut]) said += first.Observe(line).Count;
            var second = new TrainingHealth();
            foreach (KeyValuePair<string, double>[] line in lines[..cut]) _ = second.Observe(line);
            foreach (KeyValuePair<string, double>[] line in lines[cut..]) said += second.Observe(line).Count;
            Assert.Equal(1, said);
        }
    }

    private static KeyValuePair<string, double>[] Line(params (string Name, double Value)[] values) =>
        [.. values.Select(value => KeyValuePair.Create(value.Name, value.Value))];

    private static List<(int At, string Sentence)> Warnings(IEnumerable<KeyValuePair<string, double>[]> lines)
    {
        var health = new TrainingHealth();
        return [.. lines.SelectMany((line, at) => health.Observe(line).Select(sentence => (at, sentence)))];
    }
}
