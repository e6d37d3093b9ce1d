using System.Reflection;
using System.Runtime.CompilerServices;

namespace Mezzotint.Recipes;

/// <summary>The keys that a recipe record knows: its settable properties, named in camel case.</summary>
internal static class RecipeKeys
{
    private const int LongestWord = 64;

    /// <summary>A record's properties by key, in the order they are declared, those of a base record first.</summary>
    public static IEnumerable<(string Key, PropertyInfo Property)> Of(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null)
            .OrderBy(property => Depth(property.DeclaringType!))
            .ThenBy(property => property.MetadataToken)
            .Select(property => (NameOf(property.Name), property));

    /// <summary>The key of a property or an enumeration's value: its name with a small first letter.</summary>
    public static string NameOf(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary>Whether a type is a table of keys in a recipe.</summary>
    public static bool IsTable(Type type) =>
        type.IsClass && type != typeof(string) && type.Namespace?.StartsWith("Mezzotint", StringComparison.Ordinal) == true;

    /// <summary>The type of a list's items, or null where the type is no list.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Whether a recipe must give this key.</summary>
    public static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute));

    private static int Depth(Type type) => type.BaseType is { } below ? Depth(below) + 1 : 0;

    /// <summary>Every key below a record, dotted, tables themselves included.</summary>
    public static IEnumerable<string> Paths(Type record, string prefix = "")
    {
        foreach (var (key, property) in Of(record))
        {
            yield return prefix + key;
            if (IsTable(property.PropertyType))
            {
                foreach (string path in Paths(property.PropertyType, prefix + key + "."))
                    yield return path;
            }
        }
    }

    /// <summary>
    /// The known key nearest to one that is not: by edit distance of the last word, those of the same table first.
    /// </summary>
    /// <param name="root">The recipe's record.</param>
    /// <param name="unknown">The unknown key, dotted.</param>
    public static string Nearest(Type root, string unknown)
    {
        string table = unknown[..(unknown.LastIndexOf('.') + 1)];
        string word = unknown[table.Length..];
        return Paths(root).MinBy(path =>
        {
            int dot = path.LastIndexOf('.') + 1;
            bool sameTable = path[..dot] == table;
            return (EditDistance(word, path[dot..]) * 2 + (sameTable ? 0 : 1), path.Length);
        })!;
    }

    /// <summary>
    /// The fewest insertions, deletions, substitutions and swaps of neighbours that turn one word into another, ignoring case; of words longer
    /// than any key, the beginnings.
    /// </summary>
    public static int EditDistance(string a, string b)
    {
        a = a[..Math.Min(a.Length, LongestWord)];
        b = b[..Math.Min(b.Length, LongestWord)];
        int[,] distance = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i, j] = i + j;
                    continue;
                }
                bool same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                int best = Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1;
                best = Math.Min(best, distance[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    best = Math.Min(best, distance[i - 2, j - 2] + 1);
                distance[i, j] = best;
            }
        }
        return distance[a.Length, b.Length];
    }
}
