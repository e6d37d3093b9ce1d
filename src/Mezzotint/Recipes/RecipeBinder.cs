using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Mezzotint.Recipes;

/// <summary>Makes a record of a table of keys; every error names the place, the key, the value and what is allowed.</summary>
internal sealed class RecipeBinder(Type root)
{
    /// <summary>The record that a table describes, with its defaults where the table is silent.</summary>
    public object Bind(RecipeNode table, Type type, string prefix = "")
    {
        object record = Activator.CreateInstance(type)!;
        if (table.IsNull)
            table = table with { Keys = [] };
        if (table.Keys is null)
            throw new RecipeException($"{table.Place}: {Name(prefix)} is {table.Description} where a table of keys belongs.");
        var known = RecipeKeys.Of(type).ToDictionary(pair => pair.Key, pair => pair.Property, StringComparer.Ordinal);
        foreach (var (key, node) in table.Keys)
        {
            string path = prefix + key;
            if (!known.TryGetValue(key, out var property))
                throw new RecipeException($"{node.Place}: unknown key '{path}'; did you mean '{RecipeKeys.Nearest(root, path)}'?");
            property.SetValue(record, RecipeKeys.IsTable(property.PropertyType)
                ? node.IsNull && IsNullable(property) ? null : Bind(node, property.PropertyType, path + ".")
                : CheckRange(ConvertOrNull(node, property, path), property, node, path));
        }
        foreach (var (key, property) in known)
        {
            if (RecipeKeys.IsRequired(property) && !table.Keys.ContainsKey(key))
                throw new RecipeException($"{table.Place}: the key '{prefix}{key}' is missing; it has no default.");
        }
        if (record is ICheckedRecipe rules)
        {
            foreach (var (key, problem) in rules.Problems())
                throw new RecipeException($"{PlaceOf(table, key)}: '{prefix}{key}' {problem}.");
        }
        return record;
    }

    private static string Name(string prefix) => prefix.Length == 0 ? "the recipe" : $"'{prefix.TrimEnd('.')}'";

    private static string PlaceOf(RecipeNode table, string key)
    {
        var node = table;
        foreach (string word in key.Split('.'))
        {
            if (node.Keys is null || !node.Keys.TryGetValue(word, out var below))
                break;
            node = below;
        }
        return node.Place;
    }

    private static bool IsNullable(PropertyInfo property) => new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;

    private static object? ConvertOrNull(RecipeNode node, PropertyInfo property, string path)
    {
        return node.IsNull && IsNullable(property) ? null
            : Convert(node, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, path);
    }

    private static object Convert(RecipeNode node, Type type, string path)
    {
        if (RecipeKeys.ItemOf(type) is Type item)
        {
            // A single value is a list of one, so that `folder: photos` and `--set data.train=photos` need no brackets.
            List<RecipeNode> nodes = node.Items
                ?? (node.IsNull ? [] : node.Text is not null ? [node] : throw Mistyped(node, path, "a list"));
            var list = Array.CreateInstance(item, nodes.Count);
            for (int i = 0; i < nodes.Count; i++)
                list.SetValue(Convert(nodes[i], item, path), i);
            return list;
        }
        if (node.Text is not string text || node.IsNull)
            throw Mistyped(node, path, Expected(type));
        if (type == typeof(string))
            return text;
        if (type.IsEnum)
        {
            foreach (string name in Enum.GetNames(type))
            {
                if (RecipeKeys.NameOf(name) == text)
                    return Enum.Parse(type, name);
            }
            throw Mistyped(node, path, Expected(type));
        }
        if (type == typeof(bool))
            return text switch { "true" => true, "false" => false, _ => throw Mistyped(node, path, Expected(type)) };
        if (type == typeof(double) || type == typeof(float))
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) || !double.IsFinite(real))
                throw Mistyped(node, path, Expected(type));
            return System.Convert.ChangeType(real, type, CultureInfo.InvariantCulture);
        }
        return ParseWhole(text, type) ?? throw Mistyped(node, path, Expected(type));
    }

    /// <summary>A whole number, which may be written with underscores (100_000) or an exponent (1e6).</summary>
    private static object? ParseWhole(string text, Type type)
    {
        if (!decimal.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture, out decimal whole) || whole != decimal.Truncate(whole))
            return null;
        try
        {
            return System.Convert.ChangeType(whole, type, CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static object? CheckRange(object? value, PropertyInfo property, RecipeNode node, string path)
    {
        if (value is null)
            return value;
        if (property.GetCustomAttribute<RangeAttribute>() is RangeAttribute range)
        {
            foreach (object? one in value is Array list ? list.Cast<object?>() : [value])
            {
                if (!range.IsValid(one))
                    throw new RecipeException($"{node.Place}: '{path}' is {Text(one)}; allowed is {Describe(range)}.");
            }
        }
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is AllowedValuesAttribute allowed && !allowed.Values.Contains(value))
            throw new RecipeException($"{node.Place}: '{path}' is {Text(value)}; allowed is {Listed(allowed.Values.Select(Text))}.");
        if (property.GetCustomAttribute<MinLengthAttribute>() is MinLengthAttribute least && !least.IsValid(value))
            throw new RecipeException($"{node.Place}: '{path}' needs at least {least.Length} {(least.Length == 1 ? "entry" : "entries")}.");
        return value;
    }

    private static string Describe(RangeAttribute range) => (range.MinimumIsExclusive, range.MaximumIsExclusive) switch
    {
        (false, false) => $"{Text(range.Minimum)} to {Text(range.Maximum)}",
        (false, true) => $"{Text(range.Minimum)} to below {Text(range.Maximum)}",
        (true, false) => $"above {Text(range.Minimum)}, to {Text(range.Maximum)}",
        (true, true) => $"above {Text(range.Minimum)} and below {Text(range.Maximum)}",
    };

    private static string Expected(Type type)
    {
        if (type.IsEnum)
            return Listed(Enum.GetNames(type).Select(RecipeKeys.NameOf));
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(double) || type == typeof(float))
            return "a number";
        return type == typeof(string) ? "a text" : type == typeof(ulong) ? "a whole number from 0 to 2^64 - 1" : "a whole number";
    }

    private static RecipeException Mistyped(RecipeNode node, string path, string expected) =>
        new($"{node.Place}: '{path}' is {node.Description}; allowed is {expected}.");

    private static string Listed(IEnumerable<string> words)
    {
        string[] all = [.. words];
        return all.Length < 2 ? string.Concat(all) : string.Join(", ", all[..^1]) + " or " + all[^1];
    }

    private static string Text(object? value) => System.Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
