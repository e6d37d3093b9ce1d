using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mezzotint.Bench;

/// <summary>
/// Another runtime in a process of its own, which works when told to (bench/peer_torch.py and bench/peer_onnx.mjs say in what words).
/// </summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    private Peer(PeerKind kind, Process process)
    {
        Kind = kind;
        _process = process;
    }

    /// <summary>Which runtime it is.</summary>
    public PeerKind Kind { get; }

    /// <summary>Its name and version, with the library its matrix products come from where that is another.</summary>
    public string Description { get; private set; } = "";

    /// <summary>What keeps it from its best on this machine, if it knows.</summary>
    public string? Warning { get; private set; }

    /// <summary>Starts a peer that will use so many threads, or answers null where the machine lacks it.</summary>
    public static Peer? Start(PeerKind kind, int threads)
    {
        var start = new ProcessStartInfo(kind.Program, kind.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A BLAS that a peer is linked with may have threads of its own, whose number is fixed when it is loaded.
        foreach (string variable in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
            start.Environment[variable] = threads.ToString(CultureInfo.InvariantCulture);
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
        var peer = new Peer(kind, process);
        try
        {
            JsonObject about = peer.Ask(new() { ["do"] = "about" });
            peer.Description = (string)about["name"]!;
            peer.Warning = (string?)about["warning"];
            process.BeginErrorReadLine();
            return peer;
        }
        catch (IOException)
        {
            peer.Dispose();
            return null;
        }
    }

    /// <summary>Makes work ready in the fastest way that the peer knows.</summary>
    public PreparedWork Prepare(PeerWork work, int threads)
    {
        var request = new JsonObject { ["do"] = "prepare", ["work"] = work.Name, ["threads"] = threads };
        foreach ((string name, object value) in work.Arguments) request[name] = JsonSerializer.SerializeToNode(value);
        JsonObject answer = Ask(request);
        return new((string)answer["variant"]!, answer["facts"]!.AsObject());
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
