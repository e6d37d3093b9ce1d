using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// How long a plan's run takes, found by running its own kernels in their order and places: of each phase as many tasks as take a moment,
/// of which the rest follows. So whatever a kernel's time depends on (its algorithm, small maps, packed weights, caches) is in it, and no
/// rule of ours has to know it.
/// </summary>
internal sealed class Rehearsal(ThreadTeam team, int launches, IReadOnlySet<Variable> changing)
{
    // Long enough for a clock and for caches to fill, short enough for a plan of hundreds of long kernels.
    private const double PhaseSeconds = 0.03;

    private readonly double[]?[] _taskSeconds = new double[launches][];
    private HostBuffer? _indices;
    private double _seconds;

    /// <summary>Whether a variable is another one at each run, so that what is packed of it has to be packed again.</summary>
    public bool Changes(Variable variable) => changing.Contains(variable);

    /// <summary>Numbers of rows, one after the other, for a kernel that looks them up: what was computed of them is not whole.</summary>
    public unsafe float* Indices(int rows, long count)
    {
        if (_indices is null || _indices.Count < count) _indices = new HostBuffer(count);
        Span<int> indices = MemoryMarshal.Cast<float, int>(_indices.Span);
        for (int i = 0; i < count; i++) indices[i] = i % rows;
        return _indices.Address;
    }

    /// <summary>Begins the first or another pass over the plan: the kernels know by then how many tasks a moment is.</summary>
    public void Begin() => _seconds = 0;

    /// <summary>Seconds that all tasks of the kernels of this pass would have taken.</summary>
    public double Seconds => _seconds;

    /// <summary>Runs some tasks of each phase of a kernel.</summary>
    public void Run(int launch, Kernel kernel, in KernelArguments arguments, int firstPhase)
    {
        double[] known = _taskSeconds[launch] ??= new double[kernel.Phases];
        for (int phase = firstPhase; phase < kernel.Phases; phase++)
        {
            int all = kernel.TaskCount(phase), some = Math.Min(all, team.Size);
            if (all == 0) continue;
            if (known[phase] > 0) some = (int)Math.Clamp(PhaseSeconds / known[phase], some, all);
            var sample = new Part(kernel, phase, (all - some) / 2, some);
            long start = Stopwatch.GetTimestamp();
            team.Run(sample, arguments, phase);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            known[phase] = Math.Max(seconds / some, 1e-9);
            _seconds += seconds * all / some;
        }
    }

    /// <summary>Some tasks of one phase of a kernel, next to each other, as they would be run.</summary>
    private sealed unsafe class Part(Kernel kernel, int phase, int first, int count) : Kernel
    {
        public override int Phases => phase + 1;

        public override long ScratchBytes => kernel.ScratchBytes;

        public override int TaskCount(int phase) => count;

        public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch) => kernel.Run(phase, first + task, arguments, scratch);
    }
}
