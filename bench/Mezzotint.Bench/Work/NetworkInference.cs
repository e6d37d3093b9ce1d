using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Bench.Work;

/// <summary>One pass of a network that only evaluates.</summary>
internal sealed class NetworkInference : StepWorkload
{
    private readonly Func<Module> _make;
    private readonly Shape _input;

    private NetworkInference(string title, Func<Module> make, Shape input, Aim aim, string peerWork, params (string Name, int Value)[] peerSizes)
    {
        Title = title;
        _make = make;
        _input = input;
        Aim = aim;
        PyTorch = new(peerWork, peerSizes.ToDictionary(size => size.Name, object (size) => size.Value));
    }

    public override string Section => "Networks";

    public override string Title { get; }

    public override Aim Aim { get; }

    public override PeerWork PyTorch { get; }

    private static Initialization Seed { get; } = new(1);

    public static NetworkInference SrResNet(int size) => new(
        $"SRResNet ×4, {size}×{size}", () => new SrResNet(4, Seed), [1, size, size, 3], new(0.4, 0.45),
        "srresnet_inference", ("height", size), ("width", size));

    public static NetworkInference Compact(int size) => new(
        $"the shipped network ×4, 48 channels, 8 blocks, {size}×{size}", () => new CompactResNet(4, Seed, channels: 48, blocks: 8),
        [1, size, size, 3], new(0.5, 0.5), "compact_inference", ("height", size), ("width", size));

    public static NetworkInference Dcgan(int batch) => new(
        $"DCGAN's generator, 64×64, batch {batch}", () => new DcganGenerator(64, Seed), [batch, 100], new(0.4, 0.3),
        "dcgan_inference", ("batch", batch));

    public static NetworkInference Pix2PixHD(int size) => new(
        $"Pix2PixHD's global generator, {size}×{size}", () => new Pix2PixHDGlobal(3, 3, Seed), [1, size, size, 3], new(0.6, 0.4),
        "pix2pixhd_inference", ("height", size), ("width", size));

    public static NetworkInference UNet(int size) => new(
        $"U-Net, {size}×{size}", () => new UNet(3, 3, Seed), [1, size, size, 3], default, "unet_inference", ("height", size), ("width", size));

    public override PeerWork OnnxRuntime(string folder)
    {
        Module network = _make();
        return OnnxModel.Write(folder, input => network.Apply(input, Pass.Inference), _input);
    }

    protected override (Step Step, Forward[] Forwards) Write(Bindings bindings)
    {
        Module network = _make();
        Tensor output = network.Apply(Numbers("input", _input, bindings), Pass.Inference);
        return (new Step([output]), [new("network", network, _input)]);
    }
}
