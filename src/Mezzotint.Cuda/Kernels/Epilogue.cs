using System.Globalization;
using System.Text;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda.Kernels;

/// <summary>
/// What happens to each element of a heavy operation's result: it is stored, or the launch's nest finishes it there and then.
/// </summary>
internal sealed class Epilogue
{
    private readonly HeavyLaunch _launch;
    private readonly LoopNest? _nest;

    public Epilogue(HeavyLaunch launch)
    {
        _launch = launch;
        _nest = launch.Epilogue;
        First = launch.Inputs.Length;
        Arguments = _nest is null
            ? [Argument.Of(First, launch.Output.Count, Use.Write)]
            : [.. _nest.Operands.Skip(1).Select((o, i) => LoopSource.ArgumentOf((Place.Operand, First + 1 + i), _nest.Extents, o))];
        string[] parameters = _nest is null
            ? ["float* result"]
            : [.. _nest.Operands.Skip(1).Select((o, i) => $"{(o.Access == Access.Read ? "const float*" : "float*")} e{i + 1}")];
        Parameters = string.Join("", parameters.Select(parameter => ", " + parameter));
        Names = string.Join("", (_nest is null ? ["result"] : _nest.Operands.Skip(1).Select((_, i) => $"e{i + 1}")).Select(name => ", " + name));
    }

    /// <summary>The launch's operand that is the result.</summary>
    public int First { get; }

    /// <summary>The arguments that a kernel takes for it, after its own.</summary>
    public Argument[] Arguments { get; }

    /// <summary>Their parameters, each with a comma before it.</summary>
    public string Parameters { get; }

    /// <summary>Their names, each with a comma before it.</summary>
    public string Names { get; }

    /// <summary>The index type that reaches every element.</summary>
    public string Type => Indexing.TypeFor(Math.Max(_launch.Output.Count, _nest is null ? 0 : LoopSource.Largest(_nest)));

    /// <summary>
    /// Writes the statements that finish the element <c>value</c> at coordinates <c>o0</c>, <c>o1</c>, ... of the result.
    /// </summary>
    public void Write(StringBuilder code)
    {
        Shape output = _launch.Output;
        long[] extents = [.. output.Select(extent => (long)extent)];
        if (_nest is null)
        {
            long[] dense = output.DenseStrides();
            code.Append(CultureInfo.InvariantCulture, $"    result[{Indexing.Offset("o", extents, axis => dense[axis])}] = value;\n");
            return;
        }

        for (int axis = 0; axis < _launch.Runs.Length; axis++)
        {
            int[] run = _launch.Runs[axis];
            string left = $"o{axis}";
            for (int i = run.Length - 1; i >= 0; i--)
            {
                int extent = _nest.Extents[run[i]];
                string index = i == 0 ? left : $"{left} % {extent}";
                code.Append(CultureInfo.InvariantCulture, $"    const {Type} n{run[i]} = {index};\n");
                left = $"({left} / {extent})";
            }
        }

        long[] nest = [.. _nest.Extents.Select(extent => (long)extent)];
        BodyWriter.Write(code, _nest.Body, "", i => i == 0 ? "value" : $"e{i}[{Offset(i)}]", (i, value) => $"e{i}[{Offset(i)}] = {value};");

        string Offset(int operand) => Indexing.Offset("n", nest, axis => _nest.Operands[operand].Strides[axis]);
    }
}
