using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>The values of some tensors and of all they depend on, each computed once, in the order of their creation.</summary>
internal sealed class Evaluation
{
    private readonly Dictionary<Tensor, Values> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Values> _errors = new(ReferenceEqualityComparer.Instance);

    /// <summary>Evaluates everything.</summary>
    /// <param name="roots">The tensors that are wanted.</param>
    /// <param name="bindings">The values of the feeds that are read.</param>
    /// <param name="given">Values that tensors are to have instead of their own.</param>
    /// <param name="roundOff">Given to bound the errors of single precision too: the relative error of one operation.</param>
    public Evaluation(
        IEnumerable<Tensor> roots, Bindings? bindings, IReadOnlyDictionary<Tensor, double[]>? given = null, double? roundOff = null)
    {
        foreach (Tensor tensor in InOrder(roots, given))
        {
            if (given is not null && given.TryGetValue(tensor, out double[]? elements))
            {
                _values[tensor] = new Values(tensor.Shape, elements);
                continue;
            }

            Values[] inputs = Inputs(tensor, _values);
            Values value = _values[tensor] = tensor.Op is LeafOp leaf
                ? Read(tensor, leaf, bindings)
                : new Values(tensor.Shape, Primitive.Compute(tensor.Op, inputs, tensor.Shape));
            if (roundOff is { } unit)
                _errors[tensor] = tensor.Op is LeafOp
                    ? Values.Zeros(tensor.Shape)
                    : new RoundOff(unit).Propagate(tensor.Op, inputs, Inputs(tensor, _errors), value);
        }
    }

    public Values Of(Tensor tensor) => _values[tensor];

    /// <summary>How far, in absolute terms, single precision may be from each element.</summary>
    public double[] ToleranceOf(Tensor tensor) => _errors[tensor].Elements;

    private static Values[] Inputs(Tensor tensor, Dictionary<Tensor, Values> table)
    {
        var inputs = new Values[tensor.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = table[tensor.Inputs[i]];
        return inputs;
    }

    private static Values Read(Tensor tensor, LeafOp leaf, Bindings? bindings)
    {
        switch (leaf)
        {
            case Constant constant:
                return new Values(tensor.Shape, [constant.Value]);
            case Read read:
                return Values.Of(tensor.Shape, read.Variable.Storage.Span);
            case Data data:
                return tensor.Type == ElementType.Int32
                    ? Values.Of(tensor.Shape, data.Integers.Span)
                    : Values.Of(tensor.Shape, data.Floats.Span);
            case Fed fed:
                (ReadOnlyMemory<float> floats, ReadOnlyMemory<int> integers) = (bindings ?? new Bindings())[fed.Feed];
                return tensor.Type == ElementType.Int32 ? Values.Of(tensor.Shape, integers.Span) : Values.Of(tensor.Shape, floats.Span);
            default:
                throw new NotSupportedException($"The reference device does not know the leaf '{leaf.Name}'.");
        }
    }

    /// <summary>Everything the roots depend on, inputs before their readers; what lies behind given values is left out.</summary>
    public static IEnumerable<Tensor> InOrder(IEnumerable<Tensor> roots, IReadOnlyDictionary<Tensor, double[]>? given = null)
    {
        var reached = new HashSet<Tensor>(roots, ReferenceEqualityComparer.Instance);
        var pending = new Stack<Tensor>(reached);
        while (pending.TryPop(out Tensor? tensor))
        {
            if (given is not null && given.ContainsKey(tensor)) continue;
            foreach (Tensor input in tensor.Inputs)
                if (reached.Add(input)) pending.Push(input);
        }

        return reached.OrderBy(tensor => tensor.Id);
    }
}
