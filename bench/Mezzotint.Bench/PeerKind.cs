namespace Mezzotint.Bench;

/// <summary>A runtime to compare with, and how to start it.</summary>
/// <param name="Name">Its name, the heading of its columns.</param>
/// <param name="Program">The program that runs it.</param>
/// <param name="Arguments">The program's arguments.</param>
/// <param name="Absence">What it needs, to be said where it does not start.</param>
/// <param name="WorkOf">What to ask of it for a workload; null where it does not know such work.</param>
internal sealed record PeerKind(string Name, string Program, string[] Arguments, string Absence, Func<Workload, PeerWork?> WorkOf)
{
    /// <summary>The name of PyTorch.</summary>
    public const string NameOfPyTorch = "PyTorch";

    /// <summary>The name of ONNX Runtime.</summary>
    public const string NameOfOnnxRuntime = "ONNX Runtime";

    /// <summary>PyTorch, in Python.</summary>
    public static PeerKind PyTorch(string python, string script) => new(
        NameOfPyTorch, python, [script],
        $"{python} has no PyTorch, so it is left out; on Debian and Ubuntu: apt-get install python3-torch libopenblas0-pthread.",
        work => work.PyTorch);

    /// <summary>ONNX Runtime, in Node, running what the export writes.</summary>
    /// <param name="node">The program.</param>
    /// <param name="script">The path of peer_onnx.mjs.</param>
    /// <param name="modules">The folder whose node_modules has onnxruntime-node.</param>
    /// <param name="models">A folder for the exported models.</param>
    public static PeerKind OnnxRuntime(string node, string script, string modules, string models) => new(
        NameOfOnnxRuntime, node, [script, modules],
        $"ONNX Runtime is left out; it needs Node.js and, in {modules}, npm install --ignore-scripts.",
        work => work.OnnxRuntime(models));
}
