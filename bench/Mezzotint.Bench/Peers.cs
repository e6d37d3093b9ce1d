namespace Mezzotint.Bench;

/// <summary>
/// The peers of this machine. Work whose memory counts gets processes of its own; other work shares one process of each peer and number of
/// threads, which saves starting them.
/// </summary>
/// <param name="kinds">How to start each.</param>
internal sealed class Peers(IReadOnlyList<PeerKind> kinds) : IDisposable
{
    private readonly Dictionary<(PeerKind Kind, int Threads), Peer?> _shared = [];
    private readonly List<string> _absent = [];

    /// <summary>Names and versions of the peers that have started.</summary>
    public SortedSet<string> Present { get; } = [];

    /// <summary>What each peer that has not started needs.</summary>
    public IReadOnlyList<string> Absent => _absent;

    /// <summary>The peers that know the work, prepared for it; with whether the caller is to dispose of them.</summary>
    public List<(Peer Peer, PreparedWork Prepared)> Prepare(Workload work, int threads)
    {
        var ready = new List<(Peer, PreparedWork)>();
        foreach (PeerKind kind in kinds)
        {
            if (kind.WorkOf(work) is not { } request) continue;
            Peer? peer = work.MeasuresMemory ? Start(kind, threads) : Shared(kind, threads);
            if (peer is not null) ready.Add((peer, peer.Prepare(request, threads)));
        }

        return ready;
    }

    /// <summary>Ends a peer's process if it was for one work only.</summary>
    public void Release(Peer peer)
    {
        if (!_shared.ContainsValue(peer)) peer.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Peer? peer in _shared.Values) peer?.Dispose();
        _shared.Clear();
    }

    private Peer? Shared(PeerKind kind, int threads)
    {
        if (!_shared.TryGetValue((kind, threads), out Peer? peer)) _shared[(kind, threads)] = peer = Start(kind, threads);
        return peer;
    }

    private Peer? Start(PeerKind kind, int threads)
    {
        if (_absent.Contains(kind.Absence)) return null;
        Peer? peer = Peer.Start(kind, threads);
        if (peer is not null)
        {
            Present.Add(peer.Description);
            if (peer.Warning is { } warning) Console.Error.WriteLine(warning);
        }
        else
        {
            _absent.Add(kind.Absence);
            Console.Error.WriteLine(kind.Absence);
        }

        return peer;
    }
}
