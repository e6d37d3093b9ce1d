using System.Diagnostics;
using System.Globalization;
using Mezzotint.Families;
using Mezzotint.Training;
using Spectre.Console;

namespace Mezzotint.Cli.Progress;

/// <summary>How far a training is: a bar for a person who watches; otherwise a line now and then, and one at each score.</summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>
{
    private const int BarWidth = 14;
    private const int PercentageWidth = 8; // with the gaps between columns
    private const string Gap = "  ";
    private const double Small = 1e-3, Large = 1e4, FewImages = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Session _session;
    private readonly LearningRateSchedule _learningRates;
    private readonly ProgressTask? _bar;
    private readonly Stopwatch _sinceLine = new();

    private TrainingDisplay(Session session, TrainingRecipe recipe, ProgressTask? bar) =>
        (_session, _learningRates, _bar) = (session, recipe.LearningRates(), bar);

    /// <summary>Trains, with progress shown on standard error until it ends.</summary>
    /// <param name="session">The call.</param>
    /// <param name="recipe">What is trained.</param>
    /// <param name="begun">Steps done before.</param>
    /// <param name="train">Trains.</param>
    public static void Run(Session session, TrainingRecipe recipe, long begun, Action<TrainingDisplay> train)
    {
        if (!session.Interactive)
        {
            train(new TrainingDisplay(session, recipe, null));
            return;
        }

        session.People.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(bars =>
            {
                ProgressTask bar = bars.AddTask("preparing the step", maxValue: recipe.Steps);
                bar.Value = begun;
                train(new TrainingDisplay(session, recipe, bar));
            });
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        foreach (string warning in value.Warnings) _session.Say($"Warning at step {value.Step}: {warning}");
        List<string> parts = Describe(value);
        if (_bar is not null)
        {
            _bar.Value = value.Step;
            _bar.Description = Markup.Escape(InOneLine(parts));
            if (value.Message is not null) _session.Say($"step {value.Step}: {value.Message}");
            return;
        }

        if (_sinceLine.IsRunning && _sinceLine.Elapsed < Interval && value.Message is null && value.Step < value.Steps) return;
        _sinceLine.Restart();
        _session.Error.WriteLine(string.Join(Gap, parts));
    }

    /// <summary>As much as fits beside the bar.</summary>
    private string InOneLine(List<string> parts)
    {
        int room = _session.People.Profile.Width - BarWidth - PercentageWidth;
        string line = parts[0];
        foreach (string part in parts.Skip(1).TakeWhile(part => line.Length + Gap.Length + part.Length <= room)) line += Gap + part;
        return line;
    }

    /// <summary>The parts of the line, the most important first.</summary>
    private List<string> Describe(TrainingProgress value)
    {
        var parts = new List<string> { string.Create(CultureInfo.InvariantCulture, $"step {value.Step}/{value.Steps}") };
        if (value.StepsPerSecond > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{value.StepsPerSecond:0.0#} steps/s"));
            if (value.Step < value.Steps) parts.Add($"{Duration.Of(value.Remaining)} left");
        }

        string score = value.Score is { } given
            ? string.Create(CultureInfo.InvariantCulture, $"{given.Label} {given.Value:0.00} {given.Unit}").TrimEnd()
                + string.Create(CultureInfo.InvariantCulture, $", best {value.Best:0.00}")
            : "";
        (string Name, double Value)[] figures = [.. value.Values.Select(entry => (entry.Key.Replace('_', ' '), entry.Value))];
        parts.AddRange(figures.Where(figure => !IsNorm(figure.Name)).Select(Text));
        if (score.Length > 0) parts.Add(score);
        parts.AddRange(figures.Where(figure => IsNorm(figure.Name)).Select(Text));
        if (value.SamplesPerSecond > 0)
            parts.Add($"{value.SamplesPerSecond.ToString(value.SamplesPerSecond < FewImages ? "0.0" : "0", CultureInfo.InvariantCulture)} images/s");
        parts.Add(string.Create(CultureInfo.InvariantCulture, $"learning rate {_learningRates.At(value.Step - 1):0.00e+0}"));
        return parts;
    }

    private static bool IsNorm(string name) => name.EndsWith("norm", StringComparison.Ordinal);

    private static string Text((string Name, double Value) figure) =>
        $"{figure.Name} {figure.Value.ToString(Math.Abs(figure.Value) is (>= Small and < Large) or 0 ? "0.0000" : "0.00e+0", CultureInfo.InvariantCulture)}";
}
