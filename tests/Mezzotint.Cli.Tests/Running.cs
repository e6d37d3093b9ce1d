using System.Diagnostics;

namespace Mezzotint.Cli.Tests;

/// <summary>The program as a process of its own, to be sent signals.</summary>
internal sealed class Running : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _output, _error;

    public Running(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "mezzo.dll");
        _process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        (_output, _error) = (_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
    }

    /// <summary>Whether processes started here are deaf to SIGINT, because this one is, as a shell's background jobs are.</summary>
    public static bool IgnoresInterrupts
    {
        get
        {
            const string status = "/proc/self/status", key = "SigIgn:";
            const ulong interrupt = 1 << (2 - 1);
            if (!File.Exists(status)) return false;
            string line = File.ReadLines(status).First(text => text.StartsWith(key, StringComparison.Ordinal));
            return (Convert.ToUInt64(line[key.Length..].Trim(), 16) & interrupt) != 0;
        }
    }

    /// <summary>Waits until something is so, while the process runs.</summary>
    public void Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.False(_process.HasExited, "it ended too soon: " + (_process.HasExited ? _error.Result : ""));
            Assert.True(clock.Elapsed < Patience, "it did not come so far");
            Thread.Sleep(5);
        }
    }

    /// <summary>Waits until something is so; false where the process ended before.</summary>
    public bool UntilOrEnd(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (_process.HasExited) return false;
            Assert.True(clock.Elapsed < Patience, "it did not come so far");
            Thread.Sleep(1);
        }

        return true;
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    public Call End()
    {
        Assert.True(_process.WaitForExit(Patience), "it does not end");
        return new Call(_process.ExitCode, _output.Result, _error.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
