using Mezzotint.Tensors;

namespace Mezzotint.Layers;

/// <summary>
/// A function of a tensor with variables of its own and of its parts. Names are paths: the convolution <c>conv1</c> of the block
/// <c>body.0</c> holds <c>body.0.conv1.weight</c>.
/// </summary>
public abstract class Module
{
    private readonly List<Module> _parts = [];
    private readonly List<Variable> _parameters = [];
    private readonly List<Variable> _statistics = [];

    /// <summary>A module with a path; empty for a whole network.</summary>
    protected Module(string name) => Name = name;

    /// <summary>The path.</summary>
    public string Name { get; }

    /// <summary>What training moves, this module's own first, then its parts', in the order they were added.</summary>
    public IEnumerable<Variable> Parameters => _parameters.Concat(_parts.SelectMany(part => part.Parameters));

    /// <summary>What is kept beside the parameters: running statistics.</summary>
    public IEnumerable<Variable> Statistics => _statistics.Concat(_parts.SelectMany(part => part.Statistics));

    /// <summary>All that makes the module what it is: parameters, then statistics.</summary>
    public IEnumerable<Variable> Variables => Parameters.Concat(Statistics);

    /// <summary>Writes the module's function of a tensor.</summary>
    /// <exception cref="ShapeException">The input does not fit; the message names the layer.</exception>
    public Tensor Apply(Tensor input, Pass pass)
    {
        if (Name.Length == 0) return Forward(input, pass);
        using (Scope.Enter(Name[(Name.LastIndexOf('.') + 1)..])) return Forward(input, pass);
    }

    /// <summary>Writes the function itself.</summary>
    protected abstract Tensor Forward(Tensor input, Pass pass);

    /// <summary>Makes a module a part of this one.</summary>
    protected T Add<T>(T part)
        where T : Module
    {
        _parts.Add(part);
        return part;
    }

    /// <summary>A variable that training moves.</summary>
    protected Variable Parameter(string name, Shape shape, ReadOnlySpan<float> value) => Keep(_parameters, name, shape, value);

    /// <summary>A variable that is kept but not trained.</summary>
    protected Variable Statistic(string name, Shape shape, ReadOnlySpan<float> value) => Keep(_statistics, name, shape, value);

    /// <summary>The path of a part.</summary>
    protected string PathOf(string part) => Name.Length == 0 ? part : $"{Name}.{part}";

    private Variable Keep(List<Variable> list, string name, Shape shape, ReadOnlySpan<float> value)
    {
        var variable = new Variable(PathOf(name), shape, value);
        list.Add(variable);
        return variable;
    }
}
