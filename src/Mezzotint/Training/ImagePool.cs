using Mezzotint.Data;
using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>
/// Pictures that a generator made in earlier steps, half of which the discriminator is shown in place of new ones (Shrivastava et al.
/// 2017). They are a variable, and which are shown and replaced is a function of the seed and the sample's number, so a checkpoint holds
/// all of it.
/// </summary>
public sealed class ImagePool
{
    private const ulong ShowPurpose = 31, PlacePurpose = 32;

    private readonly int _capacity, _batch;
    private readonly Variable _pictures;
    private readonly Feed _places, _shown, _kept;

    /// <summary>An empty pool.</summary>
    /// <param name="name">A path.</param>
    /// <param name="capacity">How many pictures it holds.</param>
    /// <param name="batch">The shape of all of a step's pictures, N,H,W,C.</param>
    public ImagePool(string name, int capacity, Shape batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_capacity, _batch) = (capacity, batch[0]);
        _pictures = new Variable($"{name}.pictures", [capacity, .. batch.Skip(1)]);
        _places = new Feed($"{name}.places", [_batch], ElementType.Int32);
        _shown = new Feed($"{name}.shown", [_batch, 1, 1, 1]);
        _kept = new Feed($"{name}.kept", [_batch, capacity, 1, 1, 1]);
    }

    /// <summary>The pictures it holds.</summary>
    public Variable Pictures => _pictures;

    /// <summary>Writes the exchange of pictures of a step, each after the other.</summary>
    /// <param name="made">The new pictures, N,H,W,C.</param>
    /// <param name="updates">Receives the new pool.</param>
    /// <param name="first">Which of the step's pictures the first of them is, from 0.</param>
    /// <returns>As many pictures: some new, some of the pool.</returns>
    public Tensor Exchange(Tensor made, Updates updates, int first = 0)
    {
        made = made.Detach();
        Tensor pool = updates[_pictures];
        var shown = new Tensor[made.Shape[0]];
        for (int i = 0; i < shown.Length; i++)
        {
            Tensor one = made.Slice(0, i, 1), old = pool.Gather(_places.Tensor.Slice(0, first + i, 1));
            shown[i] = Tensor.Select(_shown.Tensor.Slice(0, first + i, 1).BroadcastTo(one.Shape), old, one);
            Tensor kept = _kept.Tensor.Slice(0, first + i, 1).Reshape([_capacity, 1, 1, 1]);
            pool = Tensor.Select(kept.BroadcastTo(pool.Shape), one.BroadcastTo(pool.Shape), pool);
        }

        updates.Assign(_pictures, pool);
        return Tensor.Concat(0, shown);
    }

    /// <summary>Gives a run of the step what is shown and what is kept.</summary>
    /// <param name="bindings">The run's values.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="sample">The number of the step's first sample, from 0.</param>
    public void Feed(Bindings bindings, ulong seed, long sample)
    {
        int[] places = new int[_batch];
        float[] shown = new float[_batch], kept = new float[_batch * _capacity];
        for (int i = 0; i < _batch; i++)
        {
            long number = sample + i;
            bool filling = number < _capacity;
            places[i] = filling ? (int)number : CounterRandom.Below(_capacity, seed, PlacePurpose, (ulong)number);
            bool exchanged = !filling && CounterRandom.Below(2, seed, ShowPurpose, (ulong)number) == 1;
            shown[i] = exchanged ? 1 : 0;
            if (filling || exchanged) kept[i * _capacity + places[i]] = 1;
        }

        bindings.Set(_places, (ReadOnlyMemory<int>)places).Set(_shown, shown).Set(_kept, kept);
    }
}
