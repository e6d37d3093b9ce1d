namespace Mezzotint.Tensors;

/// <summary>What one run of a step gave. A device may still be computing it: reading anything of it waits until it has.</summary>
public sealed class RunResult
{
    private readonly Lazy<(float[][] Outputs, bool Finite)> _values;

    internal RunResult(float[][] outputs, bool finite)
        : this(() => (outputs, finite))
    {
    }

    internal RunResult(Func<(float[][] Outputs, bool Finite)> wait) => _values = new(wait);

    /// <summary>Whether every output is finite. If not, no variable was changed.</summary>
    public bool Finite => _values.Value.Finite;

    /// <summary>An output, in row-major order.</summary>
    public float[] this[int output] => _values.Value.Outputs[output];

    /// <summary>The single number of an output of one element.</summary>
    public float Scalar(int output) => this[output] is [var value]
        ? value
        : throw new InvalidOperationException($"Output {output} has {this[output].Length} elements, not one.");
}
