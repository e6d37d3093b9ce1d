using System.CommandLine;
using System.Globalization;
using Mezzotint.Inference;

namespace Mezzotint.Cli.Commands;

/// <summary>Options that several verbs have, so that they mean the same everywhere.</summary>
internal static class CommonOptions
{
    private const int LargestScale = 64;
    private const int MostThreads = 1024;
    private const int LongestSide = 1_000_000;
    private const int BestQuality = 100;
    private const int MostPictures = 1_000_000;

    public static Option<bool> Json() => new("--json")
    {
        Description = "Print one JSON document on standard output and nothing else there.",
    };

    public static Option<string?> Part() => Text(
        "--part", "PATH",
        "Which of the networks or states in a file of others' weights, as 'params_ema', or as 'netG_A' where the names of its arrays begin so. "
        + "[default: the one that is meant, as far as names tell]");

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

    public static Option<double?> Factor(string description) => new("--scale")
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            CultureInfo culture = CultureInfo.InvariantCulture;
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, culture, out double value) && value > 0 && value <= LargestScale) return value;
            result.AddError(string.Create(culture, $"--scale takes a number above 0, up to {LargestScale}, and not '{text}'."));
            return null;
        },
    };

    public static Option<int?> Side(string name, string description) => WholeNumber(name, description, LongestSide);

    public static Option<int?> Quality() =>
        WholeNumber("--quality", "Of JPEG, WebP, HEIF and AVIF: 1 (small) to 100 (faithful). [default: 90]", BestQuality);

    /// <summary>Bytes, as 800M or 1.5G.</summary>
    public static Option<long?> Memory(string description) => new("--memory")
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value, number = text.TrimEnd('B', 'b');
            double unit = number is [.., var last] ? char.ToUpperInvariant(last) switch { 'K' => 1e3, 'M' => 1e6, 'G' => 1e9, 'T' => 1e12, _ => 1 } : 1;
            if (unit > 1) number = number[..^1];
            if (double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value > 0
                && value * unit < long.MaxValue) return (long)(value * unit);
            result.AddError($"--memory takes a size such as 800M or 1.5G, and not '{text}'.");
            return null;
        },
    };

    /// <summary>How much of a picture is computed at a time.</summary>
    public static Option<UpscaleOptions?> Tile() => new("--tile")
    {
        Description = "How much is computed at a time: auto, the side of a square in pixels of the input, or off for all of it. "
            + "The result is the same bits. [default: auto]",
        HelpName = "auto|N|off",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text is "auto") return UpscaleOptions.Default;
            if (text is "off") return new UpscaleOptions { Whole = true };
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side is >= 1 and <= LongestSide)
                return new UpscaleOptions { TileSide = side };
            result.AddError($"--tile takes auto, off, or a whole number from 1 to {LongestSide:N0}, and not '{text}'.");
            return null;
        },
    };

    /// <summary>A number from 0 to 1.</summary>
    public static Option<double> Share(string name, string description, double otherwise) => new(name)
    {
        Description = description,
        HelpName = "X",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1) return value;
            result.AddError($"{name} takes a number from 0 to 1, and not '{text}'.");
            return otherwise;
        },
    };

    public static Option<bool> SelfEnsemble() => new("--self-ensemble")
    {
        Description = "The mean of what the model makes of the picture in its eight orientations, mirrored and turned (also known as TTA): a little "
            + "nearer to the truth, for eight times the time.",
    };

    public static Option<int?> Count(string name, string description) => WholeNumber(name, description, int.MaxValue);

    public static Option<int?> Steps(string description) => WholeNumber("--steps", description, int.MaxValue);

    public static Option<string?> OutputFolder(string description) => new("--output", "-o") { Description = description, HelpName = "OUT" };

    public static Option<double?> Truncation() => new("--truncation")
    {
        Description = "The largest size of a latent number: less for tamer, better pictures, from 0.01 on. [default: none]",
        HelpName = "T",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
                && value >= Latents.LeastTruncation) return value;
            result.AddError($"--truncation takes a number from 0.01 on, and not '{text}'.");
            return null;
        },
    };

    /// <summary>A seed: a whole number from 0 on.</summary>
    public static Option<ulong?> Seed(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) && seed < ulong.MaxValue / 2) return seed;
            result.AddError($"{name} takes a whole number from 0 on, and not '{text}'.");
            return null;
        },
    };

    /// <summary>Seeds, as 7, 0-31 or 1,5,9-12.</summary>
    public static Option<IReadOnlyList<ulong>?> Seeds(string description) => new("--seeds")
    {
        Description = description,
        HelpName = "SEEDS",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (ParseSeeds(text) is { } seeds) return seeds;
            result.AddError($"--seeds takes whole numbers and ranges of up to {MostPictures:N0} of them, as in 1,5,9-12, and not '{text}'.");
            return null;
        },
    };

    /// <summary>Columns and rows, as 8x4.</summary>
    public static Option<GridSize?> Grid() => new("--grid")
    {
        Description = "One picture of so many columns and rows, in place of one picture each.",
        HelpName = "CxR",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (GridSize.Parse(text) is { } size) return size;
            result.AddError($"--grid takes columns and rows, as in 8x4, and not '{text}'.");
            return null;
        },
    };

    public static Option<int?> Threads() => WholeNumber(
        "--threads", "How many threads compute; the results are the same bits for any number. [default: one a processor]", MostThreads);

    /// <summary>A duration in a unit, as <c>--hours 2.5</c>.</summary>
    public static Option<double?> Duration(string name, string description, double most) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            CultureInfo culture = CultureInfo.InvariantCulture;
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, culture, out double value) && value > 0 && value <= most) return value;
            result.AddError(string.Create(culture, $"{name} takes a number above 0, up to {most:N0}, and not '{text}'."));
            return null;
        },
    };

    private static List<ulong>? ParseSeeds(string text)
    {
        var seeds = new List<ulong>();
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !Number(ends[0], out ulong first) || !Number(ends[^1], out ulong last) || last < first
                || last - first >= MostPictures || seeds.Count > MostPictures) return null;
            for (ulong seed = first; ; seed++)
            {
                seeds.Add(seed);
                if (seed == last) break;
            }
        }

        return seeds;

        static bool Number(string text, out ulong value) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A whole number from 0 up.</summary>
    public static Option<int?> WholeFromZero(string name, string description, int most) => WholeNumber(name, description, most, least: 0);

    /// <summary>A number from 1 up, or a sentence that says what was written instead.</summary>
    private static Option<int?> WholeNumber(string name, string description, int most, int least = 1) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            CultureInfo culture = CultureInfo.InvariantCulture;
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, culture, out int value) && value >= least && value <= most) return value;
            result.AddError(string.Create(culture, $"{name} takes a whole number from {least} to {most:N0}, and not '{text}'."));
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
