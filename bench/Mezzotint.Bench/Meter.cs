using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Mezzotint.Bench;

/// <summary>
/// Measures by turns: in every round the fused multiply-add loop, our work and the peer's follow one another, so that a machine
/// that is slower for a while is slower for all three.
/// </summary>
/// <param name="rounds">Rounds, of which the median counts.</param>
/// <param name="startPeer">Starts a peer, or answers null where there is none.</param>
internal sealed class Meter(int rounds, Func<Peer?> startPeer)
{
    /// <summary>The least that one turn should take, in seconds: short work is repeated.</summary>
    private const double Turn = 0.1;

    public Measurement Measure(Workload work, int threads)
    {
        long? ourMemory = work.MeasuresMemory ? PeakMemory.OfFreshProcess(work, threads) : null;

        // A process of its own for each workload, so that its peak of memory belongs to it.
        using Peer? peer = startPeer();
        string? variant = null;
        JsonObject? facts = null;
        if (peer is not null) (variant, facts) = peer.Prepare(work, threads);
        long? theirMemory = null;

        work.Prepare(threads);
        if (facts is not null) work.CompareWith(facts);
        int ourCount = Repetitions(Seconds(work, WarmUp(work)));
        int theirCount = peer is null ? 0 : Repetitions(peer.Run(1));

        var ours = new double[rounds];
        var theirs = new double[rounds];
        var rates = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            rates[round] = FusedMultiplyAdd.Rate(threads);
            ours[round] = Seconds(work, ourCount);
            Settle();
            if (peer is not null) theirs[round] = peer.Run(theirCount) / theirCount;
            Settle();
        }

        if (work.MeasuresMemory) theirMemory = peer?.PeakMemory();
        return new(
            work, threads, Distribution.Of(ours), Distribution.Of(rates),
            Distribution.Of(ours.Select((seconds, round) => work.Operations / seconds / rates[round])),
            peer is null ? null : Distribution.Of(theirs),
            peer is null ? null : Distribution.Of(ours.Select((seconds, round) => theirs[round] / seconds)),
            variant, work.ArenaBytes, ourMemory, theirMemory);
    }

    // The JIT compiles a hot method again after some 30 calls and a tenth of a second.
    private static int WarmUp(Workload work)
    {
        long began = Stopwatch.GetTimestamp();
        int count = 0;
        while (count < 2 || (count < 50 && Stopwatch.GetElapsedTime(began).TotalSeconds < 0.4))
        {
            work.Run();
            count++;
        }

        return Math.Min(count, 3);
    }

    private static double Seconds(Workload work, int count)
    {
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++) work.Run();
        return Stopwatch.GetElapsedTime(began).TotalSeconds / count;
    }

    private static int Repetitions(double seconds) => (int)Math.Clamp(Math.Ceiling(Turn / seconds), 1, 10_000);

    // Worker threads of either side spin for a few milliseconds after their last task, in the other side's time.
    private static void Settle() => Thread.Sleep(20);
}
