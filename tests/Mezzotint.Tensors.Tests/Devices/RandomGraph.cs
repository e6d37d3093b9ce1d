using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Tests.Reference;

namespace Mezzotint.Tensors.Tests.Devices;

/// <summary>
/// Expressions of random primitives over a growing pool of values, each of which may be used any number of times. Values stay within a few
/// units, and steep functions are avoided, so that an error is a mistake and not an amplified rounding.
/// </summary>
internal sealed class RandomGraph
{
    private const int MostElements = 6000;
    private readonly Numbers _numbers;
    private readonly List<Tensor> _pool = [];

    public RandomGraph(Numbers numbers, params Tensor[] leaves)
    {
        _numbers = numbers;
        _pool.AddRange(leaves);
    }

    /// <summary>Adds values of elementwise functions, reductions and moves of elements, and if wanted of heavy operations.</summary>
    public void Grow(int count, bool heavy)
    {
        for (int i = 0; i < count; i++)
        {
            Tensor value = Next(heavy);
            if (value.Shape.Count <= MostElements) _pool.Add(value);
        }
    }

    /// <summary>The last value and a few others.</summary>
    public Tensor[] Some(int count) => [.. Enumerable.Range(0, count).Select(i => i == 0 ? _pool[^1] : Any()).Distinct()];

    private Tensor Any() =>
        _pool[_numbers.Chance(0.5) ? _numbers.Integer(0, _pool.Count - 1) : _numbers.Integer(_pool.Count * 2 / 3, _pool.Count - 1)];

    private Tensor Next(bool heavy) => _numbers.Integer(0, heavy ? 14 : 11) switch
    {
        0 or 1 => Function(Any()),
        2 or 3 or 4 => Pair(Any()),
        5 => Choice(Any()),
        6 => Reduced(Any()),
        7 or 8 => Viewed(Any()),
        9 => Padded(Any()),
        10 => Joined(Any()),
        11 => Any() + (float)_numbers.Between(-1, 1),
        12 => Product(Any()),
        _ => Convolved(Any()),
    };

    private Tensor Function(Tensor x) => _numbers.Integer(0, 11) switch
    {
        0 => x.Tanh(),
        1 => x.Sigmoid(),
        2 => x.Sin(),
        3 => x.Relu(),
        4 => x.Abs(),
        5 => -x,
        6 => (x.Square() + 0.5f).Sqrt(),
        7 => (-x.Abs()).Exp(),
        8 => (x.Abs() + 0.5f).Log(),
        9 => (1 + x.Square()).Reciprocal(),
        10 => x.Cos(),
        _ => Tensor.Max(x, 0.2f * x),
    };

    private Tensor Pair(Tensor x)
    {
        Tensor y = Fitting(x);
        return _numbers.Integer(0, 6) switch
        {
            0 => x + y,
            1 => x - y,
            2 => x * y.Tanh(),
            3 => x / (1 + y.Abs()),
            4 => Tensor.Max(x, y),
            5 => Tensor.Min(x, y),
            _ => (0.5f + x.Abs()).Pow(y.Sin()),
        };
    }

    private Tensor Choice(Tensor x)
    {
        Tensor y = Fitting(x);
        return _numbers.Chance(0.5) ? Tensor.Select(Tensor.Less(x, 0.1f), y, x) : Tensor.LessOrEqual(x, y) * x;
    }

    /// <summary>A value of the pool that broadcasts with another: as it is, with axes taken off, or narrowed to one along some.</summary>
    private Tensor Fitting(Tensor x)
    {
        Tensor[] same = [.. _pool.Where(value => value.Shape == x.Shape)];
        Tensor y = same[_numbers.Integer(0, same.Length - 1)];
        if (x.Shape.Rank == 0 || _numbers.Chance(0.5)) return y;
        int axis = _numbers.Integer(0, x.Shape.Rank - 1);
        y = _numbers.Chance(0.5) ? y.Slice(axis, _numbers.Integer(0, x.Shape[axis] - 1), 1) : y.Mean(axis);
        return y.Shape[0] == 1 && _numbers.Chance(0.5) ? y.Reshape(Shape.Create(y.Shape.Span[1..])) : y;
    }

    private Tensor Reduced(Tensor x)
    {
        if (x.Shape.Rank == 0) return x;
        int[] axes = [.. Enumerable.Range(0, x.Shape.Rank).Where(_ => _numbers.Chance(0.5))];
        return _numbers.Integer(0, 3) switch
        {
            0 => x.MaxOver(axes),
            1 => x - x.Mean(axes),
            2 => x / (1 + x.Abs().Sum(axes)),
            _ => x.Mean(axes),
        };
    }

