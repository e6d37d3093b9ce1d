using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>One training of a family, made ready: its step as tensors, its data, and how it is judged. The trainer does the rest.</summary>
public interface ITraining : IDisposable
{
    /// <summary>Everything that a step changes, by unique names: weights, statistics, moments, averages.</summary>
    IReadOnlyList<Variable> Variables { get; }

    /// <summary>One step; its outputs are single numbers.</summary>
    Step Step { get; }

    /// <summary>What the step's outputs are called in the metrics.</summary>
    IReadOnlyList<string> OutputNames { get; }

    /// <summary>Samples that one step draws.</summary>
    int SamplesPerStep { get; }

    /// <summary>What the data are, so that a resumed training notices a lost or added file.</summary>
    string DataFingerprint { get; }

    /// <summary>Makes ready to draw batches after so many samples.</summary>
    void Begin(long sampleCursor);

    /// <summary>Gives a run of the step its batch and rates.</summary>
    /// <param name="bindings">Receives the values.</param>
    /// <param name="step">Which step it is, from 1.</param>
    /// <param name="cancellation">Ends the wait for a batch.</param>
    void Feed(Bindings bindings, long step, CancellationToken cancellation);

    /// <summary>Judges the model as it is; higher is better. Null where there is nothing to judge by.</summary>
    ValidationScore? Validate(Device device);

    /// <summary>Draws what the model can do now.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="path">The PNG to write.</param>
    void WriteSample(Device device, string path);

    /// <summary>Writes the model as others use it.</summary>
    /// <param name="path">The safetensors file to write.</param>
    void WriteModel(string path);
}

/// <summary>A score on data that are never trained on.</summary>
/// <param name="Name">What it is called in the metrics: <c>validation_psnr_y</c>.</param>
/// <param name="Value">The score; higher is better.</param>
/// <param name="Unit">What it is measured in, for display: <c>dB</c>.</param>
public sealed record ValidationScore(string Name, double Value, string Unit);
