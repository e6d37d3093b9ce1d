using System.Text;
using Mezzotint.Cuda.Driver;
using Mezzotint.Cuda.Kernels;
using Mezzotint.Cuda.Tests.Host;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;
using Mezzotint.Tensors.Tests.Reference;

namespace Mezzotint.Cuda.Tests;

/// <summary>NVIDIA's compiler, which needs no GPU, takes every kind of kernel for every generation of GPU that it knows.</summary>
public sealed class NvrtcTests
{
    /// <summary>The newest major version of CUDA that is looked for.</summary>
    public const int NewestCuda = 13;

    [Fact]
    public void NVRTC_takes_every_kind_of_kernel()
    {
        var compiler = Nvrtc.Find(NewestCuda);
        Assert.SkipWhen(compiler is null, $"NVRTC was not found: pip install nvidia-cuda-nvrtc-cu12, or name its folder in {Libraries.FolderVariable}.");
        using var driver = new HostDriver(libraries: true);
        KernelSource[] kernels = [.. Graphs().SelectMany(graph => new CudaProgram(graph, driver).Kernels).Distinct()];
        using var own = new HostDriver();
        kernels = [.. kernels, .. Graphs().SelectMany(graph => new CudaProgram(graph, own).Kernels).Except(kernels).Distinct()];
        using var halves = new HostDriver(libraries: true) { Precision = CudaPrecision.Bfloat16 };
        kernels = [.. kernels, .. Graphs().SelectMany(graph => new CudaProgram(graph, halves).Kernels).Except(kernels).Distinct()];
        foreach (int capability in Capabilities(compiler)) Assert.NotEmpty(compiler.Compile(kernels, capability));
        string[] stems = [.. kernels.Select(kernel => kernel.Name[..kernel.Name.LastIndexOf('_')]).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(
            ["combine", "conv", "conv_input", "conv_weights", "copy", "gather", "loop", "matmul", "narrow", "output", "pool", "random", "reduce", "resample", "segment_sum", "unpool",
                "widen"],
            stems);
    }

    [Fact]
    public void Sums_of_products_stay_in_registers()
    {
        var compiler = Nvrtc.Find(NewestCuda);
        Assert.SkipWhen(compiler is null, $"NVRTC was not found: pip install nvidia-cuda-nvrtc-cu12, or name its folder in {Libraries.FolderVariable}.");
        using var driver = new HostDriver();
        KernelSource[] products = [.. Graphs().SelectMany(graph => new CudaProgram(graph, driver).Kernels)
            .Where(kernel => kernel.Name.StartsWith("conv", StringComparison.Ordinal) || kernel.Name.StartsWith("matmul", StringComparison.Ordinal)).Distinct()];

        // For a GPU newer than any it knows, the compiler gives the driver's assembly language: arrays that are no registers have a place
        // in it.
        string assembly = Encoding.UTF8.GetString(compiler.Compile(products, compiler.Architectures.Max() + 1));
        Assert.Contains("fma.rn.f32", assembly, StringComparison.Ordinal);
        Assert.DoesNotContain("__local_depot", assembly, StringComparison.Ordinal);
    }

    /// <summary>
    /// The first and the last generation of GPU that the compiler knows, from compute capability 7.0 on, and one that is newer than any;
    /// every generation, with MEZZOTINT_CUDA_CONTRACT=all.
    /// </summary>
    internal static int[] Capabilities(Nvrtc compiler)
    {
        int[] known = [.. compiler.Architectures.Where(capability => capability >= 70)];
        if (Environment.GetEnvironmentVariable("MEZZOTINT_CUDA_CONTRACT") != "all") known = [known.Min(), known.Max()];
        return [.. known, known.Max() + 1];
    }

    private static IEnumerable<Graph> Graphs()
    {
        var numbers = new Numbers(1);
        Tensor x = numbers.Tensor([2, 33, 34, 8]), y = numbers.Tensor([2, 33, 34, 8]);
        Tensor every = x;
        foreach (UnaryFunction function in Enum.GetValues<UnaryFunction>()) every += Tensor.Apply(new Unary(function), x);
        foreach (BinaryFunction function in Enum.GetValues<BinaryFunction>()) every += Tensor.Apply(new Binary(function), x, y);
        every += Tensor.Select(Tensor.LessOrEqual(x, y), x, y) + Tensor.Equal(x, y).Cast(ElementType.Int32).Cast(ElementType.Float32);
        yield return Of(every, every.Sum(), every.MaxOver(0, 1, 2), every.Mean(3), every.Permute(3, 0, 2, 1).Reshape([8, 2 * 33 * 34]));
        yield return Of(numbers.Tensor([3, 70_001]).Sum(1), numbers.Tensor([20_011, 5]).MaxOver(0), numbers.Tensor([64, 64, 64]).Tanh());
        foreach ((ConvolutionWindow window, int channels, int outChannels) in new[]
        {
            (ConvolutionWindow.Square(padding: 1), 8, 64), (ConvolutionWindow.Square(2, 1), 8, 3), (ConvolutionWindow.Square(1, 2, 2, 2), 4, 130),
            (new ConvolutionWindow(3, 2, 0, 1, 2, 0), 8, 20),
        })
        {
            Tensor w = numbers.Tensor([3, 3, channels, outChannels]), b = numbers.Tensor([outChannels]);
            Tensor z = x.Conv2d(w, window) + b;
            z = Tensor.Max(z, 0.2f * z);
            yield return Of([z, .. Gradients.Of(z.Square().Mean(), x, w, b)]);
        }

        Tensor shuffled = (x.Conv2d(numbers.Tensor([3, 3, 8, 12]), ConvolutionWindow.Square(padding: 1)) + numbers.Tensor([12])).PixelShuffle(2);
        yield return Of(shuffled, shuffled.Resize(40, 50, Interpolation.Bicubic, antialias: true), shuffled.Pad([0, 1, 2, 0], [0, 0, 1, 0]));
        Tensor pooled = x.MaxPool(3, ConvolutionWindow.Square(2, 1));
        yield return Of([pooled, .. Gradients.Of(pooled.Square().Sum(), x)]);
        Tensor left = numbers.Tensor([300, 200]), right = numbers.Tensor([200, 100]);
        Tensor product = left.MatMul(right).Tanh();
        yield return Of([product, .. Gradients.Of(product.Square().Sum(), left, right), numbers.Tensor([3, 5, 7]).MatMul(numbers.Tensor([3, 7, 2]))]);
        Tensor indices = Tensor.Of([4], new[] { 1, 0, 2, 1 }), table = numbers.Tensor([5, 6]);
        Tensor rows = table.Gather(indices);
        yield return Of([rows, .. Gradients.Of(rows.Square().Sum(), table)]);
        var random = new RandomStream(new Feed("key", [3], ElementType.Int32));
        yield return Of(random.Uniform([33]), random.Normal([33]));
        var first = new Variable("first", [6, 6]);
        var second = new Variable("second", [6, 6]);
        var updates = new Updates();
        updates.Assign(first, second.Value);
        updates.Assign(second, second.Value * 0.5f + first.Value.Sum(0));
        yield return Graph.Of(new Step([first.Value.Sum()], updates)).Graph;
    }

    private static Graph Of(params Tensor[] outputs) => Graph.Of(new Step(outputs)).Graph;
}
