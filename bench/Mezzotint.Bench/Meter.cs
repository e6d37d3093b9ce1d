using System.Diagnostics;

namespace Mezzotint.Bench;

/// <summary>
/// Measures by turns: in every round the fused multiply-add loop, our work and the others' follow one another, so that a machine
/// that is slower for a while is slower for all of them.
/// </summary>
/// <param name="rounds">Rounds, of which the median counts.</param>
/// <param name="peers">Whom to compare with.</param>
internal sealed class Meter(int rounds, Peers peers)
{
    /// <summary>The least that one turn should take, in seconds: short work is repeated.</summary>
    private const double Turn = 0.05;

    public Measurement Measure(Workload work, int threads)
    {
        long? memory = work.MeasuresMemory ? PeakMemory.OfFreshProcess(work, threads) : null;
        List<(Peer Peer, PreparedWork Prepared)> prepared = peers.Prepare(work, threads);
        try
        {
            work.Prepare(threads);
            foreach ((Peer peer, PreparedWork of) in prepared) work.CompareWith(peer.Kind.Name, of.Facts);

            var others = new List<Contender>();
            foreach ((Peer peer, PreparedWork of) in prepared) others.Add(new(peer.Kind.Name, peer.Run, of.Variant, peer));
            if (work.Yardstick is { } yardstick) others.Add(new(yardstick.Name, count => Seconds(yardstick.Run, count), "", null));
            var contenders = new List<Contender> { new("", count => Seconds(work.Run, count), "", null) };
            contenders.AddRange(others);

            WarmUp(work);
            int[] counts = [.. contenders.Select(contender => Repetitions(contender.Run(1)))];
            var seconds = new double[contenders.Count, rounds];
            var rates = new double[rounds];
            for (int round = 0; round < rounds; round++)
            {
                rates[round] = FusedMultiplyAdd.Rate(threads);
                for (int i = 0; i < contenders.Count; i++)
                {
                    seconds[i, round] = contenders[i].Run(counts[i]) / counts[i];
                    Settle();
                }
            }

            double[] Of(int contender) => [.. Enumerable.Range(0, rounds).Select(round => seconds[contender, round])];
            double[] ours = Of(0);
            return new(
                work, threads, Distribution.Of(ours), Distribution.Of(rates),
                Distribution.Of(ours.Select((time, round) => work.Operations / time / rates[round])),
                [.. others.Select((other, i) => new OtherMeasurement(
                    other.Name, Distribution.Of(Of(i + 1)), Distribution.Of(ours.Zip(Of(i + 1), (mine, theirs) => mine / theirs)), other.Variant,
                    work.MeasuresMemory ? other.Peer?.PeakMemory() : null))],
                work.ArenaBytes, memory);
        }
        finally
        {
            foreach ((Peer peer, _) in prepared) peers.Release(peer);
        }
    }

    // The JIT compiles a hot method again after some 30 calls and a tenth of a second in which it met no new ones.
    private static void WarmUp(Workload work)
    {
        long began = Stopwatch.GetTimestamp();
        for (int count = 0; ; count++)
        {
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            if (count >= 2 && seconds > 0.5) return;
            work.Run();
        }
    }

    private static double Seconds(Action run, int count)
    {
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++) run();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static int Repetitions(double seconds) => (int)Math.Clamp(Math.Ceiling(Turn / seconds), 1, 100_000);

    // Worker threads of either side spin for a few milliseconds after their last task, in the next one's time.
    private static void Settle() => Thread.Sleep(20);

    /// <summary>One of those who take turns; runs the work so often and answers the seconds that took.</summary>
    private sealed record Contender(string Name, Func<int, double> Run, string Variant, Peer? Peer);
}
