namespace Mezzotint.Weights.Onnx;

/// <summary>The axes of a model's input whose extent is left open, to be chosen at each run.</summary>
[Flags]
public enum DynamicAxes
{
    /// <summary>None: the model takes one size only.</summary>
    None = 0,

    /// <summary>How many images.</summary>
    Batch = 1,

    /// <summary>Rows.</summary>
    Height = 2,

    /// <summary>Columns.</summary>
    Width = 4,

    /// <summary>All three.</summary>
    All = Batch | Height | Width,
}
