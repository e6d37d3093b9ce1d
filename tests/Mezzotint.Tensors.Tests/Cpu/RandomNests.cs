using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Tensors.Tests.Cpu;

/// <summary>Draws loop nests of every kind the planner may write, with buffers that hold their operands.</summary>
internal sealed class RandomNests(int seed)
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 7, 16, 17, 31, 64];
    private readonly Random _random = new(seed);

    /// <summary>A nest and its operands; its sums, if it has any, are over randomly chosen axes.</summary>
    public (LoopNest Nest, (float[] Buffer, int Offset)[] Operands) Next(bool reduces, int mostPoints = 6000)
    {
        int rank = _random.Next(1, 5);
        int[] extents;
        do
        {
            extents = [.. Enumerable.Range(0, rank).Select(_ => Sizes[_random.Next(Sizes.Length)])];
        }
        while (extents.Aggregate(1, (a, b) => a * b) > mostPoints);

        var operands = new List<LoopOperand>();
        var buffers = new List<(float[], int)>();
        int reads = _random.Next(1, 5);
        for (int i = 0; i < reads; i++) Add(Access.Read, extents, axis => _random.Next(5) == 0);
        bool[] reduced = [.. extents.Select(_ => _random.Next(2) == 0)];
        int sums = reduces ? _random.Next(1, 3) : 0;
        for (int i = 0; i < sums; i++) Add(_random.Next(3) == 0 ? Access.Maximum : Access.Sum, extents, axis => reduced[axis]);
        int writes = _random.Next(reduces ? 0 : 1, 3);
        for (int i = 0; i < writes; i++) Add(Access.Write, extents, _ => false);

        // An update in place: the written operand is the memory of the first one read.
        if (writes > 0 && !operands[0].Strides.Where((s, a) => s == 0 && extents[a] > 1).Any() && _random.Next(3) == 0)
        {
            operands[^1] = operands[^1] with { Strides = operands[0].Strides };
            buffers[^1] = buffers[0];
        }

        return (new LoopNest(Body(reads, operands.Count - reads), extents, [.. operands]), [.. buffers]);

        void Add(Access access, int[] extents, Func<int, bool> isFlat)
        {
            int[] order = [.. Enumerable.Range(0, extents.Length)];
            if (_random.Next(4) == 0) _random.Shuffle(order);
            var strides = new long[extents.Length];
            long step = _random.Next(6) == 0 ? _random.Next(2, 4) : 1, lowest = 0, highest = 0;
            foreach (int axis in order.Reverse())
            {
                if (isFlat(axis)) continue;
                bool flipped = _random.Next(8) == 0;
                strides[axis] = flipped ? -step : step;
                long reach = (extents[axis] - 1) * strides[axis];
                (lowest, highest) = (lowest + Math.Min(0, reach), highest + Math.Max(0, reach));
                step = step * extents[axis] + (_random.Next(6) == 0 ? _random.Next(1, 20) : 0);
            }

            operands.Add(new LoopOperand(access, strides));
            int margin = _random.Next(0, 9);
            buffers.Add(([.. Enumerable.Range(0, (int)(highest - lowest + 1 + 2 * margin)).Select(_ => Value())], (int)(margin - lowest)));
        }
    }

    private float Value() => _random.NextSingle() * 4 - 2;

    private LoopBody Body(int reads, int stores)
    {
        var code = new List<Instruction>();
        for (int i = 0; i < reads; i++) code.Add(new Instruction(Opcode.Load, i));
        int count = _random.Next(0, 9);
        for (int i = 0; i < count; i++)
        {
            // Comparisons are of what was read, since rounding may turn those of computed values.
            int a = Any(), b = Any(), c = Any();
            code.Add(_random.Next(8) switch
            {
                0 => new Instruction(Opcode.Unary, a, Function: (int)Pick(
                    UnaryFunction.Negate, UnaryFunction.Absolute, UnaryFunction.Rectify,
                    UnaryFunction.HyperbolicTangent, UnaryFunction.Sigmoid)),
                1 => new Instruction(Opcode.Select, Add(Comparison()), b, c),
                2 => new Instruction(Opcode.Binary, a, b, Function: (int)Pick(BinaryFunction.Maximum, BinaryFunction.Minimum)),
                < 5 => new Instruction(Opcode.Binary, a, b, Function: (int)BinaryFunction.Multiply),
                _ => new Instruction(Opcode.Binary, a, b, Function: (int)Pick(BinaryFunction.Add, BinaryFunction.Subtract)),
            });
        }

        for (int i = 0; i < stores; i++) code.Add(new Instruction(Opcode.Store, i == 0 ? code.Count - 1 : Any(), reads + i));
        return new LoopBody([.. code]);

        Instruction Comparison() => new(
            Opcode.Compare, _random.Next(reads), _random.Next(reads),
            Function: (int)Pick(Ops.Comparison.Less, Ops.Comparison.LessOrEqual));

        int Add(Instruction instruction)
        {
            code.Add(instruction);
            return code.Count - 1;
        }

        // A result, not a store.
        int Any()
        {
            int index;
            do
            {
                index = _random.Next(code.Count);
            }
            while (code[index].Code == Opcode.Store);
            return index;
        }
    }

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
