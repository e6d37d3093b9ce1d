namespace Mezzotint.Training;

/// <summary>A training of a network that computes each pixel from those around it.</summary>
public interface IReceptiveField
{
    /// <summary>How many pixels of the input an output pixel sees each way; null where it sees all of them.</summary>
    int? ReceptiveFieldRadius { get; }
}
