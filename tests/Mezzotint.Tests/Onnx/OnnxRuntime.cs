using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Mezzotint.Tensors;

namespace Mezzotint.Tests.Onnx;

/// <summary>
/// ONNX Runtime, by way of Node: one process for all tests. Tests skip where Node or the package is absent; <c>npm install
/// --ignore-scripts</c> in
/// tests/onnx gets the package, and ./test does so by itself.
/// </summary>
internal static class OnnxRuntime
{
    private const string Script = "run.js";
    private static readonly Lock OneAtATime = new();
    private static readonly Lazy<Process?> Node = new(Start);

    /// <summary>Runs a model on one input, and gives the output and its shape.</summary>
    public static (Shape Shape, float[] Values) Run(string model, Shape shape, ReadOnlySpan<float> values)
    {
        Assert.SkipWhen(Node.Value is null, "ONNX Runtime needs Node and, in tests/onnx, npm install --ignore-scripts");
        string data = Convert.ToBase64String(MemoryMarshal.AsBytes(values));
        string? line;
        lock (OneAtATime)
        {
            Node.Value!.StandardInput.WriteLine(JsonSerializer.Serialize(new { model, dims = shape.ToArray(), data }));
            line = Node.Value.StandardOutput.ReadLine();
        }

        using JsonDocument reply = JsonDocument.Parse(line ?? throw new InvalidOperationException("Node ended without an answer."));
        if (reply.RootElement.TryGetProperty("error", out JsonElement error)) Assert.Fail($"ONNX Runtime: {error.GetString()}");
        int[] extents = [.. reply.RootElement.GetProperty("dims").EnumerateArray().Select(extent => extent.GetInt32())];
        byte[] bytes = Convert.FromBase64String(reply.RootElement.GetProperty("data").GetString()!);
        return (Shape.Create(extents), MemoryMarshal.Cast<byte, float>(bytes).ToArray());
    }

    private static Process? Start()
    {
        string? folder = Folder();
        if (folder is null || !File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json"))) return null;
        try
        {
            Process? node = Process.Start(new ProcessStartInfo("node", Script)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            });

            // At the end of its input the script ends by itself, which closing our end brings about.
            AppDomain.CurrentDomain.ProcessExit += (_, _) => node?.StandardInput.Close();
            return node;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>tests/onnx of the checkout that this program was built in.</summary>
    private static string? Folder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string folder = Path.Combine(at.FullName, "tests", "onnx");
            if (File.Exists(Path.Combine(folder, Script))) return folder;
        }

        return null;
    }
}
