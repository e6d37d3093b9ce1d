using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Reference;

/// <summary>The elementwise functions on doubles.</summary>
internal static class ScalarFunction
{
    public static Func<double, double> Of(UnaryFunction function) => function switch
    {
        UnaryFunction.Negate => x => -x,
        UnaryFunction.Absolute => Math.Abs,
        UnaryFunction.Sign => x => x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : double.NaN,
        UnaryFunction.Floor => Math.Floor,
        UnaryFunction.Reciprocal => x => 1 / x,
        UnaryFunction.SquareRoot => Math.Sqrt,
        UnaryFunction.Exponential => Math.Exp,
        UnaryFunction.Logarithm => Math.Log,
        UnaryFunction.HyperbolicTangent => Math.Tanh,
        UnaryFunction.Sigmoid => x => 1 / (1 + Math.Exp(-x)),
        UnaryFunction.Sine => Math.Sin,
        UnaryFunction.Cosine => Math.Cos,
        UnaryFunction.Rectify => x => x <= 0 ? 0 : x,
        _ => throw new NotSupportedException($"The reference device does not know the function {function}."),
    };

    public static Func<double, double, double> Of(BinaryFunction function) => function switch
    {
        BinaryFunction.Add => (x, y) => x + y,
        BinaryFunction.Subtract => (x, y) => x - y,
        BinaryFunction.Multiply => (x, y) => x * y,
        BinaryFunction.Divide => (x, y) => x / y,
        BinaryFunction.Maximum => Math.Max,
        BinaryFunction.Minimum => Math.Min,
        // IEEE 754 says 1 of NaN to the power 0 and of 1 to the power NaN; here a NaN is always handed on.
        BinaryFunction.Power => (x, y) => x >= 0 && !double.IsNaN(y) ? Math.Pow(x, y) : double.NaN,
        _ => throw new NotSupportedException($"The reference device does not know the function {function}."),
    };

    public static Func<double, double, double> Of(Comparison comparison) => comparison switch
    {
        Comparison.Equal => (x, y) => x == y ? 1 : 0,
        Comparison.Less => (x, y) => x < y ? 1 : 0,
        Comparison.LessOrEqual => (x, y) => x <= y ? 1 : 0,
        _ => throw new NotSupportedException($"The reference device does not know the comparison {comparison}."),
    };

    /// <summary>Towards zero; values beyond an integer's range to its ends, NaN to 0.</summary>
    public static double ToInteger(double x) => double.IsNaN(x) ? 0 : Math.Clamp(Math.Truncate(x), int.MinValue, int.MaxValue);
}
