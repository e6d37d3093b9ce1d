using System.Text.Json.Nodes;
using Mezzotint.Layers;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Bench.Work;

/// <summary>A step of networks on a device, by default the CPU: planned once, run over and over.</summary>
internal abstract class StepWorkload : Workload
{
    private readonly Bindings _bindings = new();
    private Device? _device;
    private Tensors.Plan? _plan;
    private double _operations;
    private JsonObject _facts = [];
    private long _runs;

    /// <summary>Products and sums of the step's convolutions and matrix products; known once it is prepared.</summary>
    public override double Operations => _operations;

    public override bool MeasuresMemory => true;

    public override long? ArenaBytes => (_device as CpuDevice)?.ArenaBytes;

    /// <summary>Makes the device, for a number of threads of the processor.</summary>
    public Func<int, Device> Open { get; set; } = threads => new CpuDevice(threads);

    /// <summary>What runs; known once it is prepared.</summary>
    public Tensors.Plan Plan => _plan!;

    public override void Prepare(int threads)
    {
        _device?.Dispose();
        _device = Open(threads);
        (Step step, Forward[] forwards) = Write(_bindings);
        _operations = OperationsOf(step);
        _facts = new JsonObject(forwards.Select(forward => KeyValuePair.Create(forward.Name, forward.Facts)));
        _plan = _device.Plan(step);
        _runs = 0;
    }

    public override void CompareWith(string peer, JsonObject facts)
    {
        // A peer that knows only the output's size says only that, of the only network there is.
        bool same = facts["elements"] is { } elements
            ? _facts.Count == 1 && JsonNode.DeepEquals(elements, _facts.First().Value!["elements"])
            : JsonNode.DeepEquals(facts, _facts);
        if (!same) throw new InvalidOperationException($"'{Name}' is {_facts.ToJsonString()} here, and {facts.ToJsonString()} to {peer}.");
    }

    public override void Run()
    {
        Feed(_bindings, ++_runs);
        if (!_plan!.Run(_bindings).Finite) throw new InvalidOperationException($"'{Name}' has diverged.");
    }

    public override void Dispose()
    {
        _device?.Dispose();
        base.Dispose();
    }

    /// <summary>Writes the step, sets what its runs share, and says of its networks what the peer must agree with.</summary>
    protected abstract (Step Step, Forward[] Forwards) Write(Bindings bindings);

    /// <summary>Sets what changes from run to run, counted from 1.</summary>
    protected virtual void Feed(Bindings bindings, long run)
    {
    }

    /// <summary>A feed of the given shape with numbers in [0, 1).</summary>
    protected static Feed Numbers(string name, Shape shape, Bindings bindings)
    {
        var random = new Random(1);
        var values = new float[shape.Count];
        for (int i = 0; i < values.Length; i++) values[i] = random.NextSingle();
        var feed = new Feed(name, shape);
        bindings.Set(feed, values);
        return feed;
    }

    private static double OperationsOf(Step step)
    {
        Node[] nodes = Graph.Of(step).Graph.Nodes;
        return nodes
            .Where(node => node.Op is Mezzotint.Tensors.Ops.Convolution or Mezzotint.Tensors.Ops.MatMul)
            .Sum(node => (double)node.Op.Operations([.. node.Inputs.Select(input => nodes[input].Shape)], node.Shape));
    }

    /// <summary>
    /// A network's pass over an input, to compare with the peer's: parameters, the convolutions' operations, the output's size.
    /// </summary>
    /// <param name="Name">Which network.</param>
    /// <param name="Network">The network.</param>
    /// <param name="Input">The shape of the input.</param>
    protected sealed record Forward(string Name, Module Network, Shape Input)
    {
        public JsonNode? Facts
        {
            get
            {
                Tensor output = Network.Apply(new Feed("input", Input), Pass.Inference);
                return new JsonObject
                {
                    ["parameters"] = Network.Parameters.Sum(parameter => parameter.Shape.Count),
                    ["operations"] = (long)OperationsOf(new Step([output])),
                    ["elements"] = output.Shape.Count,
                };
            }
        }
    }
}
