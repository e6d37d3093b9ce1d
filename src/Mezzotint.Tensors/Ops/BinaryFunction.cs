namespace Mezzotint.Tensors.Ops;

/// <summary>The elementwise functions of two arguments. A NaN in either argument is handed on.</summary>
public enum BinaryFunction
{
    /// <summary>x + y.</summary>
    Add,

    /// <summary>x - y.</summary>
    Subtract,

    /// <summary>x · y.</summary>
    Multiply,

    /// <summary>x / y.</summary>
    Divide,

    /// <summary>The larger of the two.</summary>
    Maximum,

    /// <summary>The smaller of the two.</summary>
    Minimum,

    /// <summary>x to the power y; NaN for x below zero.</summary>
    Power,
}
