using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Bench.Work;

/// <summary>A step of SRResNet's first stage: mean squared error, Adam.</summary>
internal sealed class SrResNetTraining(int batch, int size) : StepWorkload
{
    private const double LearningRate = 1e-4;
    private Adam? _adam;

    public override string Section => "Training steps";

    public override string Title => $"SRResNet ×4, {size}×{size}, batch {batch}";

    public override Aim Aim => new(null, 0.4);

    public override PeerWork PyTorch => new("srresnet_training", new Dictionary<string, object> { ["batch"] = batch, ["height"] = size, ["width"] = size });

    protected override (Step Step, Forward[] Forwards) Write(Bindings bindings)
    {
        var network = new SrResNet(4, new Initialization(1));
        Shape shape = [batch, size, size, 3];
        Feed low = Numbers("low", shape, bindings), high = Numbers("high", [batch, 4 * size, 4 * size, 3], bindings);
        var updates = new Updates();
        Tensor loss = (network.Apply(low, new Pass(updates)) - high).Square().Mean();
        _adam = new Adam("adam", network.Parameters, new AdamRecipe { Beta2 = 0.999 });
        _adam.Minimize(loss, updates);
        return (new Step([loss], updates), [new("network", network, shape)]);
    }

    protected override void Feed(Bindings bindings, long run) => _adam!.Feed(bindings, run, LearningRate);
}
