using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mezzotint.Recipes;

/// <summary>A piece of YAML that remembers where it was written: a scalar, a list or a table.</summary>
/// <param name="Place">Where it stands, as an error names it.</param>
/// <param name="Text">The text, of a scalar.</param>
/// <param name="Items">The items, of a list.</param>
/// <param name="Keys">The entries in the order written, of a table.</param>
/// <param name="IsNull">Whether a scalar is nothing: left out, <c>null</c> or <c>~</c>, and not in quotes.</param>
internal sealed record RecipeNode(
    string Place, string? Text = null, List<RecipeNode>? Items = null, Dictionary<string, RecipeNode>? Keys = null, bool IsNull = false)
{
    private const int MaximumDepth = 16;

    /// <summary>What an error calls this.</summary>
    public string Description => IsNull ? "nothing" : Text is not null ? $"'{Text}'" : Items is not null ? "a list" : "a table of keys";

    /// <summary>
    /// Reads YAML: one document of tables, lists and scalars; a key that is there twice is refused, and so are anchors and tags.
    /// </summary>
    /// <param name="yaml">The text.</param>
    /// <param name="place">Names a line of it.</param>
    /// <exception cref="RecipeException">It is not such a document.</exception>
    public static RecipeNode Parse(string yaml, Func<long, string> place)
    {
        var parser = new Parser(new StringReader(yaml));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return new RecipeNode(place(1), Keys: []);
            parser.Consume<DocumentStart>();
            var root = Read(parser, place, 0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
            {
                string second = place(parser.Current!.Start.Line);
                throw new RecipeException($"{second}: a recipe is one YAML document, and a second one begins here.");
            }
            // An empty file, or one of comments, is a recipe that leaves everything to the defaults.
            return root.IsNull ? new RecipeNode(root.Place, Keys: []) : root;
        }
        catch (YamlException fault)
        {
            throw new RecipeException($"{place(fault.Start.Line)}: this is not valid YAML: {fault.Message.TrimEnd('.')}.", fault);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // What the parser throws where it has not foreseen something.
            throw new RecipeException($"{place(parser.Current?.End.Line ?? 1)}: this is not valid YAML from here on.", fault);
        }
    }

    private static RecipeNode Read(IParser parser, Func<long, string> place, int depth)
    {
        var first = parser.Current!;
        string here = place(first.Start.Line);
        if (depth > MaximumDepth)
            throw new RecipeException($"{here}: tables and lists lie more than {MaximumDepth} deep.");
        if (first is AnchorAlias || first is NodeEvent { Anchor.IsEmpty: false })
            throw new RecipeException($"{here}: a recipe has no anchors (&) and aliases (*); write the value out.");
        if (parser.TryConsume<Scalar>(out var scalar))
            return new RecipeNode(here, scalar.Value, IsNull: scalar.Style == ScalarStyle.Plain && scalar.Value is ("" or "null" or "~"));
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<RecipeNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(Read(parser, place, depth + 1));
            return new RecipeNode(here, Items: items);
        }
        parser.Consume<MappingStart>();
        var keys = new Dictionary<string, RecipeNode>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
                throw new RecipeException($"{place(parser.Current!.Start.Line)}: a key must be a plain word.");
            // The key's line, and not that of a value below it, is where a reader looks.
            string keyPlace = place(key.Start.Line);
            var value = Read(parser, place, depth + 1) with { Place = keyPlace };
            if (!keys.TryAdd(key.Value, value))
            {
                string earlier = keys[key.Value].Place;
                throw new RecipeException($"{keyPlace}: the key '{key.Value}' is there twice (first at {earlier}); remove one.");
            }
        }
        return new RecipeNode(here, Keys: keys);
    }
}