    private Tensor Viewed(Tensor x)
    {
        Shape shape = x.Shape;
        if (shape.Rank == 0) return x.BroadcastTo([3, 2]);
        int axis = _numbers.Integer(0, shape.Rank - 1), extent = shape[axis];
        switch (_numbers.Integer(0, 6))
        {
            case 0:
                return x.Permute([.. Enumerable.Range(0, shape.Rank).OrderBy(_ => _numbers.Integer(0, 1000))]);
            case 1:
                int step = _numbers.Integer(1, 3), start = _numbers.Integer(0, extent - 1);
                return x.Slice(axis, start, (extent - 1 - start) / step + 1, step);
            case 2:
                return x.Flip(axis);
            case 3:
                return x.Reshape([(int)shape.Count]);
            case 4:
                // One axis cut in two, where it can be.
                int part = Enumerable.Range(2, 4).FirstOrDefault(divisor => extent % divisor == 0, 1);
                return x.Reshape(Shape.Create([.. shape.Span[..axis], extent / part, part, .. shape.Span[(axis + 1)..]]));
            case 5:
                return shape.Rank < 5
                    ? x.BroadcastTo(Shape.Create([_numbers.Integer(2, 3), .. shape]))
                    : x.Reshape([shape[0], (int)(shape.Count / shape[0])]);
            default:
                return x.Slice(axis, 0, 1).BroadcastTo(shape);
        }
    }

    private Tensor Padded(Tensor x)
    {
        int rank = x.Shape.Rank;
        if (rank == 0) return x;
        int mostBetween = _numbers.Integer(0, 1);
        return Tensor.Apply(new Pad(Margins(2), Margins(1), Margins(mostBetween)), x);

        IntList Margins(int most) => [.. _numbers.Integers([rank], 0, most)];
    }

    private Tensor Joined(Tensor x)
    {
        if (x.Shape.Rank == 0) return x;
        int axis = _numbers.Integer(0, x.Shape.Rank - 1);
        Tensor[] same = [.. _pool.Where(value => value.Shape == x.Shape)];
        return Tensor.Concat(axis, x, same[_numbers.Integer(0, same.Length - 1)].Slice(axis, 0, _numbers.Integer(1, x.Shape[axis])), x);
    }

    private Tensor Product(Tensor x)
    {
        if (x.Shape.Rank < 2) return x;
        Tensor matrix = x.Reshape([(int)(x.Shape.Count / x.Shape[^1]), x.Shape[^1]]);
        return matrix.MatMul(_numbers.Tensor([x.Shape[^1], _numbers.OneOf(1, 3, 17)], -0.5, 0.5)).Tanh();
    }

    private Tensor Convolved(Tensor x)
    {
        int channels = x.Shape.Rank == 0 ? 1 : x.Shape[^1];
        Tensor image = x.Shape.Rank == 4 ? x : x.Reshape([1, 1, (int)(x.Shape.Count / channels), channels]);
        int kernel = _numbers.Integer(1, 3), outChannels = _numbers.OneOf(1, 3, 8, 17);
        ConvolutionWindow window = new(PadTop: kernel / 2, PadBottom: kernel / 2, PadLeft: kernel - 1, StrideX: _numbers.Integer(1, 2));
        bool transposed = _numbers.Chance(0.3);
        Tensor weights = _numbers.Tensor(transposed ? [kernel, kernel, outChannels, channels] : [kernel, kernel, channels, outChannels],
            -0.4, 0.4);
        Tensor y = transposed
            ? image.ConvTranspose2d(weights, ConvolutionWindow.Square(), image.Shape[1] + kernel - 1, image.Shape[2] + kernel - 1)
            : image.Conv2d(weights, window);
        return _numbers.Integer(0, 5) switch
        {
            0 => y,
            1 => (y + _numbers.Tensor([outChannels])).Relu(),
            2 => y.Tanh() + y.Mean(1, 2),
            3 => (y - y.Moments(1, 2).Mean) / (y.Moments(1, 2).Variance + 0.5f).Sqrt(),
            4 => y.Relu() - y.Relu().Moments(0, 1, 2).Variance,
            _ => y.Permute(0, 3, 1, 2),
        };
    }
}
