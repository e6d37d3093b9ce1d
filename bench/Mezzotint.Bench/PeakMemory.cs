using System.Diagnostics;
using System.Globalization;

namespace Mezzotint.Bench;

/// <summary>The most physical memory a process has held.</summary>
internal static class PeakMemory
{
    /// <summary>Of a process of this program that prepares the work, does it three times and nothing else; null if it failed.</summary>
    public static long? OfFreshProcess(Workload work, int threads)
    {
        string[] arguments = [typeof(PeakMemory).Assembly.Location, "memory", work.Name, $"{threads}"];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? long.Parse(output, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Does the work in this process and answers its peak, in bytes.</summary>
    public static long OfThisProcess(Workload work, int threads)
    {
        work.Prepare(threads);
        for (int i = 0; i < 3; i++) work.Run();
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
