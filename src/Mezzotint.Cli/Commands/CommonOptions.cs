using System.CommandLine;
using System.Globalization;

namespace Mezzotint.Cli.Commands;

/// <summary>Options that several verbs have, so that they mean the same everywhere.</summary>
internal static class CommonOptions
{
    private const int LargestScale = 64;
    private const int MostThreads = 1024;

    public static Option<bool> Json() => new("--json")
    {
        Description = "Print one JSON document on standard output and nothing else there.",
    };

    public static Option<string?> Text(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
    };

    public static Option<string[]> Texts(string name, string helpName, string description) => new(name)
    {
        Description = description + " May be given several times.",
        HelpName = helpName,
    };

    public static Option<int?> Scale(string description) => WholeNumber("--scale", description, LargestScale);

    public static Option<int?> Steps(string description) => WholeNumber("--steps", description, int.MaxValue);

    public static Option<int?> Threads() => WholeNumber(
        "--threads", "How many threads compute; the results are the same bits for any number. [default: one a processor]", MostThreads);

    /// <summary>A number from 1 up, or a sentence that says what was written instead.</summary>
    private static Option<int?> WholeNumber(string name, string description, int most) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            CultureInfo culture = CultureInfo.InvariantCulture;
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, culture, out int value) && value >= 1 && value <= most) return value;
            result.AddError(string.Create(culture, $"{name} takes a whole number from 1 to {most:N0}, and not '{text}'."));
            return null;
        },
    };

    /// <summary>Refuses what looks like an option and is none, which would else be taken for a file.</summary>
    public static Argument<T> NoOption<T>(this Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            string? option = result.Tokens.Select(token => token.Value).FirstOrDefault(text => text is ['-', _, ..] && !Path.Exists(text));
            if (option is not null) result.AddError($"There is no option '{option}'");
        });
        return argument;
    }
}
