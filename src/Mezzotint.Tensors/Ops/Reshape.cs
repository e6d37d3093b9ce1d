namespace Mezzotint.Tensors.Ops;

/// <summary>The same elements in the same row-major order, in another shape.</summary>
internal sealed record Reshape(Shape To) : Op
{
    public override string Name => "reshape";

    public override Shape Infer(ReadOnlySpan<Tensor> inputs)
    {
        Require(inputs[0].Shape.Count == To.Count, this, inputs, $"{To} has {To.Count} elements.");
        return To;
    }

    public override void Differentiate(Tensor output, Tensor adjoint, Adjoints adjoints) =>
        adjoints.Add(output.Inputs[0], adjoint.Reshape(output.Inputs[0].Shape));

    public override long Operations(ReadOnlySpan<Shape> inputs, Shape output) => 0;

    /// <summary>
    /// Exact where runs of axes correspond: a run of which only part is needed is narrowed when it is one axis on both sides, or when the
    /// outermost of the run can be.
    /// </summary>
    public override Box Support(int input, Box output, ReadOnlySpan<Shape> inputs)
    {
        Shape from = inputs[0];
        var start = new int[from.Rank];
        var stop = new int[from.Rank];
        int i = 0, o = 0;
        while (i < from.Rank || o < To.Rank)
        {
            int firstIn = i, firstOut = o;
            long sizeIn = i < from.Rank ? from[i++] : 1, sizeOut = o < To.Rank ? To[o++] : 1;
            while (sizeIn != sizeOut)
            {
                if (sizeIn < sizeOut) sizeIn *= from[i++];
                else sizeOut *= To[o++];
            }

            // The run holds the flat indices low..high (inclusive) of the output; cover them by a box of the input's axes.
            long low = 0, high = 0;
            for (int axis = firstOut; axis < o; axis++)
            {
                low = low * To[axis] + output.Start[axis];
                high = high * To[axis] + output.Stop[axis] - 1;
            }

            bool same = true;
            long remaining = sizeIn;
            for (int axis = firstIn; axis < i; axis++)
            {
                remaining /= from[axis];
                long a = low / remaining % from[axis], b = high / remaining % from[axis];
                start[axis] = same ? (int)a : 0;
                stop[axis] = same ? (int)b + 1 : from[axis];
                same &= a == b;
            }
        }

        return new Box(IntList.Create(start), IntList.Create(stop));
    }
}
