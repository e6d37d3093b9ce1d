namespace Mezzotint.Tensors.Ops;

/// <summary>A box of indices: on each axis from <see cref="Start"/> to before <see cref="Stop"/>.</summary>
internal readonly record struct Box(IntList Start, IntList Stop)
{
    public static Box Whole(Shape shape) => new(IntList.Create(new int[shape.Rank]), IntList.Create(shape.Span));

    public int Rank => Start.Count;

    /// <summary>This box with one axis replaced, kept within 0 to <paramref name="extent"/>.</summary>
    public Box With(int axis, int start, int stop, int extent)
    {
        int[] starts = [.. Start], stops = [.. Stop];
        starts[axis] = Math.Clamp(start, 0, extent - 1);
        stops[axis] = Math.Clamp(stop, starts[axis] + 1, extent);
        return new Box(IntList.Create(starts), IntList.Create(stops));
    }

    /// <summary>The smallest box that holds both.</summary>
    public Box Union(Box other)
    {
        int[] starts = [.. Start], stops = [.. Stop];
        for (int axis = 0; axis < Rank; axis++)
        {
            starts[axis] = Math.Min(starts[axis], other.Start[axis]);
            stops[axis] = Math.Max(stops[axis], other.Stop[axis]);
        }

        return new Box(IntList.Create(starts), IntList.Create(stops));
    }
}
