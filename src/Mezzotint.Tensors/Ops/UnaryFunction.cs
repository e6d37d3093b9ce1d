namespace Mezzotint.Tensors.Ops;

/// <summary>
/// The elementwise functions of one argument. Every one of them hands a NaN on, so that a NaN is seen where the result is checked.
/// </summary>
public enum UnaryFunction
{
    /// <summary>-x.</summary>
    Negate,

    /// <summary>|x|.</summary>
    Absolute,

    /// <summary>-1, 0 or 1.</summary>
    Sign,

    /// <summary>The largest integer not above x.</summary>
    Floor,

    /// <summary>1/x.</summary>
    Reciprocal,

    /// <summary>The square root; NaN below zero.</summary>
    SquareRoot,

    /// <summary>e to the power x.</summary>
    Exponential,

    /// <summary>The natural logarithm; NaN below zero, minus infinity at zero.</summary>
    Logarithm,

    /// <summary>The hyperbolic tangent.</summary>
    HyperbolicTangent,

    /// <summary>1/(1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>The sine of x in radians.</summary>
    Sine,

    /// <summary>The cosine of x in radians.</summary>
    Cosine,

    /// <summary>max(x, 0), its derivative 0 at 0.</summary>
    Rectify,
}
