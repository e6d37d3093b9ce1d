namespace Mezzotint.Tensors;

/// <summary>What one run of a step gave.</summary>
public sealed class RunResult
{
    private readonly float[][] _outputs;

    internal RunResult(float[][] outputs, bool finite)
    {
        _outputs = outputs;
        Finite = finite;
    }

    /// <summary>Whether every output is finite. If not, no variable was changed.</summary>
    public bool Finite { get; }

    /// <summary>An output, in row-major order.</summary>
    public float[] this[int output] => _outputs[output];

    /// <summary>The single number of an output of one element.</summary>
    public float Scalar(int output) => _outputs[output] is [var value]
        ? value
        : throw new InvalidOperationException($"Output {output} has {_outputs[output].Length} elements, not one.");
}
