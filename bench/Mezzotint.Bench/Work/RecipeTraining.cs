using Mezzotint.Families;
using Mezzotint.Recipes;
using Mezzotint.Tensors;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;
using Mezzotint.Training;

namespace Mezzotint.Bench.Work;

/// <summary>The first step of a recipe's training, on numbers at random in place of its data.</summary>
internal sealed class RecipeTraining(string recipe) : StepWorkload
{
    /// <summary>Rates, and whatever else is one number.</summary>
    private const float Scalar = 1e-4f;

    private readonly ITraining _training = FamilyLibrary.Make(FamilyLibrary.Read(RecipeLibrary.Find(recipe)));

    public override string Section => "Training steps";

    public override string Title => recipe;

    protected override (Step Step, Forward[] Forwards) Write(Bindings bindings)
    {
        Step step = _training.StepAt(1).Step;
        (Graph graph, LeafOp?[] leaves) = Graph.Of(step);
        var random = new Random(1);
        for (int node = 0; node < leaves.Length; node++)
        {
            if (leaves[node] is not Fed { Feed: var feed }) continue;
            long count = graph.Nodes[node].Shape.Count;
            if (feed.Tensor.Type == ElementType.Int32) bindings.Set(feed, new int[count]);
            else bindings.Set(feed, count == 1 ? [Scalar] : Enumerable.Range(0, (int)count).Select(_ => random.NextSingle()).ToArray());
        }

        return (step, []);
    }

    public override void Dispose()
    {
        _training.Dispose();
        base.Dispose();
    }
}
