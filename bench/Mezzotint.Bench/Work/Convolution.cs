using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Bench.Work;

/// <summary>What is computed of a convolution layer.</summary>
internal enum ConvolutionPass
{
    Result,
    InputGradient,
    WeightGradient,
}

/// <summary>One pass of one convolution layer, without bias, by the algorithm that networks use for it.</summary>
internal sealed class Convolution(Layer layer, ConvolutionPass pass) : KernelWorkload
{
    /// <summary>The tables of convolutions, by their headings.</summary>
    public static IReadOnlyList<string> Sections { get; } =
        ["Convolution", "Convolution's gradient by its input", "Convolution's gradient by its weights"];

    public override string Section => Sections[(int)pass];

    public override string Title => layer.ToString();

    /// <summary>The same for every pass: each weight meets each pixel of the smaller of the two images.</summary>
    public override double Operations
    {
        get
        {
            double pixels = Math.Pow(layer.Transposed ? layer.Size : layer.OutSize, 2) * layer.Batch;
            return 2 * pixels * layer.Kernel * layer.Kernel * layer.Inputs * layer.Outputs;
        }
    }

    public override PeerWork PyTorch => new("convolution", new Dictionary<string, object>
    {
        ["batch"] = layer.Batch,
        ["height"] = layer.Size,
        ["width"] = layer.Size,
        ["inputs"] = layer.Inputs,
        ["outputs"] = layer.Outputs,
        ["kernel"] = layer.Kernel,
        ["stride"] = layer.Stride,
        ["padding"] = layer.Padding,
        ["output_padding"] = layer.OutputPadding,
        ["transposed"] = layer.Transposed,
        ["output"] = pass switch { ConvolutionPass.Result => "result", ConvolutionPass.InputGradient => "input gradient", _ => "weight gradient" },
    });

    protected override bool PreparesOnce => pass == ConvolutionPass.Result;

    public override PeerWork? OnnxRuntime(string folder)
    {
        if (pass != ConvolutionPass.Result) return null;
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, (int)layer.Weights.Count).Select(_ => random.NextSingle() - 0.5f)];
        return OnnxModel.Write(folder, x => layer.Apply(x, Tensor.Of(layer.Weights, values)), layer.Input);
    }

    protected override Tensor Write()
    {
        Tensor input = new Feed("input", layer.Input), adjoint = new Feed("adjoint", layer.Output);

        // A variable that nothing changes is what inference has; to a kernel, weights that are fed are new in each run, as they are in
        // training.
        Tensor weights = PreparesOnce ? new Variable("weights", layer.Weights).Value : new Feed("weights", layer.Weights);
        return (pass, layer.Transposed) switch
        {
            (ConvolutionPass.Result, _) => layer.Apply(input, weights),
            (ConvolutionPass.InputGradient, false) => adjoint.ConvTranspose2d(weights, layer.Window, layer.Size, layer.Size),
            (ConvolutionPass.InputGradient, true) => adjoint.Conv2d(weights, layer.Window),
            (_, false) => Tensor.Apply(new Conv2dWeightGradient(layer.Window, layer.Kernel, layer.Kernel), input, adjoint),
            (_, true) => Tensor.Apply(new Conv2dWeightGradient(layer.Window, layer.Kernel, layer.Kernel), adjoint, input),
        };
    }
}
