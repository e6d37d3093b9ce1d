using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mezzotint.Bench;

/// <summary>PyTorch in a process of its own, which works when told to (bench/peer_torch.py says in what words).</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    private Peer(Process process) => _process = process;

    /// <summary>The peer's name and version, with the library its matrix products come from.</summary>
    public string Description { get; private set; } = "";

    /// <summary>Starts a peer, or answers null where the machine has no Python with PyTorch.</summary>
    /// <param name="python">The Python interpreter.</param>
    /// <param name="script">The path of peer_torch.py.</param>
    public static Peer? Start(string python, string script)
    {
        var start = new ProcessStartInfo(python, [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        process.ErrorDataReceived += (_, line) => ShowError(line.Data);
        var peer = new Peer(process);
        try
        {
            JsonObject about = peer.Ask(new() { ["do"] = "about" });
            peer.Description = $"PyTorch {about["version"]} with {about["blas"]}";
            process.BeginErrorReadLine();
            return peer;
        }
        catch (IOException)
        {
            peer.Dispose();
            return null;
        }
    }

    /// <summary>Makes the work ready and answers which of its variants is the fastest, and what the peer says of the work.</summary>
    public (string Variant, JsonObject Facts) Prepare(Workload work, int threads)
    {
        var request = new JsonObject { ["do"] = "prepare", ["work"] = work.PeerWork, ["threads"] = threads };
        foreach ((string name, object value) in work.PeerSizes) request[name] = JsonSerializer.SerializeToNode(value);
        JsonObject answer = Ask(request);
        return ((string)answer["variant"]!, answer["facts"]!.AsObject());
    }

    /// <summary>Does the prepared work so many times and answers the seconds that took.</summary>
    public double Run(int count) => (double)Ask(new() { ["do"] = "run", ["count"] = count })["seconds"]!;

    /// <summary>The most memory that the process has held, in bytes.</summary>
    public long PeakMemory() => (long)Ask(new() { ["do"] = "memory" })["bytes"]!;

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already, with a request unread.
        }

        if (!_process.WaitForExit(5000)) _process.Kill();
        _process.Dispose();
    }

    // Of a traceback the last line says what is wrong; of warnings there are many.
    private static void ShowError(string? line)
    {
        if (line is not null && line.Contains("Error", StringComparison.Ordinal)) Console.Error.WriteLine($"peer: {line}");
    }

    private JsonObject Ask(JsonObject request)
    {
        // A process that ended shows either as a broken pipe here or as the end of its output below.
        _process.StandardInput.WriteLine(request.ToJsonString());
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine()
            ?? throw new IOException($"The peer ended at the request {request.ToJsonString()}.");
        return JsonNode.Parse(answer)!.AsObject();
    }
}
