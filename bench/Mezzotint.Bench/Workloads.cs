using Mezzotint.Bench.Work;

namespace Mezzotint.Bench;

/// <summary>What is measured, in the order of the tables.</summary>
internal static class Workloads
{
    /// <summary>
    /// Layers of the reference networks: super-resolution's first, middle, last and enlarging ones, and a GAN's downs and ups.
    /// </summary>
    private static readonly Layer[] Layers =
    [
        new(64, 64, Kernel: 3, Size: 128, Padding: 1),
        new(64, 256, Kernel: 3, Size: 128, Padding: 1),
        new(256, 256, Kernel: 3, Size: 32, Padding: 1),
        new(64, 64, Kernel: 3, Size: 24, Batch: 16, Padding: 1),
        new(3, 64, Kernel: 9, Size: 128, Padding: 4),
        new(64, 3, Kernel: 9, Size: 512, Padding: 4),
        new(256, 256, Kernel: 1, Size: 64),
        new(64, 128, Kernel: 4, Size: 32, Batch: 16, Stride: 2, Padding: 1),
        new(512, 256, Kernel: 4, Size: 4, Batch: 16, Stride: 2, Padding: 1, Transposed: true),
        new(128, 64, Kernel: 4, Size: 16, Batch: 16, Stride: 2, Padding: 1, Transposed: true),
    ];

    /// <summary>Makers, because a workload holds its memory until it is disposed.</summary>
    public static IReadOnlyList<Func<Workload>> All { get; } =
    [
        () => new MemoryCopy(64 << 20),
        () => new MatMul(1024, 1024, 1024),
        () => NetworkInference.SrResNet(128),
        () => NetworkInference.Compact(256),
        () => NetworkInference.Dcgan(16),
        () => NetworkInference.Pix2PixHD(256),
        () => new SrResNetTraining(batch: 16, size: 24),
        () => new DcganTraining(batch: 64),
        () => new Pix2PixTraining(size: 256),
        .. from pass in Enum.GetValues<ConvolutionPass>() from layer in Layers select (Func<Workload>)(() => new Convolution(layer, pass)),
    ];
}
