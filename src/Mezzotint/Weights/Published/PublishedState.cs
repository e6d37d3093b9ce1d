using Mezzotint.Layers;
using Mezzotint.Tensors;

namespace Mezzotint.Weights.Published;

/// <summary>
/// The arrays of a file that another framework's network was saved to, and how they become a network's variables: weights of convolutions,
/// out,in,kh,kw there, are kh,kw,in,out here (of transposed ones in,out,kh,kw and kh,kw,out,in), those of dense layers out,in are in,out,
/// and channels before a pixel shuffle are numbered anew.
/// </summary>
internal sealed class PublishedState
{
    private const int MostNamed = 3;

    private readonly string _path;
    private readonly Dictionary<string, NamedArray> _arrays;

    /// <summary>The arrays of a file; what wrappers put before all names is taken away.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="arrays">Its arrays.</param>
    public PublishedState(string path, IReadOnlyList<NamedArray> arrays)
    {
        _path = path;
        int skip = StateNames.Wrapping([.. arrays.Select(array => array.Name)]);
        _arrays = arrays.ToDictionary(array => array.Name[skip..], StringComparer.Ordinal);
    }

    /// <summary>The file.</summary>
    public string Path => _path;

    /// <summary>The names, without what wrappers put before them.</summary>
    public IReadOnlyCollection<string> Names => _arrays.Keys;

    /// <summary>How many numbers its arrays have together.</summary>
    public long Numbers => _arrays.Values.Sum(array => (long)array.Data.Length);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="part">Which part of it, as <see cref="WeightsFile.Read"/> has it.</param>
    /// <exception cref="WeightsException">The file is missing, broken, hostile, or of no format that is read.</exception>
    public static PublishedState Read(string path, string? part = null) => new(path, WeightsFile.Read(path, part).Arrays);

    /// <summary>The shape of an array, or null where there is none of that name.</summary>
    public int[]? ShapeOf(string name) => _arrays.GetValueOrDefault(name)?.Shape;

    /// <summary>The numbers of an array; none where there is none of that name.</summary>
    public ReadOnlySpan<float> ValuesOf(string name) => _arrays.GetValueOrDefault(name)?.Data;

    /// <summary>The state under other names; arrays whose name is null are left out.</summary>
    public PublishedState Renamed(Func<string, string?> rename) =>
        new(_path, [.. _arrays.Select(entry => rename(entry.Key) is { } name ? new NamedArray(name, entry.Value.Shape, entry.Value.Data) : null).OfType<NamedArray>()]);

    /// <summary>What lies below each first part of the names: the states of modules that were saved as parts of a larger one.</summary>
    public IEnumerable<(string Name, PublishedState State)> Parts() => _arrays.Keys
        .Where(name => name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && dot < name.Length - 1)
        .GroupBy(name => name[..name.IndexOf('.', StringComparison.Ordinal)], StringComparer.Ordinal)
        .Select(part => (part.Key, Renamed(name => StateNames.Within($"{part.Key}.", name))));

    /// <summary>Whether there is an array of a name with a shape, of which -1 stands for any extent.</summary>
    public bool Has(string name, params ReadOnlySpan<int> shape)
    {
        if (ShapeOf(name) is not { } extents || extents.Length != shape.Length) return false;
        for (int axis = 0; axis < shape.Length; axis++)
            if (shape[axis] >= 0 && shape[axis] != extents[axis]) return false;
        return true;
    }

    /// <summary>Gives a network's variables their values.</summary>
    /// <param name="network">The network.</param>
    /// <param name="kind">What the network is called in messages.</param>
    /// <param name="nameOf">The name that a variable has in the file.</param>
    /// <param name="shuffle">The factor of the pixel shuffle that a variable's channels go through, 1 for none; null for none
    /// anywhere.</param>
    /// <param name="ignored">Whether an array of the file that no variable takes may be left; null for <c>num_batches_tracked</c>
    /// alone.</param>
    /// <param name="mayLack">Whether a variable that the file has not is zero; null for none.</param>
    /// <exception cref="WeightsException">Arrays are missing, left over, of another shape, or not finite; all of it is said.</exception>
    public void Fill(
        Module network, string kind, Func<Variable, string> nameOf, Func<Variable, int>? shuffle = null, Func<string, bool>? ignored = null,
        Func<Variable, bool>? mayLack = null)
    {
        var missing = new List<string>();
        var unlike = new List<string>();
        var broken = new List<string>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (Variable variable in network.Variables)
        {
            string name = nameOf(variable);
            int[] expected = ForeignShape(variable.Shape.ToArray());
            if (!_arrays.TryGetValue(name, out NamedArray? array) && mayLack?.Invoke(variable) == true) variable.Set(new float[variable.Shape.Count]);
            else if (array is null) missing.Add($"{name} {Text(expected)}");
            else if (!Fits(array.Shape, expected)) unlike.Add($"{name} ({Text(array.Shape)}, where {Text(expected)} is taken)");
            else if (!Array.TrueForAll(array.Data, float.IsFinite)) broken.Add(name);
            else variable.Set(Shuffled(Transposed(array.Data, variable.Shape.ToArray()), variable.Shape[^1], shuffle?.Invoke(variable) ?? 1));
            taken.Add(name);
        }

        string[] left = [.. _arrays.Keys.Where(name => !taken.Contains(name) && Matters(name) && ignored?.Invoke(name) != true)];
        if (missing.Count + unlike.Count + broken.Count + left.Length == 0) return;
        throw new WeightsException($"The arrays in '{_path}' are not those of {kind}: {Differences(missing, unlike, broken, left)}.");
    }

