using Mezzotint.Bench.Work;

namespace Mezzotint.Bench;

/// <summary>What is measured, in the order of the tables.</summary>
internal static class Workloads
{
    /// <summary>Layers of the networks above, each kind once, in the order super-resolution, DCGAN, Pix2PixHD, U-Net.</summary>
    private static readonly Layer[] Layers =
    [
        new(3, 64, Kernel: 9, Size: 128, Padding: 4),
        new(64, 64, Kernel: 3, Size: 128, Padding: 1),
        new(64, 64, Kernel: 3, Size: 24, Batch: 16, Padding: 1),
        new(64, 256, Kernel: 3, Size: 128, Padding: 1),
        new(64, 3, Kernel: 9, Size: 512, Padding: 4),
        new(48, 48, Kernel: 3, Size: 256, Padding: 1),
        new(3, 64, Kernel: 4, Size: 64, Batch: 16, Stride: 2, Padding: 1),
        new(64, 128, Kernel: 4, Size: 32, Batch: 16, Stride: 2, Padding: 1),
        new(512, 256, Kernel: 4, Size: 4, Batch: 16, Stride: 2, Padding: 1, Transposed: true),
        new(128, 64, Kernel: 4, Size: 16, Batch: 16, Stride: 2, Padding: 1, Transposed: true),
        new(64, 3, Kernel: 4, Size: 32, Batch: 16, Stride: 2, Padding: 1, Transposed: true),
        new(64, 128, Kernel: 3, Size: 256, Stride: 2, Padding: 1),
        new(1024, 1024, Kernel: 3, Size: 16, Padding: 1),
        new(256, 128, Kernel: 3, Size: 64, Stride: 2, Padding: 1, Transposed: true),
        new(64, 3, Kernel: 7, Size: 256, Padding: 3),
        new(512, 512, Kernel: 4, Size: 4, Stride: 2, Padding: 1),
        new(1024, 256, Kernel: 4, Size: 16, Stride: 2, Padding: 1, Transposed: true),
        new(256, 256, Kernel: 1, Size: 64),
    ];

    /// <summary>Networks and their training. Makers, because a workload holds its memory until it is disposed.</summary>
    public static IReadOnlyList<Func<Workload>> Networks { get; } =
    [
        () => NetworkInference.SrResNet(128),
        () => NetworkInference.Compact(256),
        () => NetworkInference.Dcgan(16),
        () => NetworkInference.Pix2PixHD(256),
        () => NetworkInference.UNet(256),
        () => new SrResNetTraining(batch: 16, size: 24),
        () => new DcganTraining(batch: 64),
        () => new Pix2PixTraining(size: 256),
    ];

    /// <summary>What they are made of.</summary>
    public static IReadOnlyList<Func<Workload>> Kernels { get; } =
    [
        () => new MatMul(1024, 1024, 1024),
        .. Convolutions(Layers),
        () => new MemoryCopy(64 << 20),
        .. from kibi in new[] { 16, 64, 1024, 4096 } select (Func<Workload>)(() => new Elementwise(kibi << 10)),
    ];

    /// <summary>All passes of some layers.</summary>
    public static IEnumerable<Func<Workload>> Convolutions(IReadOnlyList<Layer> layers) =>
        from pass in Enum.GetValues<ConvolutionPass>() from layer in layers select (Func<Workload>)(() => new Convolution(layer, pass));
}
