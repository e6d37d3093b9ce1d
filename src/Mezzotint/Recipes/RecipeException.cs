namespace Mezzotint.Recipes;

/// <summary>A recipe says something that cannot be followed; the message names the place, the value and what is allowed.</summary>
public sealed class RecipeException(string message, Exception? cause = null) : MezzotintException(message, cause);