    /// <summary>Whether an array counts for what a network makes: how many batches a norm has seen does not.</summary>
    public static bool Matters(string name) => !name.EndsWith("num_batches_tracked", StringComparison.Ordinal);

    /// <summary>In what arrays differ from a network's, as a clause; the first few of each kind are named.</summary>
    public static string Differences(
        IReadOnlyList<string> missing, IReadOnlyList<string> unlike, IReadOnlyList<string> broken, IReadOnlyList<string> left)
    {
        string[] faults =
        [
            .. missing.Count > 0 ? [$"missing are {Some(missing)}"] : Array.Empty<string>(),
            .. unlike.Count > 0 ? [$"of another shape are {Some(unlike)}"] : Array.Empty<string>(),
            .. broken.Count > 0 ? [$"not finite are numbers of {Some(broken)}"] : Array.Empty<string>(),
            .. left.Count > 0 ? [$"left over are {Some(left)}"] : Array.Empty<string>(),
        ];
        return string.Join("; ", faults);
    }

    /// <summary>A variable as another framework saves it: the reverse of what <see cref="Fill"/> does.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="shuffle">The factor of the pixel shuffle that its channels go through, 1 for none.</param>
    public static NamedArray Save(Variable variable, string name, int shuffle)
    {
        int[] shape = variable.Shape.ToArray();
        float[] values = variable.ToArray();
        if (shuffle > 1) values = Unshuffled(values, shape[^1], shuffle);
        return new NamedArray(name, ForeignShape(shape), TransposedBack(values, shape));
    }

    private static float[] TransposedBack(float[] from, int[] shape)
    {
        if (shape is not ([_, _, _, _] or [_, _])) return from;
        int taps = shape is [var height, var width, _, _] ? height * width : 1, inputs = shape[^2], outputs = shape[^1];
        float[] to = new float[from.Length];
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
                for (int tap = 0; tap < taps; tap++)
                    to[(o * inputs + i) * taps + tap] = from[(tap * inputs + i) * outputs + o];
        return to;
    }

    private static float[] Unshuffled(float[] values, int channels, int factor)
    {
        int block = factor * factor, colours = channels / block;
        float[] result = new float[values.Length];
        for (int row = 0; row < values.Length; row += channels)
            for (int place = 0; place < block; place++)
                for (int c = 0; c < colours; c++)
                    result[row + c * block + place] = values[row + place * colours + c];
        return result;
    }

    /// <summary>The shape that another framework gives an array.</summary>
    private static int[] ForeignShape(int[] shape) => shape switch
    {
        [var height, var width, var from, var to] => [to, from, height, width],
        [var from, var to] => [to, from],
        _ => shape,
    };

    /// <summary>Whether a shape is the expected one; a single number may be of any rank.</summary>
    private static bool Fits(int[] shape, int[] expected) =>
        shape.AsSpan().SequenceEqual(expected) || shape.All(extent => extent == 1) && expected.All(extent => extent == 1);

    private static float[] Transposed(float[] from, int[] shape)
    {
        if (shape is not ([_, _, _, _] or [_, _])) return [.. from];
        int taps = shape is [var height, var width, _, _] ? height * width : 1, inputs = shape[^2], outputs = shape[^1];
        float[] to = new float[from.Length];
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
                for (int tap = 0; tap < taps; tap++)
                    to[(tap * inputs + i) * outputs + o] = from[(o * inputs + i) * taps + tap];
        return to;
    }

    /// <summary>Channels numbered (c·f + y)·f + x, along the last axis, numbered (y·f + x)·C + c.</summary>
    private static float[] Shuffled(float[] values, int channels, int factor)
    {
        if (factor == 1) return values;
        int block = factor * factor, colours = channels / block;
        float[] result = new float[values.Length];
        for (int row = 0; row < values.Length; row += channels)
            for (int place = 0; place < block; place++)
                for (int c = 0; c < colours; c++)
                    result[row + place * colours + c] = values[row + c * block + place];
        return result;
    }

    private static string Text(int[] shape) => $"[{string.Join(", ", shape)}]";

    private static string Some(IReadOnlyList<string> items) =>
        string.Join(", ", items.Take(MostNamed)) + (items.Count > MostNamed ? $" and {items.Count - MostNamed} more" : "");
}
