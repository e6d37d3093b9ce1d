namespace Mezzotint.Tensors.Ops;

/// <summary>Repeats a tensor along the axes where its extent is 1, and along new outer axes.</summary>
internal sealed record Broadcast(Shape To) : Op
{
    public override string Name => "broadcast";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Shape from = inputs[0].Shape;
        bool fits = from.Rank <= To.Rank;
        for (int axis = 0; fits && axis < from.Rank; axis++)
            fits = from[axis] == 1 || from[axis] == To[axis + To.Rank - from.Rank];
        Require(fits, this, inputs, $"it cannot be repeated to {To}.");
        return To;
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints)
    {
        Tensor input = output.Inputs[0];
        int added = To.Rank - input.Shape.Rank;
        var axes = new List<int>();
        for (int axis = 0; axis < To.Rank; axis++)
            if (axis < added || (input.Shape[axis - added] == 1 && To[axis] > 1)) axes.Add(axis);
        adjoints.Add(input, adjoint.Sum([.. axes]).Reshape(input.Shape));
    }

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 0;

    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        Shape from = inputs[0];
        int added = To.Rank - from.Rank;
        var start = new int[from.Rank];
        var stop = new int[from.Rank];
        for (int axis = 0; axis < from.Rank; axis++)
        {
            start[axis] = from[axis] == 1 ? 0 : output.Start[axis + added];
            stop[axis] = from[axis] == 1 ? 1 : output.Stop[axis + added];
        }

        return new Box(IntList.Create(start), IntList.Create(stop));
    }
}
