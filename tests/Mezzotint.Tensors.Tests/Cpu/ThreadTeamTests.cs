using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_task_of_every_phase_runs_once_and_phases_follow_each_other(int threads)
    {
        using var team = new ThreadTeam(threads);
        for (int repeat = 0; repeat < 300; repeat++)
        {
            var kernel = new Counting([repeat % 7, 1, 23]);
            team.Run(kernel, default);
            Assert.All(kernel.Runs.SelectMany(runs => runs), runs => Assert.Equal(1, runs));
            Assert.False(kernel.OutOfOrder);
        }
    }

    [Fact]
    public void Phases_before_the_first_one_asked_for_are_left_out()
    {
        using var team = new ThreadTeam(2);
        var kernel = new Counting([4, 4]);
        team.Run(kernel, default, firstPhase: 1);
        Assert.All(kernel.Runs[0], runs => Assert.Equal(0, runs));
        Assert.All(kernel.Runs[1], runs => Assert.Equal(1, runs));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_a_task_throws_reaches_the_caller_and_the_team_lives_on(int threads)
    {
        using var team = new ThreadTeam(threads);
        for (int repeat = 0; repeat < 50; repeat++)
        {
            var failed = Assert.Throws<InvalidOperationException>(() => team.Run(new Failing(), default));
            Assert.Equal("task 3", failed.Message);
            var kernel = new Counting([9]);
            team.Run(kernel, default);
            Assert.All(kernel.Runs[0], runs => Assert.Equal(1, runs));
        }
    }

    [Fact]
    public void Callers_on_several_threads_take_turns()
    {
        using var team = new ThreadTeam(2);
        Counting[] kernels = [.. Enumerable.Range(0, 40).Select(_ => new Counting([11, 5]))];
        Parallel.ForEach(kernels, kernel => team.Run(kernel, default));
        Assert.All(kernels.SelectMany(kernel => kernel.Runs).SelectMany(runs => runs), runs => Assert.Equal(1, runs));
    }

    [Fact]
    public void Scratch_is_aligned_and_private_to_a_task_while_it_runs()
    {
        using var team = new ThreadTeam(3);
        for (int bytes = 64; bytes < 1 << 20; bytes *= 4) team.Run(new Scribbling(bytes), default);
    }

    [Fact]
    public void A_team_that_is_disposed_of_runs_nothing()
    {
        var team = new ThreadTeam(3);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(new Counting([1]), default));
    }

    private sealed unsafe class Counting(int[] tasks) : Kernel
    {
        public int[][] Runs { get; } = [.. tasks.Select(count => new int[count])];

        public bool OutOfOrder { get; private set; }

        public override int Phases => tasks.Length;

        public override int TaskCount(int phase) => tasks[phase];

        public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
        {
            Interlocked.Increment(ref Runs[phase][task]);
            if (phase > 0 && Runs[phase - 1].Any(runs => Volatile.Read(ref runs) != 1) && phase != 1) OutOfOrder = true;
        }
    }

    private sealed unsafe class Failing : Kernel
    {
        public override int TaskCount(int phase) => 8;

        public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
        {
            if (task == 3) throw new InvalidOperationException("task 3");
        }
    }

    private sealed unsafe class Scribbling(int bytes) : Kernel
    {
        public override long ScratchBytes => bytes;

        public override int TaskCount(int phase) => 20;

        public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
        {
            Assert.Equal(0, (long)scratch % 64);
            var mine = new Span<byte>(scratch, bytes);
            mine.Fill((byte)task);
            Thread.Yield();
            Assert.Equal(-1, mine.IndexOfAnyExcept((byte)task));
        }
    }
}
