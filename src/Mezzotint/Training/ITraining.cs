using Mezzotint.Data;
using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>
/// One training of a family: its steps as tensors, its data, and how it is judged. The trainer does the rest. Made from a recipe alone, it
/// has its networks and its steps, which is all that planning needs; data are looked at when it is opened.
/// </summary>
public interface ITraining : IDisposable
{
    /// <summary>Everything that any step changes, by unique names: weights, statistics, moments, averages.</summary>
    IReadOnlyList<Variable> Variables { get; }

    /// <summary>Those of the variables that an optimizer moves; empty where a training does not tell.</summary>
    IReadOnlyList<Variable> Parameters => [];

    /// <summary>Samples that one step draws.</summary>
    int SamplesPerStep { get; }

    /// <summary>
    /// Bytes of pictures that it holds beside its steps at the most: decoded ones that are kept, and those of a sample. Known from the
    /// recipe.
    /// </summary>
    long PictureBytes => 0;

    /// <summary>What the data are, so that a resumed training notices a lost or added file. Known once it is opened.</summary>
    string DataFingerprint { get; }

    /// <summary>
    /// The files that the data are, so that one that is lost can be named; known once it is opened. Empty where the data are no files.
    /// </summary>
    IReadOnlyList<DataFile> DataFiles => [];

    /// <summary>
    /// A step as tensors. It is the same object for all steps of a kind, so that each kind is planned once: a training in stages has one a
    /// stage, a penalty that is taken at every sixteenth step makes another.
    /// </summary>
    /// <param name="step">Which step it is, from 1.</param>
    TrainingStep StepAt(long step);

    /// <summary>Opens the data and, where the training begins, reads the weights to begin with.</summary>
    /// <param name="opening">How, and who is told.</param>
    /// <exception cref="MezzotintException">There are no such data or weights, or they do not fit the recipe.</exception>
    void Open(TrainingOpening opening);

    /// <summary>Makes ready to draw batches after so many samples.</summary>
    void Begin(long sampleCursor);

    /// <summary>Gives a run of the step its batch and rates.</summary>
    /// <param name="bindings">Receives the values.</param>
    /// <param name="step">Which step it is, from 1.</param>
    /// <param name="cancellation">Ends the wait for a batch.</param>
    void Feed(Bindings bindings, long step, CancellationToken cancellation);

    /// <summary>Judges the model as it is. Null where there is nothing to judge by.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="cancellation">Ends it, soon.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    ValidationScore? Validate(Device device, CancellationToken cancellation);

    /// <summary>Draws what the model can do now.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="path">The PNG to write.</param>
    /// <param name="cancellation">Ends it, soon.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    void WriteSample(Device device, string path, CancellationToken cancellation);

    /// <summary>
    /// How unlike one another images made of the same latent vectors each time are, as a share of how unlike the data's are
    /// (<see cref="Evaluation.ImageDiversity.Share"/>); null where a training does not generate. Taken whenever a sample is drawn.
    /// </summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="cancellation">Ends it, soon.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    double? Diversity(Device device, CancellationToken cancellation) => null;

    /// <summary>Writes the model as others use it.</summary>
    /// <param name="path">The safetensors file to write.</param>
    void WriteModel(string path);
}

/// <summary>A score on data that are never trained on.</summary>
/// <param name="Name">What it is called in the metrics: <c>validation_psnr_y</c>.</param>
/// <param name="Label">What it is called for people: <c>PSNR</c>.</param>
/// <param name="Value">The score; higher is better, unless <see cref="LessIsBetter"/>.</param>
/// <param name="Unit">What it is measured in, for display: <c>dB</c>; empty for a bare number.</param>
public sealed record ValidationScore(string Name, string Label, double Value, string Unit)
{
    /// <summary>Whether the model that scores best is the one that is kept; else it is the latest.</summary>
    public bool Chooses { get; init; } = true;

    /// <summary>Whether lower scores are better: of distances. Default: false.</summary>
    public bool LessIsBetter { get; init; }

    /// <summary>Further scores that are noted in the metrics, and by which no model is chosen.</summary>
    public IReadOnlyList<ValidationScore> Beside { get; init; } = [];

    /// <summary>Whether it is better than another score of its kind; than none it is.</summary>
    public bool Beats(double? other) => other is not { } value || (LessIsBetter ? Value < value : Value > value);
}
