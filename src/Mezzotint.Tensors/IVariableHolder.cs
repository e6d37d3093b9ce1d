namespace Mezzotint.Tensors;

/// <summary>A device that keeps variables in memory of its own, where their values may be newer than in this process's.</summary>
internal interface IVariableHolder
{
    /// <summary>Waits for the runs under way, and says of each variable they have changed that it did.</summary>
    void Settle();

    /// <summary>Copies the newest value of a variable out.</summary>
    void Fetch(Variable variable, Span<float> value);
}
