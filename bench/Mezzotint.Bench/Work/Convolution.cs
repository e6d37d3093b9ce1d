using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Bench.Work;

/// <summary>What is computed of a convolution layer.</summary>
internal enum ConvolutionPass
{
    Result,
    InputGradient,
    WeightGradient,
}

/// <summary>One pass of one convolution layer, without bias.</summary>
internal sealed class Convolution(Layer layer, ConvolutionPass pass) : KernelWorkload
{
    public override string Section => pass switch
    {
        ConvolutionPass.Result => "Convolution",
        ConvolutionPass.InputGradient => "Convolution's gradient by its input",
        _ => "Convolution's gradient by its weights",
    };

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

    public override string PeerWork => "convolution";

    public override IReadOnlyDictionary<string, object> PeerSizes => new Dictionary<string, object>
    {
        ["batch"] = layer.Batch,
        ["height"] = layer.Size,
        ["width"] = layer.Size,
        ["inputs"] = layer.Inputs,
        ["outputs"] = layer.Outputs,
        ["kernel"] = layer.Kernel,
        ["stride"] = layer.Stride,
        ["padding"] = layer.Padding,
        ["transposed"] = layer.Transposed,
        ["output"] = pass switch { ConvolutionPass.Result => "result", ConvolutionPass.InputGradient => "input gradient", _ => "weight gradient" },
    };

    protected override (Kernel Kernel, long[] Operands) Make()
    {
        // A transposed layer computes the gradient by the input of its convolution, and the other way round.
        var geometry = layer.Geometry;
        long image = (long)geometry.Batch * geometry.Height * geometry.Width * geometry.InChannels;
        long result = (long)geometry.Batch * geometry.OutHeight * geometry.OutWidth * geometry.OutChannels;
        long weights = (long)geometry.KernelHeight * geometry.KernelWidth * geometry.InChannels * geometry.OutChannels;
        if (pass == ConvolutionPass.WeightGradient) return (new ConvolutionWeightGradientKernel(geometry, Width), [image, result, weights]);
        return pass == ConvolutionPass.Result != layer.Transposed
            ? (new ConvolutionKernel(geometry, Width), [image, weights, result])
            : (new ConvolutionInputGradientKernel(geometry, Width), [result, weights, image]);
    }
}
