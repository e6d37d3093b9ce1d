namespace Mezzotint.Recipes;

/// <summary>A recipe with rules that span several keys; the range of a single key is said by an attribute on it.</summary>
public interface ICheckedRecipe
{
    /// <summary>
    /// The rules that are broken: a dotted key, seen from this record, and a clause that says what is wrong with it and what is allowed.
    /// </summary>
    IEnumerable<(string Key, string Problem)> Problems();
}
