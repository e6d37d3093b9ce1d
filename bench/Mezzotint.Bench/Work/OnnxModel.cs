using Mezzotint.Tensors;
using Mezzotint.Weights.Onnx;

namespace Mezzotint.Bench.Work;

/// <summary>Work for ONNX Runtime: a function as our export writes it, for one size.</summary>
internal static class OnnxModel
{
    /// <summary>Writes the function into a file, over the last one, and asks for it on an input of the given size.</summary>
    public static PeerWork Write(string folder, Func<Tensor, Tensor> function, Shape input)
    {
        string path = Path.Combine(folder, "model.onnx");
        OnnxExport.Write(function, input, path, new OnnxMetadata("benchmark"), DynamicAxes.None);
        int[] dims = input.Rank == 4 ? [input[0], input[3], input[1], input[2]] : [.. input];
        return new("model", new Dictionary<string, object> { ["path"] = path, ["dims"] = dims });
    }
}
