namespace Mezzotint;

/// <summary>What is done to a generated picture.</summary>
public enum RefinementKind
{
    /// <summary>It is enlarged.</summary>
    Upscale,

    /// <summary>It is cleaned at its size.</summary>
    Restore,

    /// <summary>A hole in it is filled.</summary>
    Inpaint,
}
