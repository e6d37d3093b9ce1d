using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Mezzotint.Weights.PyTorch;

/// <summary>
/// Reads a pickle of protocol 0 to 5 as data. A pickle is a program for a machine with a stack; this one can make numbers, texts, None,
/// lists, tuples (<c>object?[]</c>), dictionaries, labels for classes and objects that are but such labels with data, and, by <see
/// cref="Rebuilding"/>, references to tensors. It can run nothing.
/// </summary>
/// <remarks>The opcodes are those documented in Python's <c>pickletools</c>.</remarks>
internal sealed class PickleReader
{
    /// <summary>A longer pickle, in bytes, is refused: the numbers of tensors do not lie in it.</summary>
    public const long MaximumBytes = 1 << 26;

    private const int MaximumSteps = 1 << 22;
    private const int MaximumStack = 1 << 20;
    private const int MaximumIntegerBytes = 1 << 10;
    private const int LongestName = 1 << 10;

    private readonly PickleSource _source;
    private readonly Func<object?, object?> _persistent;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _steps;

    private PickleReader(PickleSource source, Func<object?, object?> persistent) => (_source, _persistent) = (source, persistent);

    /// <summary>Reads one pickle.</summary>
    /// <param name="source">Its bytes.</param>
    /// <param name="persistent">What a reference to something outside the pickle becomes.</param>
    /// <exception cref="WeightsException">It is broken, beyond the bounds, or asks for code to be run; a clause without the file's
    /// name.</exception>
    public static object? Read(PickleSource source, Func<object?, object?> persistent) => new PickleReader(source, persistent).Run();

    private object? Run()
    {
        for (; _steps < MaximumSteps; _steps++)
        {
            byte code = _source.Byte();
            if (code == '.') return Pop();
            Step(code);
            if (_stack.Count > MaximumStack || _marks.Count > MaximumStack) throw new WeightsException("a pickle in it is nested too deeply");
        }
        throw new WeightsException("a pickle in it has too many steps");
    }

