using System.Globalization;
using System.Text;

namespace Mezzotint.Cuda.Kernels;

/// <summary>Expressions that find elements: coordinates from a running number, offsets from coordinates.</summary>
internal static class Indexing
{
    /// <summary>The integer type that holds every number below a limit.</summary>
    public static string TypeFor(long limit) => limit < int.MaxValue ? "int" : "long long";

    /// <summary>Writes the coordinates of a running number, the last axis fastest, as <c>{prefix}0</c>, <c>{prefix}1</c>, ...</summary>
    public static void Coordinates(StringBuilder code, string number, string type, string prefix, IReadOnlyList<long> extents)
    {
        // Unsigned division by a constant is the cheaper one.
        string counting = type == "int" ? "unsigned" : "unsigned long long";
        string left = $"{prefix}r";
        code.Append(CultureInfo.InvariantCulture, $"    {counting} {left} = ({counting})({number});\n");
        for (int axis = extents.Count - 1; axis >= 0; axis--)
        {
            if (axis == 0) code.Append(CultureInfo.InvariantCulture, $"    const {type} {prefix}0 = ({type}){left};\n");
            else
                code.Append(CultureInfo.InvariantCulture,
                    $"    const {type} {prefix}{axis} = ({type})({left} % {extents[axis]}u); {left} /= {extents[axis]}u;\n");
        }
    }

    /// <summary>The sum of coordinates times strides.</summary>
    public static string Offset(string prefix, IReadOnlyList<long> extents, Func<int, long> stride)
    {
        var terms = new List<string>();
        for (int axis = 0; axis < extents.Count; axis++)
        {
            long step = stride(axis);
            if (step == 0 || extents[axis] == 1) continue;
            terms.Add(step == 1 ? $"{prefix}{axis}" : string.Create(CultureInfo.InvariantCulture, $"{prefix}{axis} * ({step}{(Math.Abs(step) > int.MaxValue ? "LL" : "")})"));
        }

        return terms.Count == 0 ? "0" : string.Join(" + ", terms);
    }

    /// <summary>The lowest and the highest element that strides over extents reach, the highest excluded.</summary>
    public static (long First, long End) Reach(ReadOnlySpan<int> extents, ReadOnlySpan<long> strides)
    {
        long first = 0, last = 0;
        for (int axis = 0; axis < extents.Length; axis++)
        {
            long far = (extents[axis] - 1L) * strides[axis];
            first += Math.Min(0, far);
            last += Math.Max(0, far);
        }

        return (first, last + 1);
    }
}
