using Mezzotint.Bench.Work;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Bench;

/// <summary>Where the time of a step goes: kernel by kernel.</summary>
internal static class Profile
{
    private const double Milli = 1e3, Giga = 1e9, Mega = 1e6;

    /// <summary>
    /// Runs a recipe's first step, or a network of the tables, and prints the medians of some rounds, kernel by kernel and summed by kind.
    /// </summary>
    /// <returns>The exit code.</returns>
    public static int Run(string name, int threads, int rounds)
    {
        using StepWorkload? work = Find(name);
        if (work is null)
        {
            Console.Error.WriteLine($"No recipe and no network is called '{name}'.");
            return 2;
        }

        work.Prepare(threads);
        var plan = (CpuPlan)work.Plan;
        IReadOnlyList<KernelSummary> kernels = plan.Kernels;
        for (int i = 0; i < 3; i++) work.Run();

        var times = new double[kernels.Count, rounds];
        for (int round = 0; round < rounds; round++)
        {
            int now = round;
            plan.Timed = (kernel, time) => times[kernel, now] = time.TotalSeconds;
            work.Run();
        }

        Line[] lines = [.. kernels.Select((kernel, i) => new Line(kernel, Distribution.Of(Enumerable.Range(0, rounds).Select(round => times[i, round])).Median))];
        Console.WriteLine($"{work.Name}, {threads} thread(s): ms, GFLOP/s, MB");
        foreach (Line line in lines.OrderByDescending(line => line.Seconds))
        {
            Console.WriteLine(
                $"{Milli * line.Seconds,8:0.000} {line.Kernel.Operations / line.Seconds / Giga,6:0} {line.Kernel.Bytes / Mega,7:0.0}"
                + $"  {Kind(line.Kernel)}, {line.Kernel.Output}, {line.Kernel.Layer}");
        }

        Console.WriteLine();
        foreach (IGrouping<string, Line> kind in lines.GroupBy(line => Kind(line.Kernel)).OrderByDescending(kind => kind.Sum(line => line.Seconds)))
            Console.WriteLine($"{Milli * kind.Sum(line => line.Seconds),8:0.0}  {kind.Count(),4} x {kind.Key}");
        Console.WriteLine($"{Milli * lines.Sum(line => line.Seconds),8:0.0}  {lines.Length,4} x all");
        return 0;
    }

    private static StepWorkload? Find(string name)
    {
        if (RecipeLibrary.Names.Contains(name) || File.Exists(name)) return new RecipeTraining(name);
        foreach (Func<Workload> make in Workloads.Networks)
        {
            Workload work = make();
            if (work is StepWorkload step && step.Name.Contains(name, StringComparison.OrdinalIgnoreCase)) return step;
            work.Dispose();
        }

        return null;
    }

    private static string Kind(KernelSummary kernel) => kernel.Algorithm is null ? kernel.Operation : $"{kernel.Operation}, {kernel.Algorithm}";

    private sealed record Line(KernelSummary Kernel, double Seconds);
}
