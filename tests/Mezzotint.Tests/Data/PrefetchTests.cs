using Mezzotint.Data;

namespace Mezzotint.Tests.Data;

public sealed class PrefetchTests
{
    [Fact]
    public void Everything_comes_in_order_in_a_fixed_number_of_buffers()
    {
        int made = 0;
        using var prefetch = new Prefetch<long[]>(() =>
        {
            made++;
            return new long[1];
        }, (buffer, number) => buffer[0] = number, ahead: 3);
        var seen = new HashSet<long[]>(ReferenceEqualityComparer.Instance);
        for (long i = 0; i < 200; i++)
        {
            long[] buffer = prefetch.Next(TestContext.Current.CancellationToken);
            Assert.Equal(i, buffer[0]);
            seen.Add(buffer);
        }
        Assert.Equal(4, made);
        Assert.InRange(seen.Count, 1, 4);
    }

    [Fact]
    public void What_is_in_use_is_not_filled_anew()
    {
        using var filled = new SemaphoreSlim(0);
        using var prefetch = new Prefetch<long[]>(() => new long[1], (buffer, number) =>
        {
            buffer[0] = number;
            filled.Release();
        }, ahead: 2);
        long[] first = prefetch.Next(TestContext.Current.CancellationToken);
        for (int i = 0; i < 3; i++) // the first, and two ahead of it; then there is no buffer left
            filled.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(0, first[0]);
    }

    [Fact]
    public void A_fault_comes_out_in_its_turn_and_stays()
    {
        using var prefetch = new Prefetch<long[]>(() => new long[1], (buffer, number) =>
            buffer[0] = number < 3 ? number : throw new TrainingDataException("lost"));
        for (int i = 0; i < 3; i++)
            Assert.Equal(i, prefetch.Next(TestContext.Current.CancellationToken)[0]);
        for (int i = 0; i < 2; i++)
            Assert.Equal("lost", Assert.Throws<TrainingDataException>(() => prefetch.Next(TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void Waiting_can_be_cancelled_and_goes_on_afterwards()
    {
        using var gate = new ManualResetEventSlim();
        using var prefetch = new Prefetch<long[]>(() => new long[1], (buffer, number) =>
        {
            gate.Wait();
            buffer[0] = number;
        });
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
        Assert.ThrowsAny<OperationCanceledException>(() => prefetch.Next(cancelled.Token));
        gate.Set();
        Assert.Equal(0, prefetch.Next(TestContext.Current.CancellationToken)[0]);
    }

    [Fact]
    public void Disposing_ends_the_thread_while_it_waits_for_room()
    {
        long last = -1;
        new Prefetch<object>(() => new object(), (_, number) => last = number).Dispose();
        Assert.InRange(last, -1, 2);
    }
}
