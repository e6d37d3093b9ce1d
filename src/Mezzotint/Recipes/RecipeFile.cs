using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mezzotint.Imaging.Files;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mezzotint.Recipes;

/// <summary>
/// Reads YAML into an immutable record of any type and writes the record back. The record is the schema: a settable property is a key (its
/// name with a small first letter), its initial value the default, a nested record of this project a table (one that may be null is absent
/// unless the file has it), an <see cref="IReadOnlyList{T}"/> a list, an enumeration a choice of words; <c>required</c> means no default;
/// <c>[Range]</c>, <c>[AllowedValues]</c> and <c>[MinLength]</c> of System.ComponentModel.DataAnnotations and <see cref="ICheckedRecipe"/>
/// say what is allowed.
/// </summary>
public static class RecipeFile
{
    /// <summary>What a file may have to be a recipe, in bytes: a thousand folders are far less.</summary>
    private const int MostBytes = 1 << 20;

    /// <summary>Reads a recipe from a file.</summary>
    /// <typeparam name="T">The recipe's record, with a constructor without arguments.</typeparam>
    /// <param name="path">The YAML file.</param>
    /// <param name="overrides">Settings that replace the file's, each as <c>dotted.key=value</c> with the value in YAML; the last one
    /// counts.</param>
    /// <exception cref="RecipeException">The file is missing, larger than a megabyte, not YAML, or says something that cannot be followed:
    /// an unknown key (the nearest known one is named), a value of the wrong kind or out of range, a missing key.</exception>
    public static T Read<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(
        string path, IEnumerable<string>? overrides = null)
        where T : class => Parse<T>(ReadText(path), path, overrides);

    /// <summary>Reads a recipe from text.</summary>
    /// <typeparam name="T">The recipe's record, with a constructor without arguments.</typeparam>
    /// <param name="yaml">The YAML.</param>
    /// <param name="name">What errors call the text, usually a file's name.</param>
    /// <param name="overrides">Settings that replace the text's, each as <c>dotted.key=value</c> with the value in YAML; the last one
    /// counts.</param>
    /// <exception cref="RecipeException">It says something that cannot be followed.</exception>
    public static T Parse<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(
        string yaml, string name, IEnumerable<string>? overrides = null)
        where T : class
    {
        var root = RecipeNode.Parse(yaml, line => string.Create(CultureInfo.InvariantCulture, $"{name}:{line}"));
        foreach (string setting in overrides ?? [])
            Override(root, setting, typeof(T));
        return (T)new RecipeBinder(typeof(T)).Bind(root, typeof(T));
    }

    /// <summary>One key of a recipe's top level, as written, without reading the rest: which family a file is for.</summary>
    /// <returns>The text, or null where the key is absent.</returns>
    /// <exception cref="RecipeException">The file is missing or not YAML.</exception>
    public static string? Peek(string path, string key) =>
        RecipeNode.Parse(ReadText(path),
            line => string.Create(CultureInfo.InvariantCulture, $"{path}:{line}")).Keys?.GetValueOrDefault(key)?.Text;

    /// <summary>The recipe in full, defaults included, as YAML that reads back to an equal recipe.</summary>
    public static string Write<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(T recipe)
        where T : class
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text,
            new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, recipe, recipe.GetType());
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static string ReadText(string path)
    {
        try
        {
            if (InputFile.Length(path) is (0 or > MostBytes) and { } length)
                throw new RecipeException($"'{path}' has {length} bytes, which is no recipe: one has 1 to {MostBytes}.");
            return File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RecipeException($"There is no recipe '{path}'.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RecipeException($"Cannot read the recipe '{path}': {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    private static void Override(RecipeNode root, string setting, Type record)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        string place = $"--set {setting}";
        if (equals <= 0)
            throw new RecipeException($"{place}: a setting is written key=value, as in optimizer.learningRate=1e-4.");
        string key = setting[..equals].Trim();
        if (!RecipeKeys.Paths(record).Contains(key))
            throw new RecipeException($"{place}: unknown key '{key}'; did you mean '{RecipeKeys.Nearest(record, key)}'?");
        string[] words = key.Split('.');
        var table = root;
        foreach (string word in words[..^1])
        {
            if (table.Keys is null)
                return; // The file has a value where a table belongs: binding says so.
            if (!table.Keys.TryGetValue(word, out var below) || below.IsNull)
                table.Keys[word] = below = new RecipeNode(place, Keys: []);
            table = below;
        }
        string value = setting[(equals + 1)..].Trim();

        // Of a document that is empty there are only defaults, and here it is the value.
        if (table.Keys is not null)
            table.Keys[words[^1]] = value is "" or "null" or "~" ? new RecipeNode(place, "", IsNull: true)
                : RecipeNode.Parse(value, _ => place) with { Place = place };
    }

    private static void Emit(Emitter emitter, object? value, Type type)
    {
        if (value is not null && RecipeKeys.IsTable(type))
        {
            emitter.Emit(new MappingStart());
            foreach (var (key, property) in RecipeKeys.Of(type))
            {
                emitter.Emit(new Scalar(key));
                Emit(emitter, property.GetValue(value), property.PropertyType);
            }
            emitter.Emit(new MappingEnd());
        }
        else if (value is not null and not string && RecipeKeys.ItemOf(type) is Type item)
        {
            emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Flow));
            foreach (object? one in (IEnumerable)value)
                Emit(emitter, one, item);
            emitter.Emit(new SequenceEnd());
        }
        else if (value is string text)
        {
            // In quotes they are words, and not nothing.
            var style = text is "" or "null" or "~" ? ScalarStyle.DoubleQuoted : ScalarStyle.Any;
            emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, true, true));
        }
        else
        {
            emitter.Emit(new Scalar(value switch
            {
                null => "null",
                bool truth => truth ? "true" : "false",
                Enum choice => RecipeKeys.NameOf(choice.ToString()),
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => throw new NotSupportedException($"A recipe cannot hold a {type.Name}."),
            }));
        }
    }
}
