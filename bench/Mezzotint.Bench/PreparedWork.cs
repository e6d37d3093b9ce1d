using System.Text.Json.Nodes;

namespace Mezzotint.Bench;

/// <summary>What a peer answers once work is prepared.</summary>
/// <param name="Variant">The fastest of the ways it knows to do it.</param>
/// <param name="Facts">What it says of the work, to compare with ours.</param>
internal sealed record PreparedWork(string Variant, JsonObject Facts);
