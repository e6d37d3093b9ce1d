using System.Runtime.CompilerServices;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tests.Training;

/// <summary>
/// A processor that pretends to compute beside the program: results are under way until they are read, and runs go on from one that is.
/// </summary>
internal sealed class LateDevice : Device
{
    private readonly CpuDevice _device = new(1);
    private readonly ConditionalWeakTable<RunResult, RunResult> _outcomes = [];

    /// <summary>How often a run was asked for before the outcome of the one before was known.</summary>
    public int RunsAhead { get; private set; }

    public override Plan Plan(Step step) => new LatePlan(this, _device.Plan(step), step.Outputs.Count);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _device.Dispose();
        base.Dispose(disposing);
    }

    private sealed class LatePlan(LateDevice device, Plan plan, int outputs) : Plan
    {
        public override PlanCost Cost => plan.Cost;

        public override IReadOnlyList<KernelSummary> Kernels => plan.Kernels;

        public override RunResult Run(Bindings? bindings = null) => Late(plan.Run(bindings));

        public override RunResult RunAfter(RunResult before, Bindings? bindings = null)
        {
            if (before.IsUnderWay) device.RunsAhead++;
            RunResult outcome = device._outcomes.TryGetValue(before, out RunResult? known) ? known : before;
            return Late(outcome.Finite ? plan.Run(bindings) : outcome);
        }

        private RunResult Late(RunResult outcome)
        {
            bool isRead = false;
            var late = new RunResult(
                () =>
                {
                    isRead = true;
                    return ([.. Enumerable.Range(0, outputs).Select(i => outcome[i])], outcome.Finite);
                },
                () => isRead);
            device._outcomes.Add(late, outcome);
            return late;
        }
    }
}