    private void Step(byte code)
    {
        switch ((char)code)
        {
            // Numbers, texts, None.
            case 'N': Push(null); break;
            case '\u0088': Push(true); break;
            case '\u0089': Push(false); break;
            case 'K': Push(_source.Number(1)); break;
            case 'M': Push(_source.Number(2)); break;
            case 'J': Push((long)(int)_source.Number(4)); break;
            case '\u008a': Push(Integer(_source.Number(1))); break;
            case '\u008b': Push(Integer(_source.Number(4))); break;
            case 'I': Push(_source.Line() switch { "00" => false, "01" => true, var text => Decimal(text) }); break;
            case 'L': Push(Decimal(_source.Line().TrimEnd('L'))); break;
            case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(_source.Bytes(8))); break;
            case 'F': Push(Real(_source.Line())); break;
            case 'X': Push(_source.Text(_source.Number(4))); break;
            case '\u008c': Push(_source.Text(_source.Number(1))); break;
            case '\u008d': Push(_source.Text(_source.Number(8))); break;
            case 'V': Push(Plain(_source.Line())); break;
            case 'S': Push(Quoted(_source.Line())); break;
            case 'U': Push(_source.OldText(_source.Number(1))); break;
            case 'T': Push(_source.OldText(_source.Number(4))); break;
            case 'C': Push(_source.Bytes(_source.Number(1))); break;
            case 'B': Push(_source.Bytes(_source.Number(4))); break;
            case '\u008e' or '\u0096': Push(_source.Bytes(_source.Number(8))); break;

            // Tuples, lists, dictionaries, sets (as lists).
            case '(': _marks.Push(_stack.Count); break;
            case ')': Push(Array.Empty<object?>()); break;
            case '\u0085': Push(Last(1)); break;
            case '\u0086': Push(Last(2)); break;
            case '\u0087': Push(Last(3)); break;
            case 't': Push(Marked()); break;
            case ']' or '\u008f': Push(new List<object?>()); break;
            case 'l' or '\u0091': Push(Marked().ToList()); break;
            case 'a': Append([Pop()]); break;
            case 'e' or '\u0090': Append(Marked()); break;
            case '}': Push(new PickleDictionary()); break;
            case 'd': MakeDictionary(Marked()); break;
            case 's': Set(Last(2)); break;
            case 'u': Set(Marked()); break;

            // The stack and what is remembered of it.
            case '0': Discard(); break;
            case '1': Marked(); break;
            case '2': Push(Top); break;
            case 'p': Remember(Key(_source.Line())); break;
            case 'q': Remember(_source.Number(1)); break;
            case 'r': Remember(_source.Number(4)); break;
            case '\u0094': Remember(_memo.Count); break;
            case 'g': Recall(Key(_source.Line())); break;
            case 'h': Recall(_source.Number(1)); break;
            case 'j': Recall(_source.Number(4)); break;

            // Labels, objects of them, and what is outside.
            case 'c': Push(new PickleClass(_source.Line(), _source.Line())); break;
            case '\u0093': Push(Class(Last(2))); break;
            case 'i': MakeObject(new PickleClass(_source.Line(), _source.Line()), Marked()); break;
            case 'o': MakeObject(Marked()); break;
            case '\u0081': MakeObject(Last(2)); break;
            case '\u0092': MakeObject(Last(3)); break;
            case 'R': Reduce(Last(2)); break;
            case 'b': Build(Pop()); break;
            case 'Q': Push(_persistent(Pop())); break;
            case 'P': Push(_persistent(_source.Line())); break;

            // The protocol's number and the frames say nothing that is needed.
            case '\u0080': _source.Byte(); break;
            case '\u0095': _source.Number(8); break;
            default: throw new WeightsException($"it is not a PyTorch file, or a pickle in it has the unknown or refused code {code}");
        }
    }

    private object? Top => _stack.Count > Floor ? _stack[^1] : throw Empty();

    /// <summary>What lies below the last mark is not to be taken one by one.</summary>
    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    private static WeightsException Empty() => new("a pickle in it takes more from its stack than there is");

    private void Push(object? value) => _stack.Add(value);

    private object? Pop()
    {
        object? value = Top;
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private void Discard()
    {
        if (_marks.TryPeek(out int mark) && mark == _stack.Count) _marks.Pop();
        else Pop();
    }

    private object?[] Last(int count)
    {
        if (_stack.Count - Floor < count) throw Empty();
        object?[] values = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] Marked()
    {
        if (!_marks.TryPop(out int mark)) throw Empty();
        object?[] values = [.. _stack[mark..]];
        _stack.RemoveRange(mark, values.Length);
        return values;
    }

    private void Remember(long key) => _memo[key] = Top;

    private void Recall(long key) =>
        Push(_memo.TryGetValue(key, out object? value) ? value : throw new WeightsException("a pickle in it recalls what it did not remember"));

    private void Append(object?[] values)
    {
        List<object?> list = Top switch
        {
            List<object?> elements => elements,
            PickleObject made => made.Elements,
            _ => throw new WeightsException("a pickle in it appends to something that is not a list"),
        };
        list.AddRange(values);
    }

    private void MakeDictionary(object?[] pairs)
    {
        Push(new PickleDictionary());
        Set(pairs);
    }

    private void Set(object?[] pairs)
    {
        PickleDictionary dictionary = Top switch
        {
            PickleDictionary entries => entries,
            PickleObject made => made.Items,
            _ => throw new WeightsException("a pickle in it sets an entry of something that is not a dictionary"),
        };
        if (pairs.Length % 2 != 0) throw new WeightsException("a dictionary in it has a key without a value");
        for (int i = 0; i < pairs.Length; i += 2) dictionary.Set(pairs[i], pairs[i + 1]);
    }

    private static PickleClass Class(object?[] names) =>
        names is [string { Length: <= LongestName } module, string { Length: <= LongestName } name] ? new PickleClass(module, name) : throw new WeightsException("a pickle in it names a class by no text, or a long one");

    private void MakeObject(object?[] parts)
    {
        if (parts is not [PickleClass type, .. var arguments]) throw new WeightsException("a pickle in it makes an object of no class");
        MakeObject(type, arguments);
    }

    private void MakeObject(PickleClass type, object?[] arguments) => Push(type.ToString() switch
    {
        "collections.OrderedDict" or "builtins.dict" or "__builtin__.dict" => new PickleDictionary(),
        _ => new PickleObject(type) { State = arguments is [] or [object?[] and []] ? null : arguments },
    });

    private void Reduce(object?[] call)
    {
        if (call is not [PickleClass function, object?[] arguments])
            throw new WeightsException("a pickle in it calls something that is not a function's name with arguments");
        if (arguments is [List<object?> copied]) _steps += Math.Min(copied.Count, MaximumSteps); // else one list could be copied without end
        Push(Rebuilding.Call(function, arguments));
    }

    private void Build(object? state)
    {
        switch (Top)
        {
            case PickleObject made: made.State = state; break;
            case PickleDictionary or TensorReference: break; // attributes beside the content, such as versions of layers
            default: throw new WeightsException("a pickle in it fills something that takes no state");
        }
    }

    private static long Key(string text) => Decimal(text) is long key ? key : throw new WeightsException("a pickle in it has a number that is too large");

    private object Integer(long bytes)
    {
        if (bytes > MaximumIntegerBytes) throw new WeightsException("a pickle in it has a number that is too large");
        return Narrow(new BigInteger(_source.Bytes(bytes)));
    }

    private static object Decimal(string text) =>
        text.Length <= MaximumIntegerBytes && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value)
            ? Narrow(value)
            : throw new WeightsException("a pickle in it has a number that is none");

    private static object Narrow(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)long.CreateChecked(value) : value;

    private static double Real(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        ? value
        : throw new WeightsException("a pickle in it has a number that is none");

    private static string Plain(string text) =>
        text.Contains('\\') ? throw new WeightsException("a pickle in it has a text with escapes, which are not read") : text;

    private static string Quoted(string text) => text is ['\'', .., '\''] or ['"', .., '"']
        ? Plain(text[1..^1])
        : throw new WeightsException("a pickle in it has a text without quotes");
}
