namespace Mezzotint.Bench;

/// <summary>What a peer is asked to prepare.</summary>
/// <param name="Name">The peer's name for it.</param>
/// <param name="Arguments">Numbers, lists of them, strings and truth values, by name.</param>
internal sealed record PeerWork(string Name, IReadOnlyDictionary<string, object> Arguments);
