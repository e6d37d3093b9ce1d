namespace Mezzotint;

/// <summary>How a style is transferred.</summary>
public sealed record StyleOptions
{
    /// <summary>The whole style, with its colours.</summary>
    public static StyleOptions Default { get; } = new();

    /// <summary>How much of it, from 0 (the content as the networks see it) to 1.</summary>
    public float Strength { get; init; } = 1;

    /// <summary>Whether the content keeps its colours: the style's are brought to the content's mean and covariance first.</summary>
    public bool PreserveColour { get; init; }
}
