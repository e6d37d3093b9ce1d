namespace Mezzotint.Tensors;

/// <summary>What one run of a step gave. A device may still be computing it: reading anything of it waits until it has.</summary>
public sealed class RunResult
{
    private readonly Lazy<(float[][] Outputs, bool Finite)> _values;
    private readonly Func<bool> _isDone;

    internal RunResult(float[][] outputs, bool finite)
        : this(() => (outputs, finite), () => true)
    {
    }

    internal RunResult(Func<(float[][] Outputs, bool Finite)> wait, Func<bool> isDone) => (_values, _isDone) = (new(wait), isDone);

    /// <summary>Whether what is below is not known to be there yet, so that reading it may have to wait for the device.</summary>
    public bool IsUnderWay => !_isDone();

    /// <summary>Whether every output is finite. If not, no variable was changed.</summary>
    public bool Finite => _values.Value.Finite;

    /// <summary>An output, in row-major order.</summary>
    public float[] this[int output] => _values.Value.Outputs[output];

    /// <summary>The single number of an output of one element.</summary>
    public float Scalar(int output) => this[output] is [var value]
        ? value
        : throw new InvalidOperationException($"Output {output} has {this[output].Length} elements, not one.");
}
