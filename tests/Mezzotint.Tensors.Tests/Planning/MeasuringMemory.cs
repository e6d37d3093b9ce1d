namespace Mezzotint.Tensors.Tests.Planning;

/// <summary>Tests that look at the memory of the whole process and so run while no other does.</summary>
[CollectionDefinition(nameof(MeasuringMemory), DisableParallelization = true)]
public sealed class MeasuringMemory;
