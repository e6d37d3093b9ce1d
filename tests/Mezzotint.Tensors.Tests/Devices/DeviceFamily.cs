using Mezzotint.Tensors.Reference;

namespace Mezzotint.Tensors.Tests.Devices;

/// <summary>
/// Devices that are held to the same results: those of one group to the same bits, all to the reference within its tolerance.
/// </summary>
public sealed class DeviceFamily(params (string Name, Device[] SameBits)[] groups)
{
    /// <summary>The relative error granted to one operation: four units in the last place.</summary>
    private const double RoundOff = 8.0 / (1 << 24);

    /// <summary>Below this, single precision holds fewer digits.</summary>
    private const double Underflow = 1e-36;

    /// <summary>Of how many checks one is made, chosen by its name: for devices that take long to get ready for each.</summary>
    public int OneIn { get; init; } = 1;

    /// <summary>Runs a step on every device, from the same values of its variables, and compares outputs and new values.</summary>
    /// <param name="name">What a failure is called: its seed above all.</param>
    /// <param name="step">What to run; its variables are left as the first device changed them.</param>
    /// <param name="bindings">The values of the feeds.</param>
    /// <param name="ofLargest">
    /// For graphs so deep that the worst case says nothing: the part of a tensor's largest element by which every one may be wrong.
    /// </param>
    internal void Check(string name, Step step, Bindings? bindings = null, double? ofLargest = null)
    {
        if (IsLeftOut(name)) return;
        IReadOnlyList<Variable> variables = step.Updates?.Variables ?? [];
        float[][] before = [.. variables.Select(variable => variable.ToArray())];
        Tensor[] wanted = [.. step.Outputs, .. variables.Select(variable => step.Updates![variable])];
        (double[] Values, double[] Tolerances)[] expected = ReferenceDevice.EvaluateWithTolerance(wanted, RoundOff, bindings);
        bool commits = expected[..step.Outputs.Count].All(output => output.Values.All(double.IsFinite));

        foreach ((string group, Device[] sameBits) in groups)
        {
            float[][]? first = null;
            foreach (Device device in sameBits)
            {
                for (int i = 0; i < before.Length; i++) variables[i].Set(before[i]);
                long[] versions = [.. variables.Select(variable => variable.Version)];
                RunResult result = device.Run(step, bindings);
                Assert.True(commits == result.Finite, $"{name} on {group}: finite is {result.Finite}, not {commits}");
                for (int i = 0; i < before.Length; i++) Assert.Equal(versions[i] + (commits ? 1 : 0), variables[i].Version);

                float[][] actual = [.. step.Outputs.Select((_, i) => result[i]), .. variables.Select(variable => variable.ToArray())];
                for (int i = 0; i < actual.Length; i++)
                {
                    string what = $"{name} on {group}, result {i}, {wanted[i]}";
                    if (first is not null) SameBits(what, first[i], actual[i]);
                    else if (!commits && i >= step.Outputs.Count) SameBits(what, before[i - step.Outputs.Count], actual[i]);
                    else Compare(what, expected[i].Values, expected[i].Tolerances, actual[i], ofLargest);
                }

                first ??= actual;
            }
        }
    }

    /// <summary>Runs a step on every device, from the same values of its variables, and compares the bits within each group.</summary>
    internal void CheckBits(string name, Step step, Bindings? bindings = null)
    {
        IReadOnlyList<Variable> variables = step.Updates?.Variables ?? [];
        float[][] before = [.. variables.Select(variable => variable.ToArray())];
        foreach ((string group, Device[] sameBits) in groups)
        {
            float[][]? first = null;
            foreach (Device device in sameBits)
            {
                for (int i = 0; i < before.Length; i++) variables[i].Set(before[i]);
                RunResult result = device.Run(step, bindings);
                float[][] actual = [.. step.Outputs.Select((_, i) => result[i]), .. variables.Select(variable => variable.ToArray())];
                first ??= actual;
                for (int i = 0; i < actual.Length; i++) SameBits($"{name} on {group}, result {i}", first[i], actual[i]);
            }
        }
    }

    /// <summary>Checks that every device refuses to compute a tensor, and computes another afterwards.</summary>
    internal void CheckRefused<T>(string named, Tensor refused)
        where T : Exception
    {
        foreach (Device device in groups.SelectMany(group => group.SameBits))
        {
            Assert.Contains(named, Assert.ThrowsAny<T>(() => device.Evaluate(refused)).Message, StringComparison.Ordinal);
            Assert.Equal([3f], device.Evaluate(Tensor.Constant(1) + 2));
        }
    }

    /// <summary>Checks that two tensors are the same bits on every device.</summary>
    internal void CheckSame(string name, Tensor left, Tensor right)
    {
        Assert.Equal(left.Shape, right.Shape);
        if (IsLeftOut($"{name} {left.Shape} {right.Op}")) return;
        foreach ((string group, Device[] sameBits) in groups)
            foreach (Device device in sameBits)
                SameBits($"{name} on {group}", device.Evaluate(left), device.Evaluate(right));
    }

    private bool IsLeftOut(string name) => name.Aggregate(17u, (hash, letter) => hash * 31 + letter) / 7 % OneIn != 0;

    internal void Check(string name, params Tensor[] outputs) => Check(name, new Step(outputs));

    private static void Compare(string name, double[] values, double[] tolerances, float[] actual, double? ofLargest)
    {
        Assert.True(values.Length == actual.Length, $"{name}: {actual.Length} elements");
        double largest = values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < actual.Length; i++)
        {
            double value = values[i];
            if (!double.IsFinite(value) || Math.Abs(value) > float.MaxValue)
            {
                Assert.True(((float)value).Equals(actual[i]), $"{name}, element {i}: {actual[i]}, not {value}");
                continue;
            }

            // Where the error may reach a pole, the worst case has no bound.
            double tolerance = ofLargest * largest ?? (double.IsFinite(tolerances[i]) ? tolerances[i] : 0.01 * largest);
            Assert.True(
                Math.Abs(actual[i] - value) <= tolerance + Underflow,
                $"{name}, element {i}: {actual[i]:G9}, not {value:G12} within {tolerance:G3}");
        }
    }

    private static void SameBits(string name, float[] first, float[] other)
    {
        for (int i = 0; i < first.Length; i++)
        {
            bool same = BitConverter.SingleToInt32Bits(first[i]) == BitConverter.SingleToInt32Bits(other[i]);
            Assert.True(same || (float.IsNaN(first[i]) && float.IsNaN(other[i])),
                $"{name}, element {i}: {first[i]:G9} and {other[i]:G9} differ");
        }
    }
}
