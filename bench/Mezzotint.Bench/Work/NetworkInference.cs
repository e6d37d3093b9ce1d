using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Bench.Work;

/// <summary>One pass of a network that only evaluates.</summary>
internal sealed class NetworkInference : StepWorkload
{
    private readonly Func<Module> _make;
    private readonly Shape _input;

    private NetworkInference(string title, Func<Module> make, Shape input, string peerWork, Dictionary<string, object> peerSizes)
    {
        Title = title;
        _make = make;
        _input = input;
        PeerWork = peerWork;
        PeerSizes = peerSizes;
    }

    public override string Section => "Networks";

    public override string Title { get; }

    public override string PeerWork { get; }

    public override IReadOnlyDictionary<string, object> PeerSizes { get; }

    private static Initialization Seed { get; } = new(1);

    public static NetworkInference SrResNet(int size) => new(
        $"SRResNet ×4, {size}×{size}", () => new SrResNet(4, Seed), [1, size, size, 3],
        "srresnet_inference", new() { ["height"] = size, ["width"] = size });

    public static NetworkInference Compact(int size) => new(
        $"the compact network ×4, 48 channels, 8 blocks, {size}×{size}", () => new CompactResNet(4, Seed, channels: 48, blocks: 8), [1,
        size, size, 3],
        "compact_inference", new() { ["height"] = size, ["width"] = size });

    public static NetworkInference Dcgan(int batch) => new(
        $"DCGAN's generator, 64×64, batch {batch}", () => new DcganGenerator(64, Seed), [batch, 100], "dcgan_inference",
        new() { ["batch"] = batch });

    public static NetworkInference Pix2PixHD(int size) => new(
        $"Pix2PixHD's global generator, {size}×{size}", () => new Pix2PixHDGlobal(3, 3, Seed), [1, size, size, 3],
        "pix2pixhd_inference", new() { ["height"] = size, ["width"] = size });

    protected override (Step Step, Forward[] Forwards) Write(Bindings bindings)
    {
        Module network = _make();
        Tensor output = network.Apply(Numbers("input", _input, bindings), Pass.Inference);
        return (new Step([output]), [new("network", network, _input)]);
    }
}
