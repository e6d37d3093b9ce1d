namespace Mezzotint.Tests.Hostile;

/// <summary>Tests that measure what the process takes, and so run after the others and one by one.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
