using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Weights.Onnx;

/// <content>Elementwise operations, whose operands ONNX repeats to one another as we do.</content>
internal sealed partial class Translation
{
    private Value Pointwise(int node, UnaryFunction function) => Pointwise(node, inputs => Emit(node, Operator(function), inputs));

    private Value Pointwise(int node, BinaryFunction function) => function switch
    {
        BinaryFunction.Multiply when Averaged(node) is { } mean => mean,
        BinaryFunction.Multiply when Normalised(node) is { } normalised => normalised,
        BinaryFunction.Maximum when Leaking(node) is { } leaking => leaking,
        BinaryFunction.Add when Rectified(node) is { } rectified => rectified,
        BinaryFunction.Add when Biased(node) is { } biased => biased,
        _ => Pointwise(node, inputs => Emit(node, Operator(function), inputs)),
    };

    private Value Pointwise(int node, Comparison comparison) => Pointwise(node, inputs =>
    {
        string type = comparison switch
        {
            Comparison.Equal => "Equal",
            Comparison.Less => "Less",
            Comparison.LessOrEqual => "LessOrEqual",
            _ => throw new Refusal($"{_trace.Nodes[node].Title} has no translation"),
        };
        return Emit(node, "Cast", [Emit(node, type, inputs)], ("to", (long)OnnxType.Float));
    });

    private Value Selection(int node) => Pointwise(node, inputs =>
    {
        int condition = Emit(node, "Cast", [inputs[0]], ("to", (long)OnnxType.Bool));
        return Emit(node, "Where", [condition, inputs[1], inputs[2]]);
    });

    private Value Converted(int node, ElementType to) => Pointwise(node, inputs =>
        Emit(node, "Cast", inputs, ("to", (long)(to == ElementType.Float32 ? OnnxType.Float : OnnxType.Int32))));

    /// <summary>Brings the operands' axes into one order, and leaves repetition along them to the operator.</summary>
    private Value Pointwise(int node, Func<int[], int> emit)
    {
        int[] inputs = _trace.Nodes[node].Inputs;
        Value[] operands = [.. inputs.Select(ValueOf)];
        int[] all = [.. operands.SelectMany(operand => operand.Axes).Distinct()];
        int[]? order = operands.FirstOrDefault(operand => operand.Constant is null && operand.Axes.Length == all.Length)?.Axes;
        order ??= [.. DefaultOrder(_trace.Nodes[node].Shape.Length).Where(all.Contains)];
        var ids = new int[operands.Length];
        var extents = new Extent[order.Length];
        Array.Fill(extents, _one);
        for (int i = 0; i < operands.Length; i++)
        {
            // Axes that an operand lacks before its first need not be put in: the operator aligns operands at their last axis.
            Value operand = operands[i];
            int[] own = [.. order.SkipWhile(axis => !operand.Axes.Contains(axis))];
            operand = Arranged(inputs[i], operand, own);
            ids[i] = operand.Id;
            for (int axis = 0; axis < own.Length; axis++)
                if (!operand.Extents[axis].IsOne) extents[order.Length - own.Length + axis] = operand.Extents[axis];
        }

        return new Value(emit(ids), order, extents);
    }

    private static string Operator(UnaryFunction function) => function switch
    {
        UnaryFunction.Negate => "Neg",
        UnaryFunction.Absolute => "Abs",
        UnaryFunction.Sign => "Sign",
        UnaryFunction.Floor => "Floor",
        UnaryFunction.Reciprocal => "Reciprocal",
        UnaryFunction.SquareRoot => "Sqrt",
        UnaryFunction.Exponential => "Exp",
        UnaryFunction.Logarithm => "Log",
        UnaryFunction.HyperbolicTangent => "Tanh",
        UnaryFunction.Sigmoid => "Sigmoid",
        UnaryFunction.Sine => "Sin",
        UnaryFunction.Cosine => "Cos",
        UnaryFunction.Rectify => "Relu",
        _ => throw new Refusal($"'{function}' has no translation"),
    };

    private static string Operator(BinaryFunction function) => function switch
    {
        BinaryFunction.Add => "Add",
        BinaryFunction.Subtract => "Sub",
        BinaryFunction.Multiply => "Mul",
        BinaryFunction.Divide => "Div",
        BinaryFunction.Maximum => "Max",
        BinaryFunction.Minimum => "Min",
        BinaryFunction.Power => "Pow",
        _ => throw new Refusal($"'{function}' has no translation"),
    };
}
