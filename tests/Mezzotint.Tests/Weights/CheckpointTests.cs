using Mezzotint.Evaluation;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tests.Networks;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Weights;

/// <summary>
/// Checkpoints under the names that the field's programs save, in their wrappers and formats, beside what PyTorch makes of them
/// (torch_checkpoints.py).
/// </summary>
public sealed class CheckpointTests : IDisposable
{
    private const double Tolerance = 1e-4;
    private const string LpipsOf = "lpips-"; // heads; the backbone's file has the rest of the name

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Checkpoints_of_the_field_open_and_give_what_PyTorch_makes_of_them()
    {
        PyTorch.Execute(Path.Combine("Weights", "torch_checkpoints.py"), _folder.Path);
        string[] faults = [.. File.ReadLines(_folder["names.txt"]).Select(FaultOf).OfType<string>()];
        Assert.True(faults.Length == 0, string.Join('\n', faults));

        string[] exported = [.. File.ReadLines(_folder["names.txt"]).Where(Export)];
        Assert.True(exported.Length >= 30, $"Only {exported.Length} of the networks could be exported.");
        PyTorch.Execute(Path.Combine("Weights", "torch_checkpoints.py"), _folder.Path, "exported");
        Assert.Equal(exported, File.ReadLines(_folder["loaded.txt"]));
    }

    /// <summary>
    /// Writes a model for the module in PyTorch that its checkpoint came from; false for networks that are features only.
    /// </summary>
    private bool Export(string name)
    {
        string path = _folder[name + ".pth"];
        if (Safetensors.Read(_folder[name + ".safetensors"]).Arrays.All(array => array.Name != "output") || name.StartsWith(LpipsOf, StringComparison.Ordinal))
            return false;
        PyTorchExport.Write(_folder[name + ".exported.pth"], ModelFile.Read(path), ModelFile.Describe(path));
        return true;
    }

    private string? FaultOf(string name)
    {
        Dictionary<string, NamedArray> stored = Safetensors.Read(_folder[name + ".safetensors"]).Arrays.ToDictionary(array => array.Name);
        stored.Remove("input", out NamedArray? input);
        Tensor given = Tensor.Of(Shape.Create(input!.Shape), input.Data);
        try
        {
            foreach ((string layer, NamedArray expected) in stored)
            {
                string path = _folder[name + ".pth"];
                float[] made = CpuDevice.Shared.Evaluate(
                    name.StartsWith(LpipsOf, StringComparison.Ordinal)
                        ? Lpips.Read(path, _folder[name[LpipsOf.Length..] + ".pth"]).Of(given.Slice(0, 0, 1), given.Slice(0, 1, 1))
                    : layer == "output" ? ModelFile.Read(path).Apply(given, Pass.Inference)
                    : FeatureNetworks.Read(path).Features(given, layer)[0]);
                if (made.Length != expected.Data.Length) return $"{name}: {layer} has {made.Length} numbers, and {expected.Data.Length} are expected.";
                double largest = expected.Data.Max(Math.Abs), worst = made.Zip(expected.Data, (a, b) => Math.Abs(a - b)).Max();
                if (!(largest > 0 && worst <= Tolerance * largest)) return $"{name}: {layer} is {worst} from PyTorch's, whose largest magnitude is {largest}.";
            }

            return null;
        }
        catch (Exception fault) when (fault is WeightsException or ShapeException)
        {
            return $"{name}: {fault.Message}";
        }
    }
}
