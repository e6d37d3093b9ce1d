using System.Numerics;

namespace Mezzotint.Data;

/// <summary>A few capital letters as strokes, on a grid 4 wide and 6 high with the origin at the top left.</summary>
internal static class StrokeFont
{
    private const float Gap = 2;

    private static readonly Dictionary<char, Vector2[][]> Letters = new()
    {
        ['M'] = [[new(0, 6), new(0, 0), new(2, 3.4f), new(4, 0), new(4, 6)]],
        ['E'] = [[new(4, 0), new(0, 0), new(0, 6), new(4, 6)], [new(0, 3), new(3.2f, 3)]],
        ['Z'] = [[new(0, 0), new(4, 0), new(0, 6), new(4, 6)]],
        ['O'] =
        [
            [new(1.2f, 0), new(2.8f, 0), new(4, 1.4f), new(4, 4.6f), new(2.8f, 6), new(1.2f, 6), new(0, 4.6f), new(0, 1.4f), new(1.2f, 0)],
        ],
        ['T'] = [[new(0, 0), new(4, 0)], [new(2, 0), new(2, 6)]],
        ['I'] = [[new(0, 0), new(0, 6)]],
        ['N'] = [[new(0, 6), new(0, 0), new(4, 6), new(4, 0)]],
    };

    /// <summary>The width of a text, in the grid's units.</summary>
    public static float Width(string text) => text.Sum(WidthOf) + (text.Length - 1) * Gap;

    /// <summary>The distance from a point to the nearest stroke of a text, in the grid's units.</summary>
    public static float Distance(string text, Vector2 point)
    {
        float nearest = float.MaxValue;
        foreach (char letter in text)
        {
            foreach (var stroke in Letters[letter])
            {
                for (int k = 1; k < stroke.Length; k++)
                    nearest = MathF.Min(nearest, ToSegment(point, stroke[k - 1], stroke[k]));
            }
            point.X -= WidthOf(letter) + Gap;
        }
        return nearest;
    }

    private static float WidthOf(char letter) => letter == 'I' ? 0 : 4;

    private static float ToSegment(Vector2 point, Vector2 from, Vector2 to)
    {
        var along = to - from;
        float t = Math.Clamp(Vector2.Dot(point - from, along) / along.LengthSquared(), 0, 1);
        return Vector2.Distance(point, from + t * along);
    }
}
